"""Stock programs run against the sandbox as against Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Update,
)
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from sandbox.world import ANA, TOKEN, XIAOMING, World


async def greet(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Says hello, and what the deep link was."""
    assert update.message
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
    await update.message.reply_html(f"Hello <b>{(context.args or ['you'])[0]}</b>", reply_markup=keyboard)


async def confirm(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Thanks for the press."""
    assert update.callback_query
    await update.callback_query.answer("Thank you")
    await update.callback_query.edit_message_text("Confirmed")


async def echo_photo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Sends the picture back as a new upload."""
    assert update.message
    file = await update.message.photo[-1].get_file()
    await update.message.reply_photo(bytes(await file.download_as_bytearray()), caption="Yours")


@pytest.fixture
async def ptb(url: str) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    """A python-telegram-bot Application that polls."""
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot")
    app = builder.build()
    app.add_handler(CommandHandler("start", greet))
    app.add_handler(CallbackQueryHandler(confirm))
    app.add_handler(MessageHandler(filters.PHOTO, echo_photo))
    async with app:
        assert app.updater
        await app.updater.start_polling(timeout=1)
        await app.start()
        yield app
        await app.updater.stop()
        await app.stop()


async def test_python_telegram_bot_polls(world: World, ptb: Any) -> None:
    world.say(ANA, "/start ref_abc")
    await world.wait_for(lambda: len(world.messages(ANA)) == 2)
    greeting = world.last(ANA)
    assert world.html(greeting) == "Hello <b>ref_abc</b>"
    pressed = world.press(ANA, ANA, greeting["message_id"], "yes")
    assert (await world.pressed(pressed.callback_id)).text == "Thank you"
    await world.wait_for(lambda: world.last(ANA)["text"] == "Confirmed")
    world.send_photo(ANA, b"picture")
    await world.wait_for(lambda: world.last(ANA).get("caption") == "Yours")
    assert world.files.by_id[world.last(ANA)["photo"][-1]["file_id"]].data == b"picture"


async def test_python_telegram_bot_understands_every_refusal(
    world: World, ptb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    bot = ptb.bot
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(XIAOMING, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(5, "x")
    world.faults.add("429", methods=["sendMessage"], retry_after=7)
    with pytest.raises(RetryAfter) as late:
        await bot.send_message(ANA, "x")
    assert late.value.retry_after == timedelta(seconds=7)
    world.faults.add("cut", methods=["sendMessage"])
    with pytest.raises(NetworkError):
        await bot.send_message(ANA, "x")


async def test_python_telegram_bot_uses_forms_and_parts(world: World, ptb: Any) -> None:
    bot = ptb.bot
    sent = await bot.send_media_group(ANA, [InputMediaPhoto(b"one", caption="<b>Both</b>"), InputMediaPhoto(b"two")])
    assert len({message.media_group_id for message in sent}) == 1
    await bot.set_my_commands([BotCommand("points", "我的积分")], scope=BotCommandScopeChat(ANA))
    assert (await bot.get_my_commands(scope=BotCommandScopeChat(ANA)))[0].description == "我的积分"
    document = await bot.send_document(ANA, b"a,b", filename="导出.csv")
    assert document.document.file_name == "导出.csv"


async def test_aiogram_takes_a_webhook(world: World, url: str) -> None:
    # here, since it takes seconds to load, and every worker of the suite reads this module
    from aiogram import Bot, Dispatcher, types
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.filters import CommandStart
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler

    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def start(message: types.Message) -> None:
        await message.answer("Hello")

    @dispatcher.message()
    async def echo(message: types.Message) -> None:
        await message.copy_to(message.chat.id)

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token="quiet").register(app, "/hook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="quiet")
        world.say(ANA, "/start")
        await world.wait_for(lambda: world.last(ANA)["text"] == "Hello")
        world.say(ANA, "你好 😀")
        await world.wait_for(lambda: [one["text"] for one in world.messages(ANA)[2:]] == ["你好 😀"] * 2)
        await bot.delete_webhook()
    finally:
        await bot.session.close()
        await runner.cleanup()
