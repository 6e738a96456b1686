"""Ordinary questions of which a new club knows nothing yet.

A base of a few entries takes whatever somebody asks for one of them: all it has learnt of "do you …" is that it asks
for the opening hours. So until a club has written enough of its own, these stand beside what it knows, and whoever
asks one of them is passed on to a person. What is Chinese stands in simplified characters, as in `club/own_data.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from club import own_data
from club.tokens import features

FEW = 10
"""So many entries of its own tell a question of theirs from one of nobody's."""
FIRST = -101
"""The number of the first subject; the others follow downwards."""

SUBJECTS = (
    """
    do you have wifi
    what is the wifi password
    有没有无线网络
    你们的WiFi密码是多少
    """,
    """
    can I pay by card
    do you take cash or only cards
    可以刷卡吗
    能用微信付款吗
    """,
    """
    where is the toilet
    is there somewhere to wash my hands
    厕所在哪里
    洗手间在哪
    """,
    """
    I want my money back
    can I return this or exchange it
    我想退货
    可以换一个大一点的吗
    """,
    """
    my parcel arrived broken
    this does not work any more
    收到的东西是坏的
    这个用不了了怎么修
    """,
    """
    can you send it abroad
    what does delivery cost and how long does it take
    能寄到北京吗
    快递要几天，运费多少
    """,
    """
    is there parking nearby
    how do I get to you by bus
    where exactly are you, what is the address
    你们有停车位吗
    怎么走，在哪一站下车
    """,
    """
    do you have vegan cookies
    is there sugar or milk in it
    how much caffeine is in this
    有没有无糖的点心
    里面有牛奶吗
    """,
    """
    can I book a table for six
    do you have a room for two nights
    I would like to hire the place for a party
    想订一个六人桌
    还有双人房吗
    """,
    """
    how much does this cost
    what is the price of the big one
    这个多少钱
    最便宜的是哪一种
    """,
    """
    do you sell gift wrapping
    is it still in stock and do you have it in blue
    这款还有货吗
    有蓝色的吗，能不能包装
    """,
    """
    which one is best for a beginner
    what would you recommend to drink before sleep
    送长辈买什么好
    推荐哪一款
    """,
    """
    how do I use this
    how long does it keep once it is opened
    这个怎么用
    打开以后能放多久
    """,
    """
    are you hiring
    do you have a job for a student
    你们招人吗
    我想来兼职
    """,
    """
    who is the owner
    can I speak to the manager, please call me back
    老板是谁
    请给我回个电话
    """,
    """
    I lost my umbrella in your shop
    did anybody find my keys
    我的雨伞忘在你们店里了
    有人捡到钥匙吗
    """,
    """
    can I bring my dog and my children
    is it all right with a wheelchair
    可以带狗进来吗
    有没有儿童座椅
    """,
    """
    I need an invoice for my company
    could you send me the receipt again
    可以开发票吗
    发票抬头写错了
    """,
    """
    tell me a joke
    what is the weather like
    are you a robot
    你是机器人吗
    今天天气怎么样
    """,
)


def silent(number: int) -> int:
    """The number under which a question to a person's own data is learnt while it has no answer here, such as opening
    hours that nobody told: nothing else is taken for it, and it goes to a person."""
    return 10 * FIRST + number


def answered(entry: int) -> bool:
    """Is there an answer behind this number? Not behind an ordinary subject."""
    return entry > FIRST


def beside(lessons: Sequence[tuple[str, int, bool]]) -> list[tuple[str, int, bool]]:
    """What is to be learnt beside these lessons: nothing where a club has written enough of its own."""
    own = [(text, entry) for text, entry, _ in lessons if entry > 0]
    if len({entry for _, entry in own}) >= FEW:
        return []
    return [(way, number, False) for way, number in phrasings([text for text, _ in own])]


def phrasings(own: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Each ordinary question with the number of its subject. Left out is a subject about which the club has written
    (`own`: the ways to ask that are its own), told by a word or a pair of characters that both have and few others."""
    written = _parts(own)
    for place, ways in enumerate(_SUBJECTS):
        if not written & _telling(place):
            yield from ((way, FIRST - place) for way in ways)


_SUBJECTS = [[line.strip() for line in lines.strip().split("\n")] for lines in SUBJECTS]


@cache
def _telling(place: int) -> frozenset[str]:
    """Whole words and pairs of characters that only this subject has: what it is about."""
    others = [way for other, ways in enumerate(_SUBJECTS) if other != place for way in ways]
    parts = _parts(_SUBJECTS[place]) - _parts([*others, *(way for way, _ in own_data.phrasings())])
    return frozenset(part for part in parts if part.startswith("w ") or (len(part) == 2 and not part.isascii()))


def _parts(texts: Sequence[str]) -> set[str]:
    return {part for text in texts for part in features(text)}
