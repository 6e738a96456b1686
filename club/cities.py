"""Is it the same city, however it is written? 臺北, 台北市 and Taipei are; 上海浦东 is in 上海."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from club.tokens import fold, has_han

_SAME = """
    北京 beijing peking, 上海 shanghai, 广州 guangzhou canton, 深圳 shenzhen, 杭州 hangzhou, 成都 chengdu,
    重庆 chongqing, 武汉 wuhan, 西安 xian, 南京 nanjing, 苏州 suzhou, 天津 tianjin, 青岛 qingdao, 厦门 xiamen,
    长沙 changsha, 郑州 zhengzhou, 沈阳 shenyang, 大连 dalian, 昆明 kunming, 宁波 ningbo, 福州 fuzhou, 济南 jinan,
    合肥 hefei, 无锡 wuxi, 佛山 foshan, 东莞 dongguan, 珠海 zhuhai, 温州 wenzhou, 哈尔滨 harbin, 长春 changchun,
    香港 hong-kong hongkong hk, 澳门 macau macao, 台北 taipei, 新北 new-taipei, 桃园 taoyuan, 台中 taichung,
    台南 tainan, 高雄 kaohsiung, 新竹 hsinchu, 基隆 keelung, 嘉义 chiayi, 宜兰 yilan, 花莲 hualien, 台东 taitung,
    新加坡 singapore, 吉隆坡 kuala-lumpur, 东京 tokyo, 大阪 osaka, 京都 kyoto, 首尔 seoul, 曼谷 bangkok,
    伦敦 london, 巴黎 paris, 柏林 berlin, 慕尼黑 munich munchen muenchen, 科隆 cologne koln koeln, 汉堡 hamburg,
    法兰克福 frankfurt, 维也纳 vienna wien, 罗马 rome roma, 米兰 milan milano, 马德里 madrid, 苏黎世 zurich,
    纽约 new-york nyc, 洛杉矶 los-angeles, 旧金山 san-francisco, 西雅图 seattle, 波士顿 boston, 芝加哥 chicago,
    温哥华 vancouver, 多伦多 toronto, 悉尼 雪梨 sydney, 墨尔本 melbourne
"""
_COUNTRY = re.compile(r"(中国|中华民国|台湾|china|taiwan|prc|roc)")
_PROVINCE = re.compile(r"^(中国|台湾)?([^市县]{2,3}省|.{2,5}自治区)?")


def same(one: str, other: str) -> bool:
    """Is one of the ways in which a city is written here a way in which it is written there, or more exact than it?
    Ways stand beside each other with a slash: `Taipei / 台北`."""
    return any(_within(a, b) or _within(b, a) for a in _names(one) for b in _names(other))


def names_city(words: str, city: str) -> bool:
    """Do they name the city, in any of the ways to write it?"""
    return any(says(words, name) for name in _names(city))


def says(words: str, name: str) -> bool:
    """Does a name stand in these words, as a word of its own where it is not Chinese?"""
    text, sought = (re.sub(r"[^\w]+", "-", _bare(fold(part))).strip("-") for part in (words, name))
    if len(sought) < 2:
        return False
    return sought in text if has_han(sought) else f"-{sought}-" in f"-{text}-"


def written_for(city: str, *, chinese: bool) -> str:
    """Of several ways to write a city, the first that suits those who read Chinese, or those who do not."""
    ways = [way.strip() for way in city.split("/") if way.strip()]
    return next((way for way in ways if has_han(way) == chinese), ways[0] if ways else "")


def _within(exact: str, whole: str) -> bool:
    """台北大安 is in 台北, and berlin-mitte in berlin."""
    if exact == whole:
        return True
    return exact.startswith(whole) and len(whole) > 1 and (has_han(whole) or exact[len(whole)] == "-")


def _names(written: str) -> set[str]:
    plain = {name for way in re.split(r"[/;|；]", written) if (name := _plain(_city_in(way)))}
    return plain.union(*(_known().get(name, ()) for name in plain))


def _city_in(way: str) -> str:
    """What comes first of `Berlin, Germany` and 中国，上海 that is no country."""
    parts = [part for part in re.split(r"[,，、]", fold(way)) if part.strip()]
    return next((part for part in parts if not _COUNTRY.fullmatch(part.strip())), "")


def _plain(folded: str) -> str:
    """Without accents, signs, province, and the 市 or 县 behind it."""
    bare = _bare(folded)
    bare = _PROVINCE.sub("", bare) or bare
    return re.sub(r"[\s_-]+", "-", re.sub(r"[市县]$", "", bare))


def _bare(folded: str) -> str:
    letters = unicodedata.normalize("NFKD", folded.strip().replace("ß", "ss"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in "'’.")
    return unicodedata.normalize("NFC", bare)


@cache
def _known() -> dict[str, list[str]]:
    """All ways to write each of the cities above, by every way."""
    rows = [row.split() for row in _SAME.split(",")]
    return {name: row for row in rows for name in row}
