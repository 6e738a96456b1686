"""Questions to the shop of `guanxi try`, put in other words than it was taught, with the entry each is after."""

from __future__ import annotations

from functools import cache

from bot.demo import KNOWLEDGE
from club import ordinary, own_data
from club.knowledge_files import from_yaml
from club.learning import Phrasing, estimate, learn
from club.matching import Model

ASKED = """
    delivery: do you send parcels to other countries
    delivery: what are the shipping costs
    delivery: 快递费多少
    delivery: 包裹幾天會到
    returns: could I get a refund for this
    returns: I would like to retrun a pot
    returns: 買錯了可以退嗎
    returns: 我想换一个茶壶
    payment: may I pay with a credit card
    payment: 可以刷信用卡吗
    payment: 可以用手機付款嗎
    gift wrapping: please wrap this as a gift
    gift wrapping: 有没有礼盒包装
    gift wrapping: 可以幫我包裝成禮物嗎
    brewing green tea: what temperature of water for green tea
    brewing green tea: 綠茶要泡幾分鐘
    brewing green tea: 龙井用几度的水泡
    keeping tea: how long can I store the tea
    keeping tea: 茶葉會不會過期
    keeping tea: 茶叶放冰箱吗
    tasting: can I book a seat for the tasting on saturday
    tasting: 週六的品茶會還有位子嗎
    tasting: 品茶怎么报名
    parking: is there parking near the shop
    parking: 附近哪里能停车
    parking: 開車去哪裡可以停車
    decaf: do you have tea without caffeine
    decaf: 哪种茶不含咖啡因
    decaf: 孩子可以喝什麼茶
    earning points: how do I get more points
    earning points: 積分怎麼累計
"""
FOREIGN = """
    what is the meaning of life
    can you recommend a film for tonight
    who won the football match
    my neighbour plays loud music
    could you translate this letter
    write me a poem about spring
    do you buy used bicycles
    今天天气怎么样
    帮我写一首诗
    你们招人吗
    推薦一部電影
    股票現在可以買嗎
"""


def asked() -> list[tuple[str, str]]:
    """Each question and the name of its entry."""
    return [(text, name) for name, _, text in (line.strip().partition(": ") for line in ASKED.strip().splitlines())]


def foreign() -> list[str]:
    """What no shop of tea has an answer to."""
    return [line.strip() for line in FOREIGN.strip().splitlines()]


def lessons() -> tuple[list[Phrasing], dict[str, int]]:
    """What there is to learn, and the number of each entry."""
    drafts = from_yaml(KNOWLEDGE.read_text(encoding="utf-8"))
    numbers = {draft.name: number for number, draft in enumerate(drafts, 1)}
    titles = [Phrasing(title, numbers[one.name], True) for one in drafts for title, _ in one.wordings.values()]
    ways = [Phrasing(text, numbers[one.name]) for one in drafts for lines in one.phrasings.values() for text in lines]
    taught = [*titles, *ways, *(Phrasing(text, number) for text, number in own_data.phrasings())]
    return [*taught, *(Phrasing(*lesson) for lesson in ordinary.beside(taught))], numbers


@cache
def learnt() -> Model:
    """The shop's base, learnt and with its gate estimated: once for all tests."""
    taught, _ = lessons()
    model = learn(taught)
    assert model is not None
    model.gate = estimate(taught, 0.1)
    return model
