"""Bring a database to the tables of this version. Alembic is loaded only where it is used: it costs start-up time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, select
from sqlalchemy.sql import column, table

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0022"
"""The newest migration; a test holds it against the files."""

_SCRIPTS = Path(__file__).parent / "migrations"


def revision(db: Connection) -> str | None:
    """Which migration this database has; None for an empty one."""
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar_one_or_none()


def upgrade(db: Connection, to: str = "head") -> None:
    """Run the migrations that this database lacks, inside the caller's unit of work."""
    from alembic import command

    command.upgrade(_config(db), to)


def upgrade_if_needed(db: Connection) -> bool:
    """The quick way at start-up: no Alembic where the database stands at `HEAD`. True where something was done."""
    if revision(db) == HEAD:
        return False
    upgrade(db)
    return True


def _config(db: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = db
    return config
