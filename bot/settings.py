"""What an operator can set, once, at the start: environment over `.env` over `config.yaml` over these defaults.

    settings = load()      # raises SettingsProblem, whose lines say where, what was found and what would work

Lower floors get values, never the settings object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies
from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from bot import sources
from bot.campaign_settings import CampaignsSettings, DaysSettings, LaunchSettings, SurveysSettings
from bot.desk_settings import DeskSettings
from bot.loyalty_settings import MembershipSettings, PointsSettings, RewardsSettings, TiersSettings
from bot.relationship_settings import DEFAULT as DEFAULT_LEVELS
from bot.relationship_settings import RelationshipSettings
from bot.section import Section, listed, setting, time_of_day
from bot.service_settings import ServiceSettings
from bot.sources import Said, SettingsProblem, Source, variable
from bot.webhook import webhook_path, webhook_secret
from club.languages import LANGUAGES

__all__ = ["Settings", "SettingsProblem", "known_settings", "load"]

FREE_RATE = 30
"""Messages a second that Telegram sends for nothing; above it each one is paid for in Stars."""
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_PASSWORD = re.compile(r"(://[^:/@]*):.*@")


def _is_token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError
    return value


def _is_long(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 32:
        raise ValueError
    return value


def _is_web_address(value: str) -> str:
    parts = urlsplit(value)
    _ = parts.port  # raises where it is no port
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError
    return value.rstrip("/")


def _is_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError from error
    return value


def _is_database(value: str) -> str:
    """Only the two that every query runs on."""
    if not re.match(r"(sqlite(\+aiosqlite)?:///.|postgresql(\+psycopg)?://)", value):
        raise ValueError
    return value


def _is_language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError
    return value


def _are_languages(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) != len(value) or not set(value) <= set(LANGUAGES):
        raise ValueError
    return value


def _is_currency(value: str) -> str:
    if value.upper() not in list_currencies():
        raise ValueError
    return value.upper()


WebAddress = Annotated[str, AfterValidator(_is_web_address)]


class TelegramSettings(Section):
    """`rate` is in messages a second."""

    token: Annotated[SecretStr, AfterValidator(_is_token)] | None = setting(
        None, "a token as @BotFather gives it, digits:letters"
    )
    api_url: WebAddress = setting("https://api.telegram.org", "an address such as https://api.telegram.org")
    rate: float = setting(30.0, "messages a second, above 0", gt=0, le=10_000, allow_inf_nan=False)
    paid_broadcast: bool = setting(False, "true or false")
    stars_per_message: Decimal = setting(Decimal("0.1"), "Stars for one message, 0 or more", ge=0, le=1000)

    @property
    def bot_id(self) -> int | None:
        """The digits of the token; a public number, unlike the rest of it."""
        return int(self.token.get_secret_value().partition(":")[0]) if self.token else None


class StorageSettings(Section):
    """`keep_updates_days` is how long raw updates and sent messages stay readable for an operator."""

    url: Annotated[str, AfterValidator(_is_database)] = setting(
        "sqlite+aiosqlite:///guanxi.db", "sqlite+aiosqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    )
    key_file: Path = setting(Path("guanxi.key"), "the path of a file")
    erasures_file: Path = setting(Path("guanxi.erased"), "the path of a file")
    keep_updates_days: int = setting(3, "whole days from 1 to 365", ge=1, le=365)

    @property
    def erasures(self) -> Path:
        """Where the list of erasures lies: beside the key, unless its path says otherwise."""
        return self.key_file.parent / self.erasures_file


class StaffSettings(Section):
    """Telegram ids; a group's id is negative."""

    owners: Annotated[tuple[int, ...], NoDecode, BeforeValidator(listed)] = setting(
        (), "Telegram ids such as 1,2 or [1, 2]"
    )
    chat: int | None = setting(None, "the id of a group, such as -1001234567890")
    language: Annotated[str, AfterValidator(_is_language)] | None = setting(None, "en, zh-Hans or zh-Hant")


