"""From the city somebody names to the time zone they live by."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from club.refusal import Refused

_CITIES = {
    "Asia/Shanghai": "北京 上海 广州 廣州 深圳 杭州 成都 重庆 重慶 武汉 武漢 西安 南京 "
    "苏州 蘇州 天津 青岛 青島 厦门 廈門 长沙 長沙 郑州 鄭州 "
    "沈阳 瀋陽 大连 大連 昆明 哈尔滨 哈爾濱 宁波 寧波 福州 济南 濟南 合肥 "
    "无锡 無錫 佛山 东莞 東莞 珠海 中山 惠州 汕头 汕頭 温州 溫州 石家庄 石家莊 太原 南昌 贵阳 貴陽 兰州 蘭州 南宁 南寧 "
    "海口 三亚 三亞 长春 長春 呼和浩特 银川 銀川 西宁 西寧 拉萨 拉薩 常州 南通 徐州 扬州 揚州 烟台 煙台 泉州 嘉兴 嘉興 "
    "绍兴 紹興 金华 金華 洛阳 洛陽 桂林 "
    "beijing guangzhou shenzhen hangzhou chengdu wuhan xian nanjing suzhou tianjin qingdao xiamen china 中国 中國 "
    "changsha zhengzhou shenyang dalian kunming ningbo fuzhou jinan hefei wuxi foshan dongguan zhuhai wenzhou "
    "shijiazhuang taiyuan nanchang guiyang lanzhou nanning changchun haikou",
    "Asia/Urumqi": "乌鲁木齐 烏魯木齊 喀什 喀什噶爾 伊宁 伊寧",
    "Asia/Hong_Kong": "香港 hk hongkong hong-kong-sar 九龙 九龍 kowloon",
    "Asia/Macau": "澳门 澳門 macao",
    "Asia/Taipei": "台北 臺北 新北 桃园 桃園 台中 臺中 高雄 台南 臺南 新竹 基隆 嘉义 嘉義 彰化 苗栗 南投 云林 雲林 "
    "屏东 屏東 宜兰 宜蘭 花莲 花蓮 台东 臺東 台東 澎湖 金门 金門 马祖 馬祖 "
    "new-taipei taoyuan taichung kaohsiung tainan hsinchu keelung chiayi taiwan 台湾 台灣 臺灣",
    "Asia/Singapore": "新加坡",
    "Asia/Kuala_Lumpur": "吉隆坡",
    "Asia/Tokyo": "东京 東京 大阪 osaka kyoto 京都 japan 日本",
    "Asia/Seoul": "首尔 首爾 busan korea",
    "Asia/Kolkata": "mumbai delhi bangalore bengaluru chennai hyderabad india",
    "Europe/London": "伦敦 倫敦 manchester birmingham edinburgh glasgow bristol liverpool uk england scotland",
    "Europe/Paris": "巴黎 lyon marseille toulouse france",
    "Europe/Berlin": "柏林 hamburg munich munchen muenchen cologne koln koeln frankfurt stuttgart "
    "dusseldorf duesseldorf leipzig dresden germany",
    "Europe/Zurich": "geneva basel bern",
    "Europe/Rome": "milan milano naples torino florence roma",
    "Europe/Madrid": "barcelona valencia sevilla",
    "America/New_York": "纽约 紐約 boston washington philadelphia atlanta miami nyc",
    "America/Chicago": "houston dallas austin",
    "America/Los_Angeles": "洛杉矶 洛杉磯 旧金山 舊金山 san-francisco seattle san-diego san-jose",
    "America/Vancouver": "温哥华 溫哥華",
    "America/Toronto": "多伦多 多倫多 ottawa montreal",
    "Australia/Sydney": "悉尼 雪梨 canberra",
    "Australia/Melbourne": "墨尔本 墨爾本",
}
_CLOCK = re.compile(
    r"(?P<early>上午|早上|凌晨)?(?P<late>下午|晚上|傍晚)?\s*(?P<hour>\d{1,2})\s*[:.：时時点點h]?\s*"
    r"(?P<minute>\d{2})?(?P<half>半)?\s*分?\s*(?P<half_day>am|pm|a\.m\.|p\.m\.)?\.?"
)
_HALF_HOURS = (
    "Asia/Kolkata",
    "America/St_Johns",
    "Asia/Tehran",
    "Asia/Kabul",
    "Asia/Yangon",
    "Australia/Darwin",
    "Australia/Adelaide",
    "Pacific/Marquesas",
)
"""Zones that stand half an hour off."""
_DAY = timedelta(days=1)


@cache
def _zones() -> dict[str, str]:
    """Every city that the zone database names, and the towns above."""
    known = {
        _plain(name.rpartition("/")[2].replace("_", "-")): name
        for name in sorted(available_timezones())
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))
    }
    for zone, cities in _CITIES.items():
        known.update(dict.fromkeys(map(_plain, cities.split()), zone))
    return known


def _plain(city: str) -> str:
    """Without accents, case, and the 市 or 縣 that some add."""
    letters = unicodedata.normalize("NFKD", city.strip().casefold().replace("ß", "ss"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    bare = re.sub(r"[市縣县]$", "", unicodedata.normalize("NFC", bare))
    return re.sub(r"[\s_-]+", "-", bare)


def zone_of(city: str) -> str | None:
    """The IANA zone of a city; also of "Cambridge, Boston" by its later parts. None where it is not known."""
    known = _zones()
    parts = [city, *re.split(r"[,，、/]", city)]
    return next((known[_plain(part)] for part in parts if _plain(part) in known), None)


def zone_by_clock(text: str, now: datetime, nearby: str) -> str:
    """The zone of somebody whose wall clock says this now (`now` in UTC); `nearby` where that agrees with it.

    A fixed offset otherwise: it knows no summer time, which beats being an ocean off.
    Raises `Refused` where the text is no time of day.
    """
    spoken = timedelta(hours=now.hour, minutes=now.minute)
    offset = (_time_of_day(text) - spoken + _DAY / 2) % _DAY - _DAY / 2
    nearest = timedelta(minutes=30) * round(offset / timedelta(minutes=30))
    for zone in (nearby, *_HALF_HOURS):
        if now.astimezone(ZoneInfo(zone)).utcoffset() == nearest:
            return zone
    hours = round(nearest / timedelta(hours=1))
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"


def _time_of_day(text: str) -> timedelta:
    """14:30, 2.30 pm, 下午2点半: as time since midnight."""
    match = _CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    if match is None or (match["minute"] and match["half"]):
        raise Refused("membership/clock_unclear")
    hour, minute = int(match["hour"]), 30 if match["half"] else int(match["minute"] or 0)
    if hour > 23 or minute > 59:
        raise Refused("membership/clock_unclear")
    if match["late"] or (match["half_day"] or "").startswith("p"):
        hour = hour % 12 + 12
    elif match["early"] or match["half_day"]:
        hour %= 12
    return timedelta(hours=hour, minutes=minute)


def local_time(moment: datetime, zone: str) -> datetime:
    """A UTC moment on the wall clock of a zone."""
    return moment.astimezone(ZoneInfo(zone))
