"""The baselines: what one writes with python-telegram-bot out of the box. Each answers /start with the given words.

    python -m bench.stock URL ANSWER                        one update after another (its default)
    python -m bench.stock URL ANSWER --concurrent 16        so many at once; 0: `concurrent_updates=True`, 256 of them
    python -m bench.stock URL ANSWER --durable FILE         and an INSERT per update, committed with synchronous=FULL
    python -m bench.stock URL ANSWER --broadcast FIRST:N    AIORateLimiter at 30/s (or --rate), 32 workers greet N chats

ANSWER is JSON: {"text": …, "keyboard": [[{"text": …, "callback_data": …}]]}
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application, CommandHandler, ContextTypes

from bench import TOKEN

WORKERS = 32
RETRIES = 5
GREETING = "Happy birthday, dear member! All of us wish you a good year, health and many good cups of tea."


def make_answer(answer: str, durable: str | None) -> Any:
    """The handler. Text and keyboard are made once, as a program does whose every answer is the same."""
    words = json.loads(answer)
    text = words["text"]
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(**one) for one in row] for row in words["keyboard"]])
    database = None if durable is None else open_log(durable)

    async def reply(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if database is not None:
            database.execute("INSERT INTO seen (update_id, raw) VALUES (?, ?)", (update.update_id, update.to_json()))
        if update.message is not None:
            await update.message.reply_text(text, parse_mode="HTML", reply_markup=keyboard)

    return reply


def open_log(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS seen (update_id INTEGER PRIMARY KEY, raw TEXT NOT NULL)")
    return database


async def broadcast(application: Application[Any, Any, Any, Any, Any, Any], chats: range) -> None:
    """A greeting to every chat, by some workers; the rate limiter holds them back and repeats what was refused."""
    waiting = iter(chats)

    async def work() -> None:
        for chat in waiting:
            try:
                await application.bot.send_message(chat, GREETING)
            except TelegramError as error:
                print("lost", chat, type(error).__name__, flush=True)

    await asyncio.gather(*(work() for _ in range(WORKERS)))


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.stock")
    parser.add_argument("url")
    parser.add_argument("answer")
    parser.add_argument("--concurrent", type=int)
    parser.add_argument("--durable")
    parser.add_argument("--broadcast")
    parser.add_argument("--rate", type=int, default=30)
    arguments = parser.parse_args()
    builder: Any = Application.builder().token(TOKEN).base_url(f"{arguments.url}/bot")
    if arguments.concurrent is not None:
        builder = builder.concurrent_updates(arguments.concurrent or True)
    if arguments.broadcast:
        builder = builder.rate_limiter(AIORateLimiter(arguments.rate, 1, 0, 0, RETRIES)).post_init(
            greeter(arguments.broadcast)
        )
    application = builder.build()
    application.add_handler(CommandHandler("start", make_answer(arguments.answer, arguments.durable)))
    application.run_polling()


def greeter(chats: str) -> Any:
    first, _, count = chats.partition(":")

    async def begin(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        task = asyncio.create_task(broadcast(application, range(int(first), int(first) + int(count))))
        application.bot_data["broadcast"] = task

    return begin


if __name__ == "__main__":
    main()