class WebSettings(Section):
    """No port, no web server; a public address besides, and Telegram delivers by webhook; a key, and tills may post."""

    host: str = setting("127.0.0.1", "an address of this machine", min_length=1)
    port: int | None = setting(None, "a port from 0 (any free one) to 65535", ge=0, le=65535)
    public_url: WebAddress | None = setting(None, "an address such as https://club.example.org")
    api_key: Annotated[SecretStr, AfterValidator(_is_long)] | None = setting(
        None, "a secret of 32 characters or more, such as `openssl rand -hex 32` makes"
    )

    @property
    def webhook(self) -> bool:
        return self.public_url is not None and self.port is not None


class ClubSettings(Section):
    """`greeting_at` is a time of day where the member lives; the first language is the club's own."""

    name: str = setting("Our club", "a name of 1 to 64 characters", min_length=1, max_length=64)
    time_zone: Annotated[str, AfterValidator(_is_zone)] = setting("UTC", "an IANA name such as Europe/Berlin")
    languages: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed), AfterValidator(_are_languages)] = setting(
        LANGUAGES, f"each at most once, of {', '.join(LANGUAGES)}", min_length=1
    )
    welcome_points: int = setting(20, "whole points from 0 to 1000000", ge=0, le=1_000_000)
    greeting_at: Annotated[time, BeforeValidator(time_of_day)] = setting(time(9), "a time like 09:30")
    privacy_contact: str = setting("", "an address or a @username people can write to", max_length=200)
    currency: Annotated[str, AfterValidator(_is_currency)] = setting("EUR", "a currency code such as EUR, CNY or TWD")
    retention_target: int = setting(80, "whole percent from 0 to 100", ge=0, le=100)


class KnowledgeSettings(Section):
    """`handed_over`: how many percent of the right answers go to a person instead, so that few wrong ones go out.
    `semantic_model`: the folder of a model that reads meanings; None: words alone."""

    handed_over: int = setting(10, "whole percent from 1 to 50", ge=1, le=50)
    semantic_model: Path | None = setting(None, "the folder of a BERT model, or nothing")


class PrivacySettings(Section):
    """`erase_after_hours`: how long somebody who asked to be forgotten may think it over."""

    erase_after_hours: int = setting(24, "whole hours from 0 (at once) to 720", ge=0, le=720)


class Settings(Section):
    """Everything at once. Built directly it takes only what is passed; `load` asks every source."""

    telegram: TelegramSettings = TelegramSettings()
    storage: StorageSettings = StorageSettings()
    staff: StaffSettings = StaffSettings()
    web: WebSettings = WebSettings()
    club: ClubSettings = ClubSettings()
    points: PointsSettings = PointsSettings()
    tiers: TiersSettings = TiersSettings()
    rewards: RewardsSettings = RewardsSettings()
    desk: DeskSettings = DeskSettings()
    service: ServiceSettings = ServiceSettings()
    membership: MembershipSettings = MembershipSettings()
    knowledge: KnowledgeSettings = KnowledgeSettings()
    campaigns: CampaignsSettings = CampaignsSettings()
    relationship: RelationshipSettings = RelationshipSettings()
    launch: LaunchSettings = LaunchSettings()
    surveys: SurveysSettings = SurveysSettings()
    days: DaysSettings = DaysSettings()
    privacy: PrivacySettings = PrivacySettings()

    def token(self) -> str:
        """The bot's token. Raises `SettingsProblem` where none is set."""
        if self.telegram.token is None:
            raise SettingsProblem(
                [f"telegram.token: found nothing, expected the token from @BotFather in {variable('telegram.token')}"]
            )
        return self.telegram.token.get_secret_value()

    def secrets(self) -> tuple[str, ...]:
        """What no log may show: the token, the secrets that come from it, the tills' key, the database's password."""
        found = [urlsplit(self.storage.url).password or ""]
        found.append(unquote(found[0]))
        if self.telegram.token is not None:
            token = self.telegram.token.get_secret_value()
            found += [token, webhook_path(token), webhook_secret(token)]
        if self.web.api_key is not None:
            found.append(self.web.api_key.get_secret_value())
        return tuple(secret for secret in found if secret)


