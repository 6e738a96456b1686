"""What a bot sends arrives, and what Telegram would refuse is refused in its words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.world import ANA, CLERK, STAFF_GROUP, XIAOMING, World
from tests.sandbox.conftest import Api, Refused

SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def button(data: str, text: str = "Yes") -> dict[str, object]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data}]]}


async def refusal(call: object) -> str:
    """The words of the refusal."""
    with pytest.raises(Refused) as refused:
        await call  # type: ignore[misc]
    return str(refused.value)


async def test_a_message_arrives(world: World, api: Api) -> None:
    await api.sendMessage(chat_id=ANA, text="  You have <b>70</b> points. \n", parse_mode="HTML")
    assert world.html(world.last(ANA)) == "You have <b>70</b> points."


async def test_a_reply_quotes_what_it_replies_to(world: World, api: Api) -> None:
    question = world.say(ANA, "When do you open?").message_id
    answer = await api.sendMessage(chat_id=ANA, text="At nine", reply_parameters={"message_id": question})
    assert answer["reply_to_message"]["text"] == "When do you open?"
    gone = api.sendMessage(chat_id=ANA, text="At nine", reply_parameters={"message_id": 999})
    assert await refusal(gone) == "Bad Request: message to be replied not found"
    anyway = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await api.sendMessage(chat_id=ANA, text="At nine", reply_parameters=anyway)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"chat_id": 5, "text": "x"}, "Bad Request: chat not found"),
        ({"text": "x"}, "Bad Request: chat_id is empty"),
        ({"chat_id": ANA, "text": " \n"}, "Bad Request: message text is empty"),
        ({"chat_id": ANA, "text": "x" * 4097}, "Bad Request: message is too long"),
        ({"chat_id": ANA, "text": "😀" * 2049}, "Bad Request: message is too long"),
        ({"chat_id": ANA, "text": "x", "parse_mode": "BBCode"}, "Bad Request: unsupported parse_mode bbcode"),
        ({"chat_id": ANA, "text": "x", "reply_markup": button("")}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"chat_id": ANA, "text": "x", "reply_markup": button("客" * 22)}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"chat_id": ANA, "text": "x", "reply_markup": "["}, "Bad Request: can't parse reply markup JSON object"),
        ({"chat_id": ANA, "text": "x", "message_thread_id": 7}, "Bad Request: message thread not found"),
        ({"chat_id": XIAOMING, "text": "x"}, "Forbidden: bot can't initiate conversation with a user"),
    ],
)
async def test_what_telegram_refuses_is_refused_in_its_words(api: Api, params: dict[str, object], words: str) -> None:
    assert await refusal(api.sendMessage(**params)) == words


async def test_the_length_counts_after_the_tags_are_gone(api: Api) -> None:
    assert await api.sendMessage(chat_id=ANA, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")


async def test_a_caption_may_have_1024_characters(api: Api) -> None:
    assert await api.sendPhoto(chat_id=ANA, photo="https://e.com/a.jpg", caption="x" * 1024)
    long = api.sendPhoto(chat_id=ANA, photo="https://e.com/a.jpg", caption="x" * 1025)
    assert await refusal(long) == "Bad Request: message caption is too long"


async def test_a_button_must_lead_somewhere_telegram_can_go(api: Api) -> None:
    async def with_button(**action: str) -> str:
        markup = {"inline_keyboard": [[{"text": "Go", **action}]]}
        return await refusal(api.sendMessage(chat_id=ANA, text="x", reply_markup=markup))

    assert "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL" in await with_button(
        url="http://localhost/"
    )
    assert "text buttons are unallowed in the inline keyboard" in await with_button()


async def test_a_reply_keyboard_is_shown_but_not_told_to_the_bot(world: World, api: Api) -> None:
    keyboard = {"keyboard": [[{"text": "Yes"}, {"text": "No"}]]}
    sent = await api.sendMessage(chat_id=ANA, text="Choose", reply_markup=keyboard)
    assert "reply_markup" not in sent
    assert world.room(ANA).keyboards[sent["message_id"]] == keyboard


async def test_who_blocked_the_bot_gets_nothing_until_it_is_unblocked(world: World, api: Api) -> None:
    world.block(ANA)
    assert await refusal(api.sendMessage(chat_id=ANA, text="x")) == "Forbidden: bot was blocked by the user"
    world.block(ANA, False)
    assert await api.sendMessage(chat_id=ANA, text="x")
    world.deactivate(ANA)
    assert await refusal(api.sendMessage(chat_id=ANA, text="x")) == "Forbidden: user is deactivated"


async def test_a_bot_may_write_to_whom_has_written_to_it(world: World, api: Api) -> None:
    world.say(XIAOMING, "你好")
    assert await api.sendMessage(chat_id=XIAOMING, text="你好")


async def test_a_group_that_threw_the_bot_out_is_closed(world: World, api: Api) -> None:
    group = world.add_group("Friends", [CLERK], basic=True).id
    world.kick(group)
    assert await refusal(api.sendMessage(chat_id=group, text="x")) == "Forbidden: bot was kicked from the group chat"
    await api.leaveChat(chat_id=STAFF_GROUP)
    left = await refusal(api.sendMessage(chat_id=STAFF_GROUP, text="x"))
    assert left == "Forbidden: bot is not a member of the supergroup chat"


async def test_a_group_that_became_a_supergroup_says_its_new_id(world: World, api: Api) -> None:
    group = world.add_group("Friends", [CLERK], basic=True).id
    new = world.migrate(group)
    with pytest.raises(Refused, match="group chat was upgraded to a supergroup chat") as refused:
        await api.sendMessage(chat_id=group, text="x")
    assert refused.value.parameters == {"migrate_to_chat_id": new.id}
    assert await api.sendMessage(chat_id=new.id, text="x")


async def test_an_edit_changes_text_and_takes_the_buttons_away(world: World, api: Api) -> None:
    sent = await api.sendMessage(chat_id=ANA, text="Sure?", reply_markup=button("yes"))
    where = {"chat_id": ANA, "message_id": sent["message_id"]}
    assert await refusal(api.editMessageText(text="Sure?", reply_markup=button("yes"), **where)) == SAME
    edited = await api.editMessageText(text="Sure?", **where)
    assert "reply_markup" not in edited
    assert edited["edit_date"]
    assert await refusal(api.editMessageText(text="Sure? ", **where)) == SAME
    assert world.messages(ANA) == [edited]


async def test_what_a_person_deleted_cannot_be_edited(world: World, api: Api) -> None:
    sent = await api.sendMessage(chat_id=ANA, text="Sure?")
    world.delete(ANA, sent["message_id"])
    where = {"chat_id": ANA, "message_id": sent["message_id"]}
    assert await refusal(api.editMessageText(text="x", **where)) == "Bad Request: message to edit not found"
    assert await refusal(api.deleteMessage(**where)) == "Bad Request: message to delete not found"


async def test_a_bot_edits_only_its_own_messages(world: World, api: Api) -> None:
    said = world.say(ANA, "Hello").message_id
    theirs = api.editMessageText(chat_id=ANA, message_id=said, text="x")
    assert await refusal(theirs) == "Bad Request: message can't be edited"
    photo = await api.sendPhoto(chat_id=ANA, photo="https://e.com/a.jpg")
    no_text = api.editMessageText(chat_id=ANA, message_id=photo["message_id"], text="x")
    assert await refusal(no_text) == "Bad Request: there is no text in the message to edit"


async def test_in_private_a_bot_deletes_for_two_days(world: World, api: Api) -> None:
    sent = await api.sendMessage(chat_id=ANA, text="Old")
    world.clock.move_to(world.clock.now() + timedelta(hours=49))
    late = api.deleteMessage(chat_id=ANA, message_id=sent["message_id"])
    assert await refusal(late) == "Bad Request: message can't be deleted for everyone"


async def test_a_press_is_answered_once_and_soon(world: World, api: Api) -> None:
    sent = await api.sendMessage(chat_id=ANA, text="Sure?", reply_markup=button("yes"))
    pressed = world.press(ANA, ANA, sent["message_id"], "yes")
    query = (await api.getUpdates())[-1]["callback_query"]
    assert (query["id"], query["data"], query["message"]) == (pressed.callback_id, "yes", sent)
    await api.answerCallbackQuery(callback_query_id=pressed.callback_id, text="Thank you")
    assert (await world.pressed(pressed.callback_id)).text == "Thank you"
    assert await refusal(api.answerCallbackQuery(callback_query_id=pressed.callback_id)) == TOO_OLD
    world.query_lasts = 0.0
    late = world.press(ANA, ANA, sent["message_id"], "yes")
    assert await refusal(api.answerCallbackQuery(callback_query_id=late.callback_id)) == TOO_OLD


async def test_only_a_button_that_is_there_can_be_pressed(world: World, api: Api) -> None:
    sent = await api.sendMessage(chat_id=ANA, text="Sure?", reply_markup=button("yes"))
    with pytest.raises(ValueError, match=r"data: found 'no', expected one of \['yes'\]"):
        world.press(ANA, ANA, sent["message_id"], "no")
    assert world.press(ANA, ANA, sent["message_id"], "no", stale=True).update_id


async def test_a_copy_says_the_same_and_a_forward_says_who_said_it(world: World, api: Api) -> None:
    said = world.say(ANA, "My tea is cold").message_id
    source = {"chat_id": STAFF_GROUP, "from_chat_id": ANA, "message_id": said}
    copy = await api.copyMessage(**source)
    forwarded = await api.forwardMessage(**source)
    assert world.room(STAFF_GROUP).find(copy["message_id"])["text"] == "My tea is cold"  # type: ignore[index]
    assert forwarded["forward_origin"]["sender_user"]["first_name"] == "Ana"
    source["message_id"] = 999
    assert await refusal(api.copyMessage(**source)) == "Bad Request: message to copy not found"
    assert await refusal(api.forwardMessage(**source)) == "Bad Request: message to forward not found"


async def test_an_album_is_one_group_of_messages(world: World, api: Api) -> None:
    item = {"type": "photo", "media": "https://e.com/a.jpg"}
    sent = await api.sendMediaGroup(chat_id=ANA, media=[item, {**item, "caption": "Both"}])
    assert len({message["media_group_id"] for message in sent}) == 1
    assert sent[1]["caption"] == "Both"
    assert await refusal(api.sendMediaGroup(chat_id=ANA, media=[item])) == "Bad Request: album must include 2-10 items"


async def test_a_person_sends_an_album(world: World, api: Api) -> None:
    world.send_album(ANA, [b"one", b"two"], "Both")
    first, second = [update["message"] for update in await api.getUpdates()]
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], "caption" in second) == ("Both", False)


async def test_typing_is_shown_until_the_answer_comes(world: World, api: Api) -> None:
    await api.sendChatAction(chat_id=ANA, action="typing")
    assert world.room(ANA).typing_until > 0
    await api.sendMessage(chat_id=ANA, text="Here")
    assert world.room(ANA).typing_until == 0


async def test_a_file_is_sent_fetched_and_sent_again(world: World, api: Api) -> None:
    world.send_photo(ANA, b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + (320).to_bytes(4, "big") + (200).to_bytes(4, "big"))
    photo = (await api.getUpdates())[0]["message"]["photo"][-1]
    assert (photo["width"], photo["height"]) == (320, 200)
    file = await api.getFile(file_id=photo["file_id"])
    async with api.session.get(f"{api.url}/file/bot{api.token}/{file['file_path']}") as response:
        assert (await response.read()).startswith(b"\x89PNG")
    again = await api.sendPhoto(chat_id=ANA, photo=photo["file_id"])
    assert again["photo"][0]["file_unique_id"] == photo["file_unique_id"]
    wrong = api.sendDocument(chat_id=ANA, document=photo["file_id"])
    assert await refusal(wrong) == "Bad Request: can't use file of type Photo as Document"
    assert await refusal(api.sendPhoto(chat_id=ANA, photo="nothing")) == (
        "Bad Request: wrong file identifier/HTTP URL specified"
    )


async def test_only_the_latest_messages_are_kept(api: Api, world: World) -> None:
    world.room(ANA).keep = 3
    for number in range(5):
        await api.sendMessage(chat_id=ANA, text=str(number))
    assert [message["text"] for message in world.messages(ANA)] == ["2", "3", "4"]


async def test_methods_that_are_missing_say_so(api: Api) -> None:
    with pytest.raises(Refused, match="not in the sandbox yet: sendInvoice") as refused:
        await api.sendInvoice(chat_id=ANA)
    assert refused.value.code == 501
