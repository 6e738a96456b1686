"""What an operator may set, where, and what they are told when it cannot be."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, StaffSettings
from tests.settings.desk import Desk

TOKEN = "123456789:AAcanaryCANARYcanaryCANARYcanaryCAN"


def test_without_any_file_everything_has_its_default(desk: Desk) -> None:
    settings = desk.gets()
    assert settings.telegram.api_url == "https://api.telegram.org"
    assert settings.telegram.rate == 30
    assert settings.telegram.token is None
    assert settings.storage.url == "sqlite+aiosqlite:///guanxi.db"
    assert settings.storage.key_file == Path("guanxi.key")
    assert settings.staff.owners == ()
    assert settings.club.languages == ("en", "zh-Hans", "zh-Hant")
    assert settings.club.greeting_at == time(9, 0)
    assert not settings.web.webhook


def test_the_environment_goes_before_dotenv_before_the_file_before_the_default(desk: Desk) -> None:
    desk.writes("club: {name: From the file, time_zone: Europe/Berlin, welcome_points: 5}")
    desk.writes("GUANXI_CLUB__NAME=From dotenv\nGUANXI_CLUB__TIME_ZONE=Asia/Taipei\nOTHER_PROGRAM=1\n", ".env")
    desk.exports(GUANXI_CLUB__NAME="From the environment")
    club = desk.gets().club
    assert (club.name, club.time_zone, club.welcome_points) == ("From the environment", "Asia/Taipei", 5)
    assert club.privacy_contact == ""


@pytest.mark.parametrize(
    ("written", "owners"),
    [("1,2", (1, 2)), ("1", (1,)), ("[1, 2]", (1, 2)), (" 1 , 2 ", (1, 2)), ("[]", ()), ("5000000001", (5000000001,))],
)
def test_owners_in_the_environment_are_a_list_however_it_is_written(
    desk: Desk, written: str, owners: tuple[int, ...]
) -> None:
    desk.exports(GUANXI_STAFF__OWNERS=written)
    assert desk.gets().staff.owners == owners


@pytest.mark.parametrize(("written", "owners"), [("[1, 2]", (1, 2)), ("1", (1,)), ("1,2", (1, 2)), ("", ())])
def test_owners_in_the_file_are_a_list_too(desk: Desk, written: str, owners: tuple[int, ...]) -> None:
    desk.writes(f"staff:\n  owners: {written}\n")
    assert desk.gets().staff.owners == owners


def test_languages_in_the_environment_keep_their_order(desk: Desk) -> None:
    desk.exports(GUANXI_CLUB__LANGUAGES="zh-Hant,en")
    assert desk.gets().club.languages == ("zh-Hant", "en")


def test_what_a_launch_is_about_has_a_name_in_each_language_or_one_for_all(desk: Desk) -> None:
    desk.writes("launch: {product: Da Hong Pao}")
    assert desk.gets().launch.product == "Da Hong Pao"
    desk.exports(GUANXI_LAUNCH__PRODUCT='{"en": "Da Hong Pao", "zh-Hans": "大红袍"}')
    assert desk.gets().launch.product == {"en": "Da Hong Pao", "zh-Hans": "大红袍"}


@pytest.mark.parametrize("written", ["10:30", '"10:30"', "'10:30'"])
def test_a_time_of_day_needs_no_quotes(desk: Desk, written: str) -> None:
    desk.writes(f"club:\n  greeting_at: {written}\n")
    assert desk.gets().club.greeting_at == time(10, 30)


def test_a_webhook_needs_a_public_address_and_a_port(desk: Desk) -> None:
    desk.exports(GUANXI_WEB__PUBLIC_URL="https://club.example.org/")
    assert desk.is_told() == [
        "environment, GUANXI_WEB__PUBLIC_URL: found 'https://club.example.org/', "
        "expected web.port to be set too: the port that the public address leads to"
    ]
    desk.exports(GUANXI_WEB__PORT="8081")
    web = desk.gets().web
    assert web.webhook
    assert web.public_url == "https://club.example.org"


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (
            "club: {time_zone: Mars/Base}",
            "config.yaml, club.time_zone: found 'Mars/Base', expected an IANA name such as Europe/Berlin",
        ),
        ("club: {time_zone: Europe}", "config.yaml, club.time_zone: found 'Europe', expected an IANA name such as"),
        ("club: {greeting_at: '25:00'}", "config.yaml, club.greeting_at: found '25:00', expected a time like 09:30"),
        ("club: {greeting_at: 9}", "config.yaml, club.greeting_at: found 9, expected a time like 09:30"),
        ("club: {languages: [en, de]}", "config.yaml, club.languages: found ['en', 'de'], expected each at most once"),
        ("club: {languages: []}", "config.yaml, club.languages: found [], expected each at most once, of en"),
        ("club: {languages: [en, en]}", "config.yaml, club.languages: found ['en', 'en'], expected each at most once"),
        ("club: {name: '  '}", "config.yaml, club.name: found '  ', expected a name of 1 to 64 characters"),
        ("club: {welcome_points: -1}", "config.yaml, club.welcome_points: found -1, expected whole points from 0"),
        ("telegram: {rate: 0}", "config.yaml, telegram.rate: found 0, expected messages a second, above 0"),
        ("telegram: {rate: .nan}", "config.yaml, telegram.rate: found nan, expected messages a second, above 0"),
        ("telegram: {rate: 31}", "config.yaml, telegram.rate: found 31, expected at most 30, or telegram.paid_broad"),
        ("telegram: {api_url: telegram.org}", "config.yaml, telegram.api_url: found 'telegram.org', expected an addr"),
        ("storage: {url: 'mysql://h/n'}", "config.yaml, storage.url: found 'mysql://h/n', expected sqlite+aiosqlite"),
        ("storage: {keep_updates_days: 0}", "config.yaml, storage.keep_updates_days: found 0, expected whole days"),
        ("staff: {owners: [ana]}", "config.yaml, staff.owners: found ['ana'], expected Telegram ids such as 1,2 or"),
        ("staff: {chat: cards}", "config.yaml, staff.chat: found 'cards', expected the id of a group, such as -100"),
        ("web: {port: 70000}", "config.yaml, web.port: found 70000, expected a port from 0 (any free one) to 65535"),
        ("web: hello", "config.yaml, web: there is no such setting, expected for example web.host"),
        ("club: {nmae: x}", "config.yaml, club.nmae: there is no such setting, expected for example club.name"),
        (
            "launch: {product: {en: Tea, de: Tee}}",
            "config.yaml, launch.product: found {'en': 'Tea', 'de': 'Tee'}, expected the name of what comes, at",
        ),
        (
            "launch: {product: {en: ''}}",
            "config.yaml, launch.product: found {'en': ''}, expected the name of what comes",
        ),
        ("launch: {product: 7}", "config.yaml, launch.product: found 7, expected the name of what comes, at most 60"),
        ("clubs: {name: x}", "config.yaml, clubs.name: there is no such setting, expected for example club.name"),
        ("zzz: 1", "config.yaml, zzz: there is no such setting, docs/settings.md lists them all"),
        ("club: [", "config.yaml, line 1: found no valid YAML"),
        (
            "web: {port: 8081}\nclub: {name: A}\nweb: {host: 0.0.0.0}",
            "config.yaml, line 3: found 'web' a second time, expected each name once",
        ),
        ("club:\n  name: A\n  name: B", "config.yaml, line 3: found 'name' a second time, expected each name once"),
        ("? [a]\n: b", "config.yaml, line 1: found no valid YAML"),
        ("club: &club {name: *club}", "config.yaml, club.name: found "),
        ("- a\n- b", "config.yaml: found a list, expected sections such as club:"),
    ],
)
def test_what_the_file_gets_wrong_is_named_with_what_would_work(desk: Desk, file: str, line: str) -> None:
    desk.writes(file)
    (told,) = desk.is_told()
    assert told.startswith(line)


def test_a_line_of_dotenv_that_says_nothing_is_named_and_not_shown(desk: Desk) -> None:
    desk.writes("# mine\nexport GUANXI_CLUB__NAME=Tea\nGUANXI_TELEGRAM__TOKEN 123:secret\n", ".env")
    assert desk.is_told() == [".env, line 3: found no NAME=value, expected one such as GUANXI_CLUB__NAME=Tea"]


def test_a_dotenv_that_is_no_text_is_named(desk: Desk) -> None:
    (desk.path / ".env").write_bytes(b"GUANXI_CLUB__NAME=\xb9\xd8\xcf\xb5\n")
    assert desk.is_told() == [".env: cannot be read (UnicodeDecodeError), expected NAME=value lines in UTF-8"]


def test_a_wrong_value_is_named_where_it_was_said(desk: Desk) -> None:
    desk.writes("club: {time_zone: UTC}\nstaff: {owners: [1]}")
    desk.writes("GUANXI_CLUB__TIME_ZONE=Nowhere\n", ".env")
    desk.exports(GUANXI_STAFF__OWNERS="1,x")
    assert desk.is_told() == [
        "environment, GUANXI_STAFF__OWNERS: found '1,x', expected Telegram ids such as 1,2 or [1, 2]",
        ".env, GUANXI_CLUB__TIME_ZONE: found 'Nowhere', expected an IANA name such as Europe/Berlin",
    ]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("GUANXI_TELEGRAM_TOKEN", "GUANXI_TELEGRAM__TOKEN"),
        ("GUANXI_CLUB__NAMES", "GUANXI_CLUB__NAME"),
        ("GUANXI_CLUB", "GUANXI_CLUB__NAME"),
        ("GUANXI_CLUB__NAME__X", "GUANXI_CLUB__NAME"),
    ],
)
def test_a_variable_that_is_no_setting_is_named_with_the_nearest_one(desk: Desk, name: str, nearest: str) -> None:
    desk.exports(**{name: "1"})
    assert desk.is_told() == [f"environment, {name}: there is no such setting, expected for example {nearest}"]


def test_variables_of_others_are_left_alone(desk: Desk) -> None:
    desk.exports(GUANXI_TEST_POSTGRES="x", GUANXI_SERVICE_HOST="10.0.0.1", GUANXI_PORT="tcp://10.0.0.1:80")
    desk.gets()


def test_all_problems_are_told_at_once(desk: Desk) -> None:
    desk.writes("club: {nmae: x, time_zone: Mars}")
    desk.exports(GUANXI_TELEGRAM__RATE="fast")
    assert len(desk.is_told()) == 3


def test_another_file_can_be_named_and_must_exist(desk: Desk) -> None:
    desk.exports(GUANXI_CONFIG="shop.yaml")
    assert desk.is_told() == ["environment, GUANXI_CONFIG: found 'shop.yaml', expected the path of a file that exists"]
    desk.writes("club: {name: The shop}", "shop.yaml")
    assert desk.gets().club.name == "The shop"


def test_no_message_shows_a_token_or_a_password(desk: Desk) -> None:
    desk.exports(
        GUANXI_TELEGRAM__TOKEN=TOKEN + "!",
        GUANXI_STORAGE__URL="mysql://club:s3cret/p@ss@host/name",
        GUANXI_TELEGRAM_TOKEN=TOKEN,
    )
    told = "\n".join(desk.is_told())
    assert "found a text of 46 characters, expected a token as @BotFather gives it" in told
    assert "canary" not in told.lower()
    assert "s3cret" not in told
    assert "p@ss" not in told


def test_settings_print_without_the_token(desk: Desk) -> None:
    desk.exports(GUANXI_TELEGRAM__TOKEN=TOKEN)
    settings = desk.gets()
    assert "canary" not in repr(settings)
    assert settings.token() == TOKEN
    assert settings.telegram.bot_id == 123456789
    assert TOKEN in settings.secrets()


def test_the_database_password_is_a_secret_in_both_its_forms() -> None:
    settings = Settings.model_validate({"storage": {"url": "postgresql+psycopg://club:s%20cret@host/name"}})
    assert settings.secrets() == ("s%20cret", "s cret")


def test_settings_built_directly_ignore_the_environment_and_cannot_be_changed(desk: Desk) -> None:
    desk.exports(GUANXI_STAFF__OWNERS="1")
    settings = Settings(staff=StaffSettings(owners=(7,)))
    assert settings.staff.owners == (7,)
    assert Settings().staff.owners == ()
    with pytest.raises(ValidationError):
        settings.staff.chat = 3


def test_hours_holidays_and_targets_that_mean_nothing_are_told(desk: Desk) -> None:
    desk.writes(
        "service:\n  hours: nine to five\n  holidays: Atlantis\n  targets: [{urgent: true, answer: 1, resolve: 8}]\n"
    )
    hours, holidays, targets = desk.is_told()
    assert "service.hours: found 'nine to five', expected days and hours such as mon-fri 09:00-12:30" in hours
    assert "service.holidays: found 'Atlantis', expected a country such as DE" in holidays
    assert "service.targets: found" in targets
    assert "a list with one for all" in targets