class _Layered(BaseSettings, Settings):
    """The same settings, merged from everywhere. What the file says is handed in, and goes below the environment."""

    model_config = SettingsConfigDict(
        env_prefix=sources.PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        env_file=".env",
        dotenv_filtering="only_existing",
        nested_model_default_partial_update=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, dotenv_settings, init_settings


def known_settings() -> dict[str, Any]:
    """Every setting's dotted path with its default."""
    return {
        f"{section}.{name}": field.default
        for section, holder in Settings.model_fields.items()
        for name, field in type(holder.default).model_fields.items()
    }


def load() -> Settings:
    """Ask every source, best first. Raises `SettingsProblem` with all that is wrong at once."""
    known = known_settings()
    file = sources.from_file()
    places = [sources.from_environment(known), sources.from_dotenv(known), file]
    problems = [line for place in places for line in sources.unknown(place, known)]
    try:
        settings = _Layered(**_nested({path: said for path, said in file.items() if path in known}))
    except ValidationError as error:
        problems += _refused(error, places)
    except SettingsError as error:
        problems += [] if problems else [f"settings: {error}"]
    else:
        problems += [_line(places, path, expected) for path, expected in _contradictions(settings)]
    if problems:
        raise SettingsProblem(problems)
    return settings


def _nested(source: Source) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for path, said in source.items():
        section, _, name = path.partition(".")
        nested.setdefault(section, {})[name] = said.value
    return nested


def _refused(error: ValidationError, places: list[Source]) -> Iterator[str]:
    """One line for each setting that pydantic refused; unknown names have had theirs."""
    paths = dict.fromkeys(".".join(str(part) for part in each["loc"][:2]) for each in error.errors())
    said = known_settings().keys() & {path for place in places for path in place}
    return (_line(places, path, _expected(path)) for path in paths if path in said)


def _expected(path: str) -> str:
    section, name = path.split(".")
    field = type(Settings.model_fields[section].default).model_fields[name]
    return cast("dict[str, str]", field.json_schema_extra)["expected"]


def _line(places: list[Source], path: str, expected: str) -> str:
    said = next((place[path] for place in places if path in place), None)
    if said is None:
        return f"{path}: found nothing, expected {expected}"
    return f"{said.place}, {said.name}: found {_shown(path, said)}, expected {expected}"


def _shown(path: str, said: Said) -> str:
    """What was found, without its secrets."""
    if path in ("telegram.token", "web.api_key"):
        return f"a text of {len(str(said.value))} characters"
    shown = _PASSWORD.sub(r"\1:***@", said.value) if isinstance(said.value, str) else said.value
    return f"{shown!r}"[:120]


def _contradictions(settings: Settings) -> Iterator[tuple[str, str]]:
    """Settings that are right each, and wrong together: the path to change, and what would work."""
    if settings.telegram.rate > FREE_RATE and not settings.telegram.paid_broadcast:
        yield "telegram.rate", f"at most {FREE_RATE}, or telegram.paid_broadcast: true (each message costs Stars)"
    if settings.web.public_url and settings.web.port is None:
        yield "web.public_url", "web.port to be set too: the port that the public address leads to"
    if "causes" in settings.desk.model_fields_set and (unknown := settings.desk.unknown_departments()):
        yield "desk.causes", f"departments that desk.departments names; it does not name {', '.join(unknown)}"
    if settings.web.api_key and settings.web.port is None:
        yield "web.api_key", "web.port to be set too: the port that tills post to"
    if settings.launch.day is not None and not settings.launch.product:
        yield "launch.product", "the name of what comes on launch.day"
    if settings.launch.day is not None and settings.launch.at < settings.club.greeting_at:
        yield "launch.at", f"{settings.club.greeting_at:%H:%M} or later, when the first hint goes out a week before"
    if settings.relationship.levels != DEFAULT_LEVELS:
        yield from _levels_unread(settings)


def _levels_unread(settings: Settings) -> Iterator[tuple[str, str]]:
    """Rules of relationship levels that are no audience."""
    from campaigns.problems import Invalid  # loaded only where somebody has rules of their own: a start takes longer
    from campaigns.relationships import parsed

    for one in settings.relationship.levels:
        try:
            parsed(one.when, one.level) if one.when else None
        except Invalid as invalid:
            first = invalid.problems[0]
            yield "relationship.levels", f"{first.expected} at {first.place}, where {first.found} was found"
