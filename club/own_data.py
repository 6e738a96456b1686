"""Questions that a person's own data answers. They are learnt beside the entries of the knowledge base.

Each has a number below 0, where no entry has one. What is Chinese here stands in simplified characters: both scripts
are folded onto them.
"""

from __future__ import annotations

POINTS, TIER, VOUCHERS, REQUESTS, REWARDS, CARD, HOURS, EVENTS = -1, -2, -3, -4, -5, -6, -7, -8

TITLES = {
    POINTS: "buttons/points",
    TIER: "buttons/tier",
    VOUCHERS: "buttons/vouchers",
    REQUESTS: "buttons/status",
    REWARDS: "buttons/rewards",
    CARD: "buttons/my_card",
    HOURS: "buttons/hours",
    EVENTS: "buttons/whats_on",
}
"""What a button to each is labelled with."""

PHRASINGS = {
    POINTS: """
        how many points do I have
        what is my points balance
        my points
        show me my balance
        do I have any points left
        when do my points expire
        how many points have I got so far
        check my points please
        我有多少积分
        我的积分
        查一下积分
        积分还剩多少
        我的点数有几点
        我现在有多少点数
        积分什么时候过期
        点数余额
    """,
    TIER: """
        what tier am I
        which level do I have
        my membership level
        am I silver or gold
        what is my status in the club
        how far is it to the next tier
        how much more until gold
        我是什么等级
        我的会员等级
        我现在是什么级别
        离下一级还差多少
        还差多少升级
        我是金卡还是银卡
    """,
    VOUCHERS: """
        do I have a voucher
        show my vouchers
        where is my voucher code
        my coupons
        which vouchers can I still use
        when does my voucher run out
        我有没有优惠券
        我的券在哪里
        我的优惠券
        看一下我的礼券
        还有哪些券可以用
        兑换券的号码在哪
    """,
    REQUESTS: """
        what about my complaint
        what is the status of my complaint
        has anybody looked at my request
        any news about my question
        how is my complaint going
        where does my ticket stand
        我的投诉处理得怎么样了
        投诉进展如何
        我的问题有人处理吗
        我的问题处理到哪了
        上次的投诉有结果吗
    """,
    REWARDS: """
        what can I get for my points
        which rewards are there
        how do I redeem my points
        what are my points good for
        show me the rewards
        积分可以换什么
        有哪些奖励可以兑换
        怎么用积分兑换
        点数能换什么东西
        我想换礼物
    """,
    CARD: """
        what is my member number
        show my member card
        where is my membership card
        my card number please
        我的会员号是多少
        我的会员卡在哪
        出示会员卡
        会员编号是几号
    """,
    HOURS: """
        when do you open
        what are your opening hours
        until when are you open today
        are you open on sunday
        is the shop open tomorrow
        what time do you close
        opening times of the nearest branch
        which branch is nearest
        where is your nearest shop
        where is the closest branch
        几点开门
        营业时间是几点到几点
        今天开到几点
        你们周日开门吗
        几点关门
        离我最近的店几点打烊
        离我最近的门店在哪里
        最近的店是哪一家
        哪家分店离我近
    """,
    EVENTS: """
        when is the next event
        what events are coming up
        is there anything going on this week
        which events do you have
        are there any events soon
        what is happening at the club
        下次活动是什么时候
        最近有什么活动
        这周有活动吗
        有哪些活动可以参加
        近期活动安排
        会员活动有哪些
    """,
}


def phrasings() -> list[tuple[str, int]]:
    """Each way to ask, with the number of what is asked for."""
    return [(line.strip(), number) for number, lines in PHRASINGS.items() for line in lines.strip().split("\n")]
