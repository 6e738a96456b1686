"""Who was forgotten stays forgotten: no crash, no backup and no page of the disk brings them back."""

from __future__ import annotations

import base64
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from bot.backup import backup
from bot.opening import open_storage
from bot.settings import Settings
from storage.database import DatabaseProblem
from storage.erasures import ErasureList
from storage.privacy import Erasure
from storage.sealing import vault_of
from storage.tables import form, inbox, member, outbox, posted, ticket_message
from tests.club import MASTER_KEY, NOON, STAFF_CHAT, ClubHouse, Person, open_house
from tests.membership.test_erasing import SECRETS, everything, with_a_life
from tests.membership.test_joining import on_file

SEALED = (
    inbox.c.raw_sealed,
    outbox.c.payload_sealed,
    posted.c.wanted_sealed,
    ticket_message.c.text_sealed,
    ticket_message.c.file_sealed,
    form.c.answers_sealed,
)


def settings_of(url: str, directory: Path) -> Settings:
    key_file = directory / "club.key"
    key_file.write_bytes(base64.b64encode(MASTER_KEY))
    key_file.chmod(0o600)
    return Settings.model_validate({"storage": {"url": url, "key_file": key_file}, "staff": {"chat": STAFF_CHAT}})


def blobs(db: Connection, telegram_id: int) -> set[bytes]:
    """All that is sealed and speaks of the person, as it lies on the disk; their key too."""
    found = {value for column in SEALED for value in db.scalars(select(column)) if value}
    row = db.execute(select(member).where(member.c.telegram_id == telegram_id)).one()
    return found | {value for value in row if isinstance(value, bytes)}


def still_on_disk(known: set[bytes], directory: Path) -> int:
    raw = b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())
    return sum(blob in raw for blob in known)


async def forgotten(club: ClubHouse, bird: Person) -> set[bytes]:
    """What lay sealed before they were forgotten."""
    await bird.says("/forget")
    await bird.presses("Yes, delete it all")
    before: set[bytes] = await club.query(lambda db: blobs(db, bird.id))
    await club.passes(hours=25)
    assert "It is done" in bird.sees()
    return before


