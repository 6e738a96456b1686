"""`guanxi check` finds everything that is wrong, at once, and changes nothing."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import Connection

from bot import check, probe
from bot.opening import open_storage
from bot.settings import load
from sandbox.server import running
from sandbox.world import TOKEN, World
from storage import inbox, members, migrate, outbox
from storage.database import utc_now
from tests.answers import tiny
from tests.club import NOON
from tests.settings.desk import Desk

OWNER = 9001
LIST = Path("guanxi.erased")


@dataclass
class Operator:
    """Somebody at their desk, with a small Telegram to ask."""

    desk: Desk
    world: World
    capsys: pytest.CaptureFixture[str]
    used_house: Path

    def has_run_before(self) -> None:
        shutil.copytree(self.used_house, self.desk.path, dirs_exist_ok=True)

    async def checks(self, well: bool) -> str:
        """What the check prints; it must end well, or not."""
        assert await check.look_over() == (0 if well else 1)
        return self.capsys.readouterr().out

    async def is_told(self) -> list[str]:
        """The problems, without what is well."""
        lines = (await self.checks(well=False)).splitlines()
        return [line.removeprefix("wrong  ") for line in lines if line.startswith("wrong")]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.logs.configure", lambda *_: None)


@pytest.fixture(autouse=True)
def _good_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """They have tests of their own."""
    monkeypatch.setattr("templates.problems", list)


@pytest.fixture
async def operator(desk: Desk, capsys: pytest.CaptureFixture[str], used_house: Path) -> AsyncIterator[Operator]:
    world = World()
    world.add_persona("Olga", id=OWNER)
    async with running(world) as address:
        desk.exports(GUANXI_TELEGRAM__TOKEN=TOKEN, GUANXI_TELEGRAM__API_URL=address, GUANXI_STAFF__OWNERS=str(OWNER))
        yield Operator(desk, world, capsys, used_house)


async def test_a_new_installation_is_well_and_stays_new(operator: Operator) -> None:
    said = await operator.checks(well=True)
    assert said.endswith("All is well.\n")
    assert "storage: 'guanxi.db' is new, the first start makes its tables and the key 'guanxi.key'" in said
    assert list(operator.desk.path.iterdir()) == []


async def test_one_that_has_run_is_well(operator: Operator) -> None:
    operator.has_run_before()
    said = await operator.checks(well=True)
    assert "'guanxi.db' opens with this key, can be written, and has the tables of this version" in said
    assert f"telegram.token: it is @{operator.world.bot.user['username']}, bot {operator.world.bot.id}" in said
    assert "staff.chat: none, owners, managers and clerks get everything in private" in said
    with sqlite3.connect("guanxi.db") as db:
        assert not db.execute("SELECT 1 FROM bot_state WHERE key = 'written_by_check'").fetchall()
    db.close()


async def test_the_list_of_erasures_is_looked_at(operator: Operator) -> None:
    operator.has_run_before()
    assert "storage.erasures_file: 'guanxi.erased' can be read and written; erasures on it: 0" in await operator.checks(
        well=True
    )
    LIST.unlink()  # noqa: ASYNC240
    assert "'guanxi.erased': none yet, the next start makes it" in await operator.checks(well=True)
    await in_the_database(_forgotten)
    LIST.unlink()  # noqa: ASYNC240
    assert "found no file, though 1 people were erased here" in (await operator.is_told())[0]
    LIST.mkdir()  # noqa: ASYNC240
    assert "cannot be read (Is a directory)" in (await operator.is_told())[0]


async def test_somebody_a_backup_brought_back_is_found(operator: Operator) -> None:
    operator.has_run_before()
    await in_the_database(_met)
    LIST.write_text(f"1 {NOON.isoformat()} {NOON.isoformat()}\n")  # noqa: ASYNC240
    said = await operator.checks(well=True)
    assert "on it are 1 people whom this database has not forgotten" in said
    assert "start the bot, it erases them again" in said


async def test_a_font_that_writes_chinese_is_looked_for(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "fonts: " in await operator.checks(well=True)
    monkeypatch.setattr("bot.drawing._installed", tuple)
    assert "install one, such as the package fonts-noto-cjk" in await operator.checks(well=True)
    operator.desk.exports(GUANXI_CLUB__LANGUAGES='["en"]')
    assert "fonts: " not in await operator.checks(well=True)


async def test_a_model_that_reads_meanings_is_tried(operator: Operator) -> None:
    assert "semantic_model" not in await operator.checks(well=True)
    operator.desk.exports(GUANXI_KNOWLEDGE__SEMANTIC_MODEL="models/none")
    assert await operator.is_told() == [
        "knowledge.semantic_model: found no config.json in 'models/none', expected the folder of a BERT model with "
        "config.json, vocab.txt and model.safetensors"
    ]
    tiny.write(operator.desk.path / "models" / "mine")
    operator.desk.exports(GUANXI_KNOWLEDGE__SEMANTIC_MODEL="models/mine")
    assert "knowledge.semantic_model: 'models/mine' reads what a question means" in await operator.checks(well=True)


async def in_the_database(unit: Callable[[Connection], None]) -> None:
    database = await open_storage(load())
    await database.write(unit)
    await database.close()


def _met(db: Connection) -> None:
    members.add(db, 42, name="Ana", username=None, language="en", zone="UTC", at=NOON)


def _forgotten(db: Connection) -> None:
    _met(db)
    members.set_erased(db, 1, NOON)


async def test_wrong_settings_are_all_there_is_to_say(operator: Operator) -> None:
    operator.desk.writes("club: {nmae: x, time_zone: Mars}")
    assert len(await operator.is_told()) == 2


async def test_all_problems_are_told_at_once(operator: Operator) -> None:
    operator.has_run_before()
    (operator.desk.path / "guanxi.key").chmod(0o644)
    operator.desk.exports(GUANXI_STAFF__OWNERS="", GUANXI_TELEGRAM__TOKEN="")
    assert await operator.is_told() == [
        "storage.key_file: 'guanxi.key' can be read by others, expected mode 0600 (chmod 600 'guanxi.key')",
        "staff.owners: found nobody, expected the Telegram id of at least one owner (GUANXI_STAFF__OWNERS)",
        "telegram.token: found nothing, expected the token from @BotFather in GUANXI_TELEGRAM__TOKEN",
    ]


async def test_a_missing_key_is_named_and_none_is_made(operator: Operator) -> None:
    operator.has_run_before()
    (operator.desk.path / "guanxi.key").unlink()
    (told,) = await operator.is_told()
    assert told.startswith(
        "storage.key_file: found no file at 'guanxi.key', expected the key that belongs to 'guanxi.db'"
    )
    assert not (operator.desk.path / "guanxi.key").exists()


async def test_a_folder_where_nothing_can_be_made_is_named_before_the_first_start(operator: Operator) -> None:
    operator.desk.writes("", "file")
    operator.desk.exports(GUANXI_STORAGE__KEY_FILE="file/key")
    operator.desk.exports(GUANXI_STORAGE__URL="sqlite+aiosqlite:///file/sub/club.db")
    assert await operator.is_told() == [
        "storage.key_file: 'file/key' cannot be made, expected a directory that can be written",
        "storage.erasures_file: 'file/guanxi.erased' cannot be made, expected a directory that can be written",
        "storage.url: 'file/sub/club.db' cannot be made, expected a directory that can be written",
    ]
    operator.desk.exports(GUANXI_STORAGE__KEY_FILE="new/key")
    operator.desk.exports(GUANXI_STORAGE__URL="sqlite+aiosqlite:///new/sub/club.db")
    assert "'new/sub/club.db' is new" in await operator.checks(well=True)


async def test_a_path_that_cannot_even_be_looked_at_is_named(operator: Operator) -> None:
    operator.desk.exports(GUANXI_STORAGE__KEY_FILE="x" * 300)
    (told,) = await operator.is_told()
    assert told.startswith("storage.key_file: found no readable file")
    assert "File name too long" in told


async def test_the_key_of_another_database_is_named(operator: Operator) -> None:
    operator.has_run_before()
    operator.desk.writes("A" * 43 + "=", "guanxi.key")
    (told,) = await operator.is_told()
    assert told.startswith("storage.key_file: found the key of another database")


async def test_a_database_that_cannot_be_written_is_named(operator: Operator) -> None:
    operator.has_run_before()
    other = sqlite3.connect("guanxi.db", isolation_level=None)
    other.execute("CREATE TRIGGER no BEFORE INSERT ON bot_state BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    other.close()
    (told,) = await operator.is_told()
    assert told == "storage.url: 'guanxi.db' cannot be written (disk full), expected a database that can"


async def test_tables_of_another_version_are_named(operator: Operator) -> None:
    operator.has_run_before()
    other = sqlite3.connect("guanxi.db", isolation_level=None)
    other.execute("UPDATE alembic_version SET version_num = '0000'")
    other.close()
    (told,) = await operator.is_told()
    assert told.startswith("storage.url: found tables of version 0000 in 'guanxi.db', expected " + migrate.HEAD)


async def test_a_database_server_that_is_away_is_named_without_the_password(operator: Operator) -> None:
    operator.desk.exports(GUANXI_STORAGE__URL="postgresql+psycopg://club:s3cret@127.0.0.1:9/club")
    (told,) = await operator.is_told()
    assert told.startswith("storage.url: no answer from PostgreSQL at '127.0.0.1'")
    assert "s3cret" not in told


async def test_problems_of_templates_are_passed_on(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("templates.problems", lambda: ["templates/membership.en.j2: found no block 'welcome'"])
    assert await operator.is_told() == ["templates/membership.en.j2: found no block 'welcome'"]


async def test_a_refused_token_is_named_but_not_shown(operator: Operator) -> None:
    operator.desk.exports(GUANXI_TELEGRAM__TOKEN="5:nonsense")
    (told,) = await operator.is_told()
    assert told.startswith("telegram.token: refused by 'http://127.0.0.1:")
    assert "(401 Unauthorized), expected the token that @BotFather shows for this bot" in told
    assert "nonsense" not in told


async def test_a_telegram_that_cannot_be_reached_is_named(operator: Operator) -> None:
    operator.desk.exports(GUANXI_TELEGRAM__API_URL="http://127.0.0.1:9")
    (told,) = await operator.is_told()
    assert told.startswith("telegram.api_url: found no Bot API at 'http://127.0.0.1:9' (getMe: no connection (")
    assert told.endswith("expected a server that this machine can reach")


async def test_a_telegram_that_does_not_answer_is_named_soon(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "TELEGRAM_SECONDS", 0.2)
    operator.world.limits.latency = 5.0
    async with asyncio.timeout(3):
        (told,) = await operator.is_told()
    assert "(getMe: no answer (TimeoutError)), expected a server" in told


async def test_a_web_site_that_is_no_bot_api_is_named(operator: Operator) -> None:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    operator.desk.exports(GUANXI_TELEGRAM__API_URL=f"http://127.0.0.1:{runner.addresses[0][1]}")
    (told,) = await operator.is_told()
    assert "HTTP 404 without a Bot API answer" in told
    await runner.cleanup()


async def test_a_group_where_the_bot_may_write_is_well(operator: Operator) -> None:
    group = operator.world.add_group("The staff", [OWNER])
    operator.desk.exports(GUANXI_STAFF__CHAT=str(group.id))
    assert "staff.chat: the bot may write in 'The staff'" in await operator.checks(well=True)


async def test_a_group_that_nobody_knows_is_named(operator: Operator) -> None:
    operator.desk.exports(GUANXI_STAFF__CHAT="-100987")
    (told,) = await operator.is_told()
    assert told.startswith(
        "staff.chat: found -100987, to which the bot has no access (Bad Request: chat not found), expec"
    )


async def test_a_group_that_the_bot_was_removed_from_is_named(operator: Operator) -> None:
    group = operator.world.add_group("The staff", [OWNER])
    operator.desk.exports(GUANXI_STAFF__CHAT=str(group.id))
    operator.world.kick(group.id)
    (told,) = await operator.is_told()
    assert told.startswith(f"staff.chat: found {group.id}, to which the bot has no access (Forbidden: bot was kicked")


async def test_a_person_is_no_staff_group(operator: Operator) -> None:
    operator.world.add_persona("Ana", id=1001, started=True)
    operator.desk.exports(GUANXI_STAFF__CHAT="1001")
    (told,) = await operator.is_told()
    assert told == "staff.chat: found 1001 '', which is a private chat, expected a group"


async def test_a_group_with_topics_asks_for_the_right_to_make_them(operator: Operator) -> None:
    group = operator.world.add_group("The staff", [OWNER], forum=True)
    operator.desk.exports(GUANXI_STAFF__CHAT=str(group.id))
    assert "may write in 'The staff', and makes a topic for each request" in await operator.checks(well=True)
    group.bot_lacks.add("can_manage_topics")
    (told,) = await operator.is_told()
    assert "which has topics, where the bot (administrator) has can_manage_topics off, expected it on" in told


async def test_a_group_that_has_become_a_supergroup_is_followed(operator: Operator) -> None:
    old = operator.world.add_group("The staff", [OWNER], basic=True)
    operator.desk.exports(GUANXI_STAFF__CHAT=str(old.id))
    operator.world.migrate(old.id)
    assert f"found {old.id}, which has become that supergroup" in await operator.checks(well=True)


@pytest.mark.parametrize(
    ("chat", "member", "lacking"),
    [
        ({"permissions": {"can_send_messages": False}}, {"status": "member"}, "has can_send_messages off"),
        ({"permissions": {"can_send_photos": False}}, {"status": "member"}, "has can_send_photos off"),
        ({}, {"status": "restricted", "can_send_messages": False}, "the bot (restricted) has can_send_messages off"),
        ({}, {"status": "left"}, "the bot is not a member (left), expected it to be added"),
    ],
)
def test_rights_that_do_not_suffice_are_named(chat: dict[str, object], member: dict[str, object], lacking: str) -> None:
    assert lacking in (probe._lacking({"type": "supergroup", **chat}, member) or "")


def test_an_administrator_may_write_whatever_the_members_may_not() -> None:
    chat = {"type": "supergroup", "permissions": {"can_send_messages": False}}
    assert probe._lacking(chat, {"status": "administrator"}) is None


@pytest.mark.parametrize(
    ("public_url", "well"),
    [
        ("https://club.example.org", True),
        ("https://club.example.org:8443", True),
        ("https://club.example.org:9000", False),
        ("http://club.example.org", False),
    ],
)
async def test_telegram_delivers_to_https_on_four_ports_only(desk: Desk, public_url: str, well: bool) -> None:
    desk.exports(GUANXI_WEB__PORT="8081", GUANXI_WEB__PUBLIC_URL=public_url)
    (found,) = [found async for found in check._webhook(load())]
    assert found.well is well
    assert public_url in found.line


async def test_what_a_person_should_look_at_is_listed_though_nothing_is_broken(operator: Operator) -> None:
    operator.has_run_before()
    settings = load()
    database = await open_storage(settings)
    now = utc_now()

    def leave_over(db: Connection) -> None:
        inbox.store(db, [(71, 1001, {"update_id": 71})], now)
        inbox.bury(db, 1, "ValueError", now)
        row = outbox.put(db, lane=outbox.Lane.REPLY, chat_id=1, method="sendMessage", payload={"text": "hi"}, at=now)
        outbox.mark(db, row, "unknown", "no answer", now)

    await database.write(leave_over)
    await database.close()
    told = await operator.checks(well=True)
    assert "update 71 of" in told
    assert "was given up (ValueError)" in told
    assert "may not have arrived (no answer)" in told
