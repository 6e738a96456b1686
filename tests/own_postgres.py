"""A PostgreSQL database of one's own, for as long as a test runs."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

SERVER = os.environ.get("GUANXI_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")


@contextmanager
def own_database(durable: bool = False) -> Iterator[str]:
    """The URL of an empty database. Skips where no server answers; with CI=true that is a failure.

    `durable`: a commit waits for the disk, as where a club lives; no test pulls the plug of the server, so that it
    need not.
    """
    name = f"guanxi_test_{secrets.token_hex(6)}"
    with _admin() as admin:
        admin.execute(f'CREATE DATABASE "{name}"'.encode())
        if not durable:
            admin.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off'.encode())
            admin.execute(f'ALTER DATABASE "{name}" SET jit = off'.encode())  # it never pays for tables so small
        try:
            yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _admin() -> psycopg.Connection:
    address = make_url(SERVER).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return psycopg.connect(address, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        missing = f"no PostgreSQL at {make_url(SERVER)!r}: start one, or name another in GUANXI_TEST_POSTGRES"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
