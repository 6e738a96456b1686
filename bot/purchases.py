"""`POST /api/purchases`: a till or a web shop says what somebody bought, and what it earns is credited.

Each request is signed: `X-Guanxi-Signature` is the HMAC-SHA256, in hexadecimal, of the time in `X-Guanxi-Time` (Unix
seconds), a full stop and the body, under the key in `web.api_key`. A request that is five minutes old is not accepted
any more, and the same order twice changes nothing, so that a till may repeat what it heard no answer to.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Annotated, Any

import structlog
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.body import read_body
from bot.clock import Clock
from club import customers, money, orders, points, products, purchases, tiers
from club.club import Club
from club.refusal import Refused
from handlers import sales
from storage import branches
from storage.database import Database
from templates import plain

log = structlog.get_logger(__name__)

PATH = "/api/purchases"
DESCRIPTION = "/api/openapi.json"
TIME, SIGNATURE = "X-Guanxi-Time", "X-Guanxi-Signature"
LASTS = 300
"""Seconds for which a signature is good, either way: clocks differ."""
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)

ORDER_NUMBER = "1 to 40 letters, digits or signs, and no spaces"
MONEY = 'an amount as text, with a point, such as "318.00"'
_SHAPES = {"order": ORDER_NUMBER, "amount": MONEY}
"""What would work, where a pattern says it to programs only."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _whole(value: object) -> object:
    """To JSON, 2.0 is a whole number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LineSaid(_Said):
    """One product. `amount`: for all pieces together, in the club's currency, with a point: "318.00"."""

    product: Text = Field(examples=["Beans"])
    quantity: Annotated[int, BeforeValidator(_whole)] = Field(1, ge=1, le=orders.MAX_QUANTITY)
    amount: str = Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$", examples=["318.00"], description=MONEY)


class PurchaseSaid(_Said):
    """An order. `member`: their number, or their @name. `order`: the receipt's number; the same one is known again."""

    order: str = Field(pattern=r"^[!-~]{1,40}$", examples=["A-1001"], description=ORDER_NUMBER)
    member: Annotated[str, StringConstraints(min_length=2, max_length=40)] = Field(examples=["10017"])
    branch: Text | None = None
    lines: list[LineSaid] = Field(min_length=1, max_length=orders.MAX_ROWS)


class Credited(BaseModel):
    """What came of it. `points`: what the order earned; `balance`: what the member has now; `fresh`: false where the
    order was on file already."""

    order: str
    fresh: bool
    points: int
    balance: int
    tier: str | None


class Problem(BaseModel):
    """Why not. `where`: the field, empty where the request as a whole is meant; `expected`: what would work."""

    where: str
    expected: str


class _NoSuchBranch(Exception):
    """Nobody has told the club of a branch of this name."""


@dataclass(frozen=True)
class Counter:
    """Where purchases are taken in. `sold` is called after each: there is something to send."""

    key: bytes
    database: Database
    club: Club
    clock: Clock
    sold: Callable[[], None]


def routes(counter: Counter) -> list[BaseRoute]:
    """The endpoint and its description."""

    async def take_in(request: Request) -> Response:
        body = await read_body(request)
        if body is None:
            return _problem(413, "", "a shorter body")
        fault = _signature_fault(counter.key, request, body)
        if fault is not None:
            return fault
        try:
            said = PurchaseSaid.model_validate_json(body)
        except ValidationError as error:
            return _unclear(error)
        return await _sell(counter, said)

    async def describe(_request: Request) -> Response:
        return JSONResponse(description())

    return [Route(PATH, take_in, methods=["POST"]), Route(DESCRIPTION, describe)]


def sign(key: bytes, at: int, body: bytes) -> str:
    """The signature of a body at a time (Unix seconds)."""
    return hmac.new(key, f"{at}.".encode() + body, sha256).hexdigest()


def _signature_fault(key: bytes, request: Request, body: bytes) -> Response | None:
    said, given = request.headers.get(TIME, ""), request.headers.get(SIGNATURE, "")
    if not _SECONDS.fullmatch(said):
        return _problem(401, TIME, "the time in Unix seconds")
    if not hmac.compare_digest(sign(key, int(said), body).encode(), given.encode("utf-8", "replace")):
        return _problem(401, SIGNATURE, "the HMAC-SHA256 of time, full stop and body under web.api_key")
    if abs(time.time() - int(said)) > LASTS:
        return _problem(401, TIME, f"a time within {LASTS} seconds of ours: check the till's clock")
    return None


