"""People from a file, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select

from club.numbers import member_number
from storage import members
from storage.members import Birthday
from storage.tables import member
from tests.imports.office import Office

AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
WIDE = "telegram_id,name,language,birthday,joined_on,username,city,time_zone,interests,marketing"


async def test_a_customer_of_long_standing_is_a_member_as_if_they_had_joined_in_the_chat(office: Office) -> None:
    told = await office.members(
        "42,王小明,zh-CN,1990-03-14,2019-05-01,@xiao_ming,Singapore,,tea and 书法,yes", header=WIDE
    )
    assert told.code == 0
    assert "1 rows of members: 1 new, 0 already there, 0 refused" in told.said
    person = await office.person(42)
    assert (person.name, person.language, person.zone) == ("王小明", "zh-Hans", "Asia/Singapore")
    assert (person.username, person.city, person.interests) == ("xiao_ming", "Singapore", "tea and 书法")
    assert person.birthday == Birthday("solar", 3, 14, 1990)
    assert (person.status, person.number, person.source) == ("member", member_number(person.id), "import")
    assert person.joined_at == datetime(2019, 4, 30, 16, tzinfo=UTC)
    assert person.marketing
    ledger = await office.ask(partial(members.consents, member_id=person.id))
    assert [(line.topic, line.given, line.source) for line in ledger] == [("marketing", True, "import")]


async def test_someone_who_never_joined_is_a_prospect_and_has_agreed_to_nothing(office: Office) -> None:
    await office.members("42,Ana,,,,,,,,", "43,Bo,,lunar:08-15,,,,,,no", header=WIDE)
    ana, bo = await office.person(42), await office.person(43)
    assert (ana.status, ana.number, ana.joined_at, ana.marketing) == ("prospect", None, None, False)
    assert (ana.language, ana.zone) == ("en", "Asia/Shanghai")
    assert bo.birthday == Birthday("lunar", 8, 15)
    assert await office.counts() == (2, 1, 0)


async def test_importing_the_same_file_again_changes_nothing(office: Office) -> None:
    rows = [f"{telegram_id},Guest {telegram_id},en,,2024-01-01" for telegram_id in range(1, 51)]
    assert "50 new, 0 already there" in (await office.members(*rows)).said
    before = await office.ask(lambda db: db.execute(select(member).order_by(member.c.id)).all())
    told = await office.members(*rows)
    assert told.code == 0
    assert "0 new, 50 already there, 0 refused" in told.said
    assert await office.ask(lambda db: db.execute(select(member).order_by(member.c.id)).all()) == before


async def test_a_file_never_overwrites_what_somebody_told_the_bot(office: Office) -> None:
    await office.members("42,Ana,en,1990-03-14,2020-01-01")
    told = await office.members("42,Hacker,zh,1991-01-01,2010-01-01")
    assert "0 new, 1 already there" in told.said
    person = await office.person(42)
    assert (person.name, person.language) == ("Ana", "en")
    assert person.joined_at == datetime(2019, 12, 31, 16, tzinfo=UTC)


async def test_a_prospect_who_stands_in_the_file_as_a_member_becomes_one(office: Office) -> None:
    await office.ask(
        lambda db: members.add(db, 42, name="Ana", username=None, language="en", zone="Europe/Paris", at=AT)
    )
    told = await office.members("42,Anna,zh,,2020-01-01", "43,Bo,en,,")
    assert "1 new, 1 prospects became members, 0 already there" in told.said
    person = await office.person(42)
    assert (person.name, person.status, person.number) == ("Ana", "member", member_number(person.id))
    assert "2 already there" in (await office.members("42,Anna,zh,,2020-01-01", "43,Bo,en,,")).said


async def test_who_left_is_not_brought_back(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-01")
    person = await office.person(42)
    await office.ask(partial(members.set_left, member_id=person.id, at=AT))
    assert "0 new, 1 already there" in (await office.members("42,Ana,en,,2020-01-01")).said
    assert (await office.person(42)).status == "left"


async def test_of_two_rows_for_one_person_the_first_holds(office: Office) -> None:
    told = await office.members("42,Ana,en,,", "43,Bo,en,,", "42,Anna,en,,2020-01-01", "42,Annie,en,,2021-01-01")
    assert "2 new, 1 prospects became members, 1 already there" in told.said
    person = await office.person(42)
    assert (person.name, person.joined_at) == ("Ana", datetime(2019, 12, 31, 16, tzinfo=UTC))


async def test_names_are_sealed_each_under_a_key_of_their_own(office: Office) -> None:
    await office.members("42,Ana Secret,en,1990-03-14,2020-01-01", "43,Ana Secret,en,1990-03-14,2020-01-01")
    rows = await office.ask(lambda db: db.execute(select(member)).all())
    stored = repr([tuple(row) for row in rows])
    assert "Secret" not in stored
    assert "1990" not in stored
    assert len({bytes(row.key_wrapped) for row in rows}) == len({bytes(row.name_sealed) for row in rows}) == 2
    await office.ask(partial(members.set_name, member_id=rows[0].id, name="Ana Maria"))
    assert (await office.person(42)).name == "Ana Maria"


async def test_refused_rows_are_shown_and_kept_with_their_reasons_and_the_rest_goes_in(office: Office) -> None:
    told = await office.members("42,Ana,en,30 Feb,2020-01-01", "=1+1,Bo,en,,", "43,Cy,en,,", '44,"=HYPERLINK(1)",de,,')
    assert told.code == 1
    assert "file.csv, line 2, birthday: found '30 Feb', expected a birthday such as 1990-03-14" in told.said
    assert "4 rows of members: 1 new, 0 already there, 3 refused" in told.said
    assert [row[:3] for row in told.refused] == [
        ["2", "birthday", "30 Feb"],
        ["3", "telegram_id", "'=1+1"],
        ["5", "language", "de"],
    ]
    assert told.refused[2][4:] == ["44", "'=HYPERLINK(1)", "de", "", ""]
    again = await office.members("42,Ana,en,,2020-01-01")
    assert (again.code, again.refused) == (0, [])


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("telegram_id,name,language,birthday", "missing: joined_on"),
        ("telegram_id,name,language,birthday,joined_on,phone", "unknown: phone"),
        ("telegram_id,name,name,language,birthday,joined_on", "more than once: name"),
        ("42,Ana,en,,2020-01-01", "expected telegram_id, name, language, birthday, joined_on"),
        ("", "found nothing"),
    ],
)
async def test_a_header_that_does_not_fit_is_refused_in_one_line(small_office: Office, header: str, said: str) -> None:
    told = await small_office.members("42,Ana,en,,2020-01-01", header=header)
    assert told.code == 2
    assert told.said.startswith("file.csv, the first line: found")
    assert told.said.count("\n") == 1
    assert said in told.said
    assert await small_office.counts() == (0, 0, 0)


async def test_without_a_file_there_is_nothing_to_read(small_office: Office) -> None:
    path = small_office.directory / "none.csv"
    told = await small_office.members_file(path)
    assert (told.code, told.said) == (2, f"{path}: No such file or directory\n")


async def test_twenty_refused_rows_are_printed_and_all_are_in_the_report(small_office: Office) -> None:
    told = await small_office.members(*(f"x{row},[red]Ana,en,," for row in range(30)))
    assert told.said.count("line ") == 20
    assert "… and 10 more" in told.said
    assert len(told.refused) == 30
    report = small_office.directory / "file.csv.refused.csv"
    assert report.stat().st_mode & 0o777 == 0o600
