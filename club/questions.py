"""What people say without asking anything, and what they ask while something is wrong."""

from __future__ import annotations

import re

from club.tokens import simplified

GREETING, THANKS, STOP = "greeting", "thanks", "stop"

_WORDS = {
    GREETING: "hi hello hey hallo moin morning start menu help "
    "你好 您好 嗨 哈喽 早 早上好 晚上好 下午好 在吗 在嗎 你好啊 哈囉 菜单 菜單",
    THANKS: "thanks thx ty cheers ok okay great good bye "
    "谢谢 謝謝 多谢 多謝 谢了 謝了 好的 好 嗯 收到 知道了 再见 再見 拜拜 👍 🙏 👌 ❤️ 😊",
    STOP: "stop unsubscribe stopp 退订 退訂 停止",
}
_PHRASES = {
    GREETING: ("good morning", "good evening", "good afternoon", "hi there", "hello there"),
    THANKS: ("thank you", "thank you very much", "thanks a lot", "many thanks", "非常感谢", "非常感謝"),
}
_KNOWN = {word: kind for kind, words in _WORDS.items() for word in words.split()} | {
    phrase: kind for kind, phrases in _PHRASES.items() for phrase in phrases
}


_TROUBLE = re.compile(
    r"\b(broken?|cracked|damaged|defective|leak(s|ed|ing)|mou?ldy|rotten|spoil(ed|t)|disgusting|awful|terrible|horrible"
    r"|rude|unfriendly|scam|cheated|unacceptable|disappoint\w+|never again|complain\w*|angry|furious|annoyed|upset"
    r"|ridiculous|worst|stale|burnt|filthy|ruined|still waiting|never (came|arrived|got)|nobody (answers|came|helped)"
    r"|(was|were|came|comes|arrived|got) (\w+ )?(cold|late|wrong|dirty|missing|damaged|empty|sour)"
    r"|wrong (order|item|drink|size|colou?r|address))\b"
    r"|发霉|变质|坏了|碎了|破了|裂了|漏水|漏了|难喝|难吃|恶心|差劲|太差|恶劣|没人理|受不了|失望|骗|投诉|生气|气死|过分|糟糕"
    r"|凉了|冷掉|送错|发错|弄错|少了|缺了|没收到|没送到|还没到|等了.{0,6}(小时|分钟|半天)|太脏|很脏|过期了|有异味|馊"
)


def complains(text: str) -> bool:
    """Does it say that something is wrong? Such words are for a person, whatever they seem to ask."""
    return _TROUBLE.search(simplified(text).casefold()) is not None


def small_talk(text: str) -> str | None:
    """What a message says where it says nothing else: greeting, thanks, stop. None for all that needs a person."""
    bare = re.sub(r"[\s.!?,~。！？，～…]+", " ", text.casefold()).strip()
    return _KNOWN.get(bare)
