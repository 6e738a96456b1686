"""What `/healthz` answers: ill is what does not move, not what is long."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from bot.metrics import Metrics
from bot.settings import SettingsProblem
from bot.web import Surroundings, serving
from storage.database import Unit
from storage.outbox import Lane
from tests.web.house import House


async def test_a_standby_with_its_database_is_well(house: House) -> None:
    house.clock.passes(100_000)
    await house.an_update_arrives()
    status, health = await house.health()
    assert status == 200
    assert health["status"] == "ok"
    assert health["database"] == "ok"
    assert health["role"] == "standby"
    assert health["intake_age_seconds"] is None


async def test_a_leader_tells_how_old_everything_is(house: House) -> None:
    house.vitals.leads()
    await house.an_update_arrives()
    house.clock.passes(2)
    house.vitals.heard()
    await house.a_message_is_due()
    house.clock.passes(3)
    assert await house.health() == (
        200,
        {
            "status": "ok",
            "ill": [],
            "database": "ok",
            "role": "leader",
            "intake_age_seconds": 3.0,
            "inbox_waiting_age_seconds": 5.0,
            "outbox_age_seconds": 3.0,
        },
    )


async def test_an_idle_house_is_well(house: House) -> None:
    house.vitals.leads()
    house.clock.passes(100_000)
    status, health = await house.health()
    assert (status, health["inbox_waiting_age_seconds"], health["outbox_age_seconds"]) == (200, None, None)


async def test_polling_that_hears_nothing_is_ill(house: House) -> None:
    house.vitals.leads()
    house.vitals.polling = True
    house.clock.passes(149)
    assert (await house.health())[0] == 200
    house.clock.passes(2)
    status, health = await house.health()
    assert (status, health["status"], health["ill"]) == (503, "ill", ["intake"])
    house.vitals.heard()
    assert (await house.health())[0] == 200


async def test_updates_that_wait_while_none_is_handled_are_ill(house: House) -> None:
    house.vitals.leads()
    await house.an_update_arrives()
    house.clock.passes(121)
    status, health = await house.health()
    assert (status, health["ill"]) == (503, ["dispatch"])
    house.vitals.handled()
    assert (await house.health())[0] == 200


async def test_a_long_broadcast_that_moves_is_well(house: House) -> None:
    house.vitals.leads()
    await house.a_message_is_due(Lane.PROMOTION)
    house.clock.passes(7200)
    assert (await house.health())[1]["ill"] == ["delivery"]
    house.vitals.delivered()
    status, health = await house.health()
    assert (status, health["outbox_age_seconds"]) == (200, 7200)


async def test_a_new_leader_is_not_blamed_for_what_waited_before(house: House) -> None:
    await house.an_update_arrives()
    await house.a_message_is_due()
    house.clock.passes(5000)
    house.vitals.leads()
    assert (await house.health())[0] == 200


class Gone:
    """A database whose server is away."""

    dialect = "postgresql"

    async def write(self, unit: Unit[Any], *, patient: bool = False) -> Any:
        raise OSError("gone")

    async def read(self, unit: Unit[Any]) -> Any:
        raise OSError("gone")

    async def clear_log(self) -> bool:
        raise OSError("gone")

    async def close(self) -> None: ...


async def test_a_database_that_does_not_answer_is_named(house: House) -> None:
    around = Surroundings(Gone(), house.vitals, Metrics())
    async with serving(around, "127.0.0.1", 0) as port:
        house.address = f"http://127.0.0.1:{port}"
        status, health = await house.health()
        assert (status, health["database"], health["ill"]) == (503, "ill", ["database"])
        async with house.session.get(house.address + "/metrics") as answer:
            assert answer.status == 503


async def test_without_a_webhook_there_is_no_such_path(house: House) -> None:
    async with serving(Surroundings(house.database, house.vitals, Metrics()), "127.0.0.1", 0) as port:
        house.address = f"http://127.0.0.1:{port}"
        assert await house.delivers('{"update_id": 5}') == 404


async def test_a_port_that_is_taken_is_named(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            SettingsProblem, match=rf"web\.port: found '127.0.0.1' and {port} \(.*in use.*\), expected a free"
        ):
            async with serving(Surroundings(house.database, house.vitals, Metrics()), "127.0.0.1", port):
                pass