async def test_nothing_of_them_is_left_on_the_disk_not_even_sealed_nor_in_the_log(
    sqlite_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with open_house(sqlite_url, erasures=tmp_path / "guanxi.erased") as club:
        bird = await with_a_life(club)
        before = await forgotten(club, bird)
        assert len(before) > 30
        assert still_on_disk(before, tmp_path) == 0, "while the bot runs: database and write-ahead log"
        assert [secret for secret in SECRETS if secret in await club.query(everything)] == []
    assert still_on_disk(before, tmp_path) == 0
    assert backup(settings_of(sqlite_url, tmp_path), tmp_path / "after.db") == 0
    assert still_on_disk(before, tmp_path) == 0, "in a backup that was made afterwards"
    logged = "".join(capfd.readouterr())
    assert "ready" in logged
    assert [secret for secret in SECRETS if secret in logged] == []


@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not on the PATH: install postgresql-client")
async def test_nothing_of_them_is_left_in_a_dump(postgres_url: str, tmp_path: Path) -> None:
    async with open_house(postgres_url, erasures=tmp_path / "guanxi.erased") as club:
        bird = await with_a_life(club)
        before = await forgotten(club, bird)
    address = postgres_url.replace("+psycopg", "")
    dump = _dumped(address)
    assert [blob for blob in before if blob.hex() in dump] == []
    assert [secret for secret in SECRETS if secret in dump] == []


def _dumped(address: str) -> str:
    return subprocess.run(["pg_dump", "--data-only", address], capture_output=True, text=True, check=True).stdout


async def test_a_backup_from_before_brings_nobody_back(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_of(sqlite_url, tmp_path)
    async with open_house(sqlite_url, erasures=settings.storage.erasures) as club:
        bird = await with_a_life(club)
        before = await club.query(lambda db: blobs(db, bird.id))
        assert backup(settings, tmp_path / "before.db") == 0
        await forgotten(club, bird)
        world = club.world
    aside = tmp_path / "restored"
    aside.mkdir()
    shutil.move(tmp_path / "before.db", aside / "club.db")
    restored = settings_of(f"sqlite+aiosqlite:///{aside}/club.db", tmp_path)
    assert still_on_disk(before, aside) > 0
    database = await open_storage(restored)
    assert [secret for secret in SECRETS if secret in await database.read(everything)] == []
    assert still_on_disk(before, aside) == 0
    await database.close()
    async with open_house(restored.storage.url, now=NOON + timedelta(days=2), world=world) as again:
        assert "not a member" in await again.person("Zwitscherlieschen").says("/me")
        assert "no questions or complaints" in await again.person("Zwitscherlieschen").says("/status")


async def test_a_stop_between_the_list_and_the_rows_forgets_them_at_the_next_start(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = settings_of(sqlite_url, tmp_path)
    async with open_house(sqlite_url) as club:
        ana, eva = await club.member("Ana"), await club.member("Eva")
        known = await on_file(club, ana)
    listed = ErasureList(settings.storage.erasures)
    listed.add([Erasure(known.id, known.created_at, NOON), Erasure(known.id + 1, NOON - timedelta(days=9), NOON)])
    database = await open_storage(settings)
    await database.close()
    async with open_house(sqlite_url) as club:
        assert await on_file(club, ana) is None
        assert (await on_file(club, eva)).joined, "a number that was given twice means two people"


async def test_who_was_forgotten_before_there_was_a_list_is_listed_at_the_next_start(
    any_url: str, tmp_path: Path
) -> None:
    settings = settings_of(any_url, tmp_path)
    async with open_house(any_url) as club:
        ana = await club.member("Ana")
        known = await on_file(club, ana)
        await club.forgets(ana)
    database = await open_storage(settings)
    await database.close()
    listed = ErasureList(settings.storage.erasures).read()
    assert [(one.member_id, one.met_at) for one in listed] == [(known.id, known.created_at)]


async def test_where_the_list_cannot_be_written_nobody_is_forgotten_yet(sqlite_url: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    async with open_house(sqlite_url, erasures=place) as club:
        ana = await club.member("Ana")
        await ana.says("/forget")
        await ana.presses("Yes, delete it all")
        place.mkdir()
        await club.passes(hours=25)
        assert (await on_file(club, ana)).joined
        place.rmdir()
        await club.work.plan()
        await club.settled()
        assert await on_file(club, ana) is None
    assert len(ErasureList(place).read()) == 1


def test_the_list_is_for_its_owner_only_and_survives_a_torn_line(tmp_path: Path) -> None:
    erasures = ErasureList(tmp_path / "guanxi.erased")
    one, two = Erasure(1, NOON, NOON), Erasure(2, NOON, NOON)
    erasures.add([one])
    assert erasures.path.stat().st_mode & 0o777 == 0o600
    with erasures.path.open("a") as file:
        file.write("2 2026-11-2")
    assert erasures.read() == [one]
    erasures.add([one, two])
    assert erasures.read() == [one, two]
    assert len(erasures.path.read_text().splitlines()) == 3


async def test_a_start_says_where_the_list_cannot_be_kept(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_of(sqlite_url, tmp_path)
    settings.storage.erasures.mkdir()
    with pytest.raises(DatabaseProblem, match=r"storage\.erasures_file: '.*guanxi\.erased' cannot be used"):
        await open_storage(settings)


async def test_who_cannot_be_forgotten_keeps_nobody_waiting(club: ClubHouse) -> None:
    """The first one's row is broken: it does not open with its key."""
    ana, eva = await club.member("Ana"), await club.member("Eva")
    for person in (ana, eva):
        await person.says("/forget")
        await person.presses("Yes, delete it all")

    def unit(db: Connection) -> None:
        db.execute(update(member).where(member.c.telegram_id == ana.id).values(key_wrapped=bytes(60)))
        vault_of(db).forget_all()

    await club.database.write(unit)
    await club.passes(hours=25)
    assert await on_file(club, eva) is None