async def _sell(counter: Counter, said: PurchaseSaid) -> Response:
    try:
        credited = await counter.database.write(partial(_unit, said=said, counter=counter))
    except Refused as refusal:
        status, where = _STATUS.get(refusal.template.partition("/")[0], (422, ""))
        if refusal.template == "sales/order_known":
            status, where = 409, "order"
        return _problem(status, where, plain(refusal.template, "en", **refusal.facts))
    except _NoSuchBranch:
        return _problem(422, "branch", "the name of a branch as /branches shows it")
    except Exception as error:
        log.error("a purchase could not be stored, the till may send it again", error=type(error).__name__)
        return _problem(503, "", "to be sent again in a moment")
    counter.sold()
    return JSONResponse(credited.model_dump(), 201 if credited.fresh else 200)


_STATUS = {"customers": (404, "member"), "money": (422, "lines"), "products": (422, "lines")}


def _unit(db: Connection, said: PurchaseSaid, counter: Counter) -> Credited:
    club, now = counter.club, counter.clock.now()
    customer = customers.find(db, said.member)
    rows = [
        orders.Row(products.product_name(line.product), line.quantity, money.typed(line.amount, club.currency))
        for line in said.lines
    ]
    tier = tiers.tier_of(db, customer.id, club)
    sold = purchases.sell(
        db,
        customer,
        [orders.priced(db, row, tier) for row in rows],
        order_number=said.order,
        branch_id=_branch(db, said.branch),
        club=club,
        now=now,
    )
    if sold.fresh:
        sales.announce(db, customer, sold, club, now)
    after = tiers.tier_of(db, customer.id, club)
    return Credited(
        order=sold.order_number,
        fresh=sold.fresh,
        points=sold.points if customer.joined else 0,
        # Another till may have sold while this one waited for its turn: what it did is of a later moment than `now`.
        balance=points.balance(db, customer.id, counter.clock.now()).available,
        tier=after.name("en") if after else None,
    )


def _branch(db: Connection, name: str | None) -> int | None:
    if name is None:
        return None
    found = next((branch for branch in branches.every(db) if branch.name.casefold() == name.casefold()), None)
    if found is None:
        raise _NoSuchBranch
    return found.id


def _problem(status: int, where: str, expected: str) -> Response:
    return JSONResponse({"problems": [Problem(where=where, expected=expected).model_dump()]}, status)


def _unclear(error: ValidationError) -> Response:
    found = error.errors(include_input=False, include_url=False)
    return JSONResponse({"problems": [_named(one["loc"], one["type"], one["msg"]).model_dump() for one in found]}, 422)


def _named(place: tuple[int | str, ...], kind: str, said: str) -> Problem:
    expected = _SHAPES[str(place[-1])] if kind == "string_pattern_mismatch" else said
    return Problem(where=".".join(str(part) for part in place), expected=expected)


# ---- the description ----------------------------------------------------------------------------------------------


def description() -> dict[str, Any]:
    """The endpoint in OpenAPI 3.1."""
    schemas: dict[str, Any] = {}
    for model in (PurchaseSaid, Credited, Problem):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
    schemas["Problems"] = {
        "type": "object",
        "properties": {"problems": {"type": "array", "items": _ref("Problem")}},
        "required": ["problems"],
    }
    refused = {
        "401": "The signature or its time is wrong.",
        "404": "Nobody has this member number or name.",
        "409": "This order is on file with something else in it.",
        "413": "The body is too long.",
        "422": "A field is missing, unknown or does not say what it should.",
        "503": "Try again in a moment: nothing was stored.",
    }
    answers = {code: _answer(said, "Problems") for code, said in refused.items()}
    answers |= {"201": _answer("Sold and credited.", "Credited"), "200": _answer("On file already.", "Credited")}
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": said}
        for name, said in ((TIME, "Unix seconds"), (SIGNATURE, "HMAC-SHA256 of time, full stop and body, in hex"))
    ]
    operation = {
        "operationId": "addPurchase",
        "summary": "Say what somebody bought.",
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("PurchaseSaid")}}},
        "responses": answers,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Guanxi", "version": "1", "description": __doc__.strip()},
        "paths": {PATH: {"post": operation}},
        "components": {"schemas": schemas},
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(said: str, schema: str) -> dict[str, Any]:
    return {"description": said, "content": {"application/json": {"schema": _ref(schema)}}}
