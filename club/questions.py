"""What people say without asking anything."""

from __future__ import annotations

import re

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


def small_talk(text: str) -> str | None:
    """What a message says where it says nothing else: greeting, thanks, stop. None for all that needs a person."""
    bare = re.sub(r"[\s.!?,~。！？，～…]+", " ", text.casefold()).strip()
    return _KNOWN.get(bare)
