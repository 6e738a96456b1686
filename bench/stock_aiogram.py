"""The other baseline: what aiogram's own documentation shows for a broadcast, a loop that sleeps after each message.

    python -m bench.stock_aiogram URL ANSWER --broadcast FIRST:N --pause 0.05

ANSWER is JSON: {"text": …, "keyboard": [[{"text": …, "callback_data": …}]]}, the answer to /start.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import suppress

from aiogram import Bot, Dispatcher, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.filters import CommandStart

from bench import TOKEN
from bench.stock import GREETING


async def send(bot: Bot, chat: int) -> None:
    """One greeting; what was refused comes again after the wait that Telegram asks for."""
    try:
        await bot.send_message(chat, GREETING)
    except TelegramRetryAfter as error:
        await asyncio.sleep(error.retry_after)
        await send(bot, chat)


async def broadcast(bot: Bot, chats: range, pause: float) -> None:
    for chat in chats:
        with suppress(TelegramAPIError):
            await send(bot, chat)
        await asyncio.sleep(pause)


async def work(url: str, answer: str, chats: str, pause: float) -> None:
    words = json.loads(answer)
    keyboard = types.InlineKeyboardMarkup(
        inline_keyboard=[[types.InlineKeyboardButton(**one) for one in row] for row in words["keyboard"]]
    )
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def start(message: types.Message) -> None:
        await message.answer(words["text"], parse_mode="HTML", reply_markup=keyboard)

    first, _, count = chats.partition(":")
    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url))) as bot:
        sending = asyncio.create_task(broadcast(bot, range(int(first), int(first) + int(count)), pause))
        await dispatcher.start_polling(bot)
        await sending


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.stock_aiogram")
    parser.add_argument("url")
    parser.add_argument("answer")
    parser.add_argument("--broadcast", required=True)
    parser.add_argument("--pause", type=float, default=0.05)
    options = parser.parse_args()
    asyncio.run(work(options.url, options.answer, options.broadcast, options.pause))


if __name__ == "__main__":
    main()
