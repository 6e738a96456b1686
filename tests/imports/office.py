"""A shopkeeper's desk: files to import, what the command said, and what is in the database afterwards."""

from __future__ import annotations

import csv
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, func, select

from bot.importing import import_members, import_products, import_purchases
from bot.settings import Settings
from storage import members
from storage.database import open_database
from storage.members import Member
from storage.sealing import Vault, read_key
from storage.tables import consent, member, purchase

T = TypeVar("T")
PEOPLE = "telegram_id,name,language,birthday,joined_on"
GOODS = "name,category,price,warranty_months,life_months,points_percent"
ORDERS = "telegram_id,order,product,quantity,amount,currency,bought_at"


@dataclass(frozen=True)
class Told:
    """What the command left behind: exit code, words, and the report of refused rows (without its header)."""

    code: int
    said: str
    refused: list[list[str]]


class Office:
    def __init__(self, settings: Settings, directory: Path, printed: pytest.CaptureFixture[str]) -> None:
        self.settings = settings
        self.directory = directory
        self._printed = printed

    def file(self, *rows: str | bytes, name: str = "file.csv") -> Path:
        path = self.directory / name
        path.write_bytes(b"".join((row.encode() if isinstance(row, str) else row) + b"\n" for row in rows))
        return path

    async def members(self, *rows: str | bytes, header: str = PEOPLE) -> Told:
        return await self._import(import_members, self.file(header, *rows))

    async def purchases(self, *rows: str | bytes, header: str = ORDERS, points: bool = True) -> Told:
        return await self._import(partial(import_purchases, points=points), self.file(header, *rows))

    async def products(self, *rows: str | bytes, header: str = GOODS) -> Told:
        return await self._import(import_products, self.file(header, *rows))

    async def members_file(self, path: Path) -> Told:
        return await self._import(import_members, path)

    async def _import(self, command: Callable[[Settings, Path], Coroutine[Any, Any, int]], path: Path) -> Told:
        code = await command(self.settings, path)
        report = path.with_name(f"{path.name}.refused.csv")
        refused: list[list[str]] = []
        if report.is_file():
            with report.open(encoding="utf-8-sig", newline="") as rows:
                refused = list(csv.reader(rows))[1:]
        return Told(code, self._printed.readouterr().out, refused)

    async def ask(self, question: Callable[[Connection], T]) -> T:
        vault = Vault(read_key(self.settings.storage.key_file))
        database = await open_database(self.settings.storage.url, vault)
        try:
            return await database.write(question)
        finally:
            await database.close()

    async def person(self, telegram_id: int) -> Member:
        found = await self.ask(lambda db: members.by_telegram_id(db, telegram_id))
        assert found is not None
        return found

    async def counts(self) -> tuple[int, int, int]:
        """People, lines of the consent ledger, purchases."""

        def count(db: Connection) -> tuple[int, int, int]:
            found = [db.execute(select(func.count()).select_from(table)).scalar_one() for table in _COUNTED]
            return found[0], found[1], found[2]

        return await self.ask(count)


_COUNTED = (member, consent, purchase)
