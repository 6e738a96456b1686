"""A till posts what somebody bought: signed, once, and with a clear word where something is wrong."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from requests.auth import AuthBase

from bot.metrics import Metrics
from bot.purchases import DESCRIPTION, PATH, SIGNATURE, TIME, Counter, description, routes, sign
from bot.vitals import Vitals
from bot.web import Surroundings, serving
from club import points
from storage import vouchers
from storage.ledger_proof import prove
from tests.club import ClubHouse, Person
from tests.purchases.test_till import put_on_sale

KEY = b"k" * 32
LINE = {"product": "Beans", "quantity": 2, "amount": "318.00"}


class Till:
    """A till that knows the key, or thinks it does."""

    def __init__(self, club: ClubHouse, address: str, session: aiohttp.ClientSession) -> None:
        self.club = club
        self.address = address
        self._session = session

    async def posts(
        self, body: Any, *, key: bytes = KEY, at: int | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        at = int(time.time()) if at is None else at
        signed = {TIME: str(at), SIGNATURE: sign(key, at, raw)} | (headers or {})
        async with self._session.post(self.address + PATH, data=raw, headers=signed) as answer:
            said = await answer.json()
        await self.club.settled()
        return answer.status, said

    async def sells(self, order: str, member: str, *lines: Any, **more: Any) -> tuple[int, Any]:
        return await self.posts({"order": order, "member": member, "lines": lines or [LINE]} | more)


@pytest.fixture
async def till(any_club: ClubHouse) -> AsyncIterator[Till]:
    club = any_club
    work, clock = club.work, club.clock
    counter = Counter(KEY, club.database, work.terms.club, clock, work.delivery.wake)
    around = Surroundings(club.database, Vitals(clock=clock.now), Metrics(clock.now), further=routes(counter))
    async with aiohttp.ClientSession() as session, serving(around, "127.0.0.1", 0) as port:
        yield Till(club, f"http://127.0.0.1:{port}", session)


@pytest.fixture
async def ana(till: Till) -> Person:
    return await till.club.member("Ana")


async def test_an_order_is_credited_and_its_customer_is_told(till: Till, ana: Person) -> None:
    status, said = await till.sells("A-1", "10017")
    assert (status, said) == (201, {"order": "A-1", "fresh": True, "points": 318, "balance": 338, "tier": None})
    assert "Beans × 2: €318.00" in ana.sees()
    assert "<b>338</b>" in ana.sees()


async def test_a_till_that_heard_no_answer_asks_again_and_nothing_is_sold_twice(till: Till, ana: Person) -> None:
    answers = await asyncio.gather(*[till.sells("A-1", "10017") for _ in range(8)])
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert {said["balance"] for _, said in answers} == {338}
    assert len([text for text in ana.screen() if "A-1" in text]) == 1
    assert (await till.club.query(prove)).disagreements == ()


async def test_a_first_purchase_brings_its_gift_by_the_till_too(till: Till, ana: Person) -> None:
    await put_on_sale(till.club, "Beans", gift_months=12, gift_value=5_000)
    for order in ("A-1", "A-1", "A-2"):
        await till.sells(order, "10017")
    assert len(await till.club.query(lambda db: vouchers.usable(db, 1, till.club.clock.now()))) == 1
    assert [text for text in ana.screen() if "a voucher over €50.00, to the end of 22 November 2027" in text] != []


async def test_another_order_under_the_same_number_is_refused(till: Till, ana: Person) -> None:
    await till.sells("A-1", "10017")
    status, said = await till.sells("A-1", "10017", LINE | {"amount": "319.00"})
    assert (status, said["problems"][0]["where"]) == (409, "order")
    assert await till.club.query(lambda db: points.balance(db, 1, till.club.clock.now()).available) == 338


@pytest.mark.parametrize(
    ("change", "status", "where"),
    [
        ({"member": "10018"}, 404, "member"),
        ({"member": "<b>"}, 404, "member"),
        ({"member": "10025"}, 404, "member"),
        ({"order": ""}, 422, "order"),
        ({"order": "A 1"}, 422, "order"),
        ({"lines": []}, 422, "lines"),
        ({"lines": [LINE | {"quantity": 0}]}, 422, "lines.0.quantity"),
        ({"lines": [LINE | {"quantity": "2"}]}, 422, "lines.0.quantity"),
        ({"lines": [LINE | {"amount": "-1"}]}, 422, "lines.0.amount"),
        ({"lines": [LINE | {"amount": 318}]}, 422, "lines.0.amount"),
        ({"lines": [LINE | {"amount": "3.1415"}]}, 422, "lines"),
        ({"lines": [LINE | {"product": " "}]}, 422, "lines.0.product"),
        ({"branch": "Nowhere"}, 422, "branch"),
        ({"colour": "red"}, 422, "colour"),
    ],
)
async def test_what_is_wrong_is_named(till: Till, ana: Person, change: Any, status: int, where: str) -> None:
    found, said = await till.posts({"order": "A-1", "member": "10017", "lines": [LINE]} | change)
    assert (found, said["problems"][0]["where"]) == (status, where)
    assert said["problems"][0]["expected"]
    assert await till.club.query(lambda db: points.balance(db, 1, till.club.clock.now()).available) == 20


async def test_what_would_work_is_said_in_words(till: Till, ana: Person) -> None:
    _, said = await till.posts({"order": "A 1", "member": "10017", "lines": [LINE | {"amount": "3,18"}]})
    assert said["problems"] == [
        {"where": "order", "expected": "1 to 40 letters, digits or signs, and no spaces"},
        {"where": "lines.0.amount", "expected": 'an amount as text, with a point, such as "318.00"'},
    ]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"order": 1}', b"[" * 100_000])
async def test_no_json_is_a_clear_no(till: Till, body: bytes) -> None:
    status, said = await till.posts(body)
    assert status == 422
    assert said["problems"]


async def test_nobody_posts_without_the_key(till: Till, ana: Person) -> None:
    order = {"order": "A-1", "member": "10017", "lines": [LINE]}
    assert (await till.posts(order, key=b"x" * 32))[0] == 401
    assert (await till.posts(order, headers={SIGNATURE: ""}))[0] == 401
    assert (await till.posts(order, headers={TIME: "soon"}))[0] == 401
    assert (await till.posts(order, at=int(time.time()) - 400))[0] == 401
    assert (await till.posts(order, at=int(time.time()) + 400))[0] == 401
    assert await till.club.query(lambda db: points.balance(db, 1, till.club.clock.now()).available) == 20


class Signed(AuthBase):
    """Signs whatever is sent, as a till does."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        raw = request.body or b""
        assert isinstance(raw, bytes | str)
        body = raw.encode() if isinstance(raw, str) else raw
        at = int(time.time())
        request.headers.update({TIME: str(at), SIGNATURE: sign(KEY, at, body)})
        return request


async def test_whatever_is_posted_the_answer_is_as_described(till: Till, ana: Person) -> None:
    # here, since it takes a second to load, and every worker of the suite reads this module
    import schemathesis
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    async with aiohttp.ClientSession(till.address) as session, session.get(DESCRIPTION) as answer:
        assert await answer.json() == description()
    operation = schemathesis.openapi.from_dict(description())[PATH]["POST"]
    everything = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)

    @everything
    @given(case=operation.as_strategy())
    def posts(case: Any) -> None:
        # Names that show nothing, more decimals than the currency has: a schema cannot say what a rule refuses.
        case.call_and_validate(base_url=till.address, auth=Signed(), excluded_checks=[positive_data_acceptance])

    await asyncio.to_thread(posts)
