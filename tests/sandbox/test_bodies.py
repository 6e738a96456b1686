"""Parameters arrive in four ways and mean the same."""

from __future__ import annotations

import json

import aiohttp
import pytest

from sandbox.world import ANA, World
from tests.sandbox.conftest import Api, Refused

BUTTONS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
FLAT = {"chat_id": str(ANA), "text": "你好", "protect_content": "true", "reply_markup": json.dumps(BUTTONS)}


def multipart(**fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    return form


async def test_query_form_json_and_multipart_mean_the_same(api: Api) -> None:
    nested = {"chat_id": ANA, "text": "你好", "protect_content": True, "reply_markup": BUTTONS}
    sent = [
        await api.post("sendMessage", params=FLAT),
        await api.post("sendMessage", data=FLAT),
        await api.post("sendMessage", json=nested),
        await api.post("sendMessage", data=multipart(**FLAT)),
    ]
    async with api.session.get(f"{api.url}/bot{api.token}/sendMessage", params=FLAT) as response:
        sent.append((await response.json())["result"])
    said = [{**message, "message_id": 0, "date": 0} for message in sent]
    assert all(one == said[0] for one in said)
    assert (said[0]["reply_markup"], said[0]["has_protected_content"]) == (BUTTONS, True)


async def test_a_file_is_a_part_of_its_own(world: World, api: Api) -> None:
    form = multipart(chat_id=str(ANA), caption="Your card")
    form.add_field("photo", b"picture", filename="card.png", content_type="image/png")
    sent = await api.post("sendPhoto", data=form)
    stored = world.files.by_id[sent["photo"][-1]["file_id"]]
    assert (stored.data, sent["caption"]) == (b"picture", "Your card")


async def test_an_album_names_its_files_by_attach(world: World, api: Api) -> None:
    media = [{"type": "document", "media": "attach://one"}, {"type": "document", "media": "attach://two"}]
    form = multipart(chat_id=str(ANA), media=json.dumps(media))
    form.add_field("one", b"1", filename="一.csv", content_type="text/csv")
    form.add_field("two", b"2", filename="2.csv", content_type="text/csv")
    sent = await api.post("sendMediaGroup", data=form)
    assert [message["document"]["file_name"] for message in sent] == ["一.csv", "2.csv"]
    assert [world.files.by_id[message["document"]["file_id"]].data for message in sent] == [b"1", b"2"]


async def test_an_empty_file_is_refused(api: Api) -> None:
    form = multipart(chat_id=str(ANA))
    form.add_field("document", b"", filename="empty.txt")
    with pytest.raises(Refused, match="Bad Request: file must be non-empty"):
        await api.post("sendDocument", data=form)


async def test_names_of_methods_have_no_capitals_to_get_wrong(api: Api) -> None:
    assert (await api.post("GETME"))["id"] == 1000000001


async def test_broken_json_is_refused(api: Api) -> None:
    with pytest.raises(Refused, match="Bad Request: can't parse JSON object"):
        await api.post("sendMessage", data=b"{", headers={"Content-Type": "application/json"})
