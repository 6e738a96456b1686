"""The command `guanxi`. What a command needs is imported inside it: a start that waits for Alembic is a slow start."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

CANNOT_START = 2
"""Exit code where something outside the program has to be put right first."""

app = typer.Typer(
    help="Guanxi, a customer club that lives in a chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Bring in data from CSV files; the same file again changes nothing.", no_args_is_help=True)
app.add_typer(imports, name="import")
ledger = typer.Typer(help="Look after the points ledger.", no_args_is_help=True)
app.add_typer(ledger, name="ledger")

kb = typer.Typer(help="The knowledge base as a file: YAML, or CSV where the name ends so.", no_args_is_help=True)
app.add_typer(kb, name="kb")

replies = typer.Typer(help="The ready replies as a YAML file.", no_args_is_help=True)
app.add_typer(replies, name="replies")

campaign = typer.Typer(help="Campaigns: look, check, approve, pause, report.", no_args_is_help=True)
app.add_typer(campaign, name="campaign")


class Level(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


LogLevel = Annotated[Level, typer.Option("--log", help="Log from this level on.")]
CsvFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV file in UTF-8.")]


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"guanxi {version('guanxi')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say it.")] = False,
) -> None:
    """Guanxi, a customer club that lives in a chat."""


@app.command()
def run(log: LogLevel = Level.INFO) -> None:
    """Run the bot against the Telegram that config.yaml and the environment name."""
    with _told_plainly():
        settings = _settings(log)
        settings.token()
        from bot import app as application

        _leave_with(application.run(settings))


@app.command("try")
def try_(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the chat page; 0 takes any free one.")] = 8080,
    topics: Annotated[bool, typer.Option("--topics", help="The staff group has topics: one for each request.")] = False,
) -> None:
    """Open the club on this machine: sandbox, bot and demo data, one address to click."""
    with _told_plainly():
        from bot import trial

        _leave_with(trial.run(port, topics=topics))


@app.command()
def check() -> None:
    """Look over settings, key file, database, templates, token and group rights; say all that is wrong."""
    with _told_plainly():
        from bot.check import look_over

        _leave_with(look_over())


@app.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        _leave_with(_migrate(settings))


async def _migrate(settings: Settings) -> int:
    from bot.opening import name_of, open_storage
    from storage.migrate import HEAD

    database = await open_storage(settings)
    await database.close()
    typer.echo(f"'{name_of(settings.storage.url)}' stands at version {HEAD}.")
    return 0


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where the copy goes; it must not exist yet.")],
) -> None:
    """Copy the database, consistent, while the bot runs. The key file is not in it: keep that elsewhere."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot.backup import backup as back_up

        _leave_with(back_up(settings, file))


@imports.command("members")
def import_members(file: CsvFile) -> None:
    """Import members: telegram_id, name, language, birthday, joined_on."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot.importing import import_members as take_in

        _leave_with(take_in(settings, file))


@imports.command("purchases")
def import_purchases(
    file: CsvFile,
    points: Annotated[bool, typer.Option(help="Give the points that the purchases earn.")] = True,
) -> None:
    """Import purchases: telegram_id, order, product, quantity, amount, currency, bought_at."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot.importing import import_purchases as take_in

        _leave_with(take_in(settings, file, points=points))


@imports.command("products")
def import_products(file: CsvFile) -> None:
    """Import the catalogue: name, price; category, warranty_months, life_months, points_percent."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot.importing import import_products as take_in

        _leave_with(take_in(settings, file))


@ledger.command("prove")
def prove_ledger() -> None:
    """Recompute every lot, entry and balance from the ledger's lines, and say what does not agree."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot import ledger as proof

        _leave_with(proof.run(settings))


@kb.command("export")
def export_kb(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where the entries go: FILE.yaml or FILE.csv.")],
) -> None:
    """Write all entries, with their answers and the ways to ask for them, into a file."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot import kb as files

        _leave_with(files.export(settings, file))


@kb.command("import")
def import_kb(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="As export writes it.")],
) -> None:
    """Add the entries of a file; one whose name is there already is made to say the same."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot import kb as files

        _leave_with(files.take_in(settings, file))


@replies.command("export")
def export_replies(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where the replies go: FILE.yaml.")],
) -> None:
    """Write all ready replies, in each language, into a file."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot import replies as files

        _leave_with(files.export(settings, file))


@replies.command("import")
def import_replies(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="As export writes it.")],
) -> None:
    """Add the replies of a file; one whose shortcut is there already is made to say the same."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot import replies as files

        _leave_with(files.take_in(settings, file))


CampaignKey = Annotated[str, typer.Argument(metavar="KEY", help="As in the list.")]
YamlFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A campaign in YAML.")]


@campaign.command("list")
def list_campaigns() -> None:
    """A line for each: key, state, kind, when it speaks next."""
    _in_campaigns("list_all")


@campaign.command("show")
def show_campaign(key: CampaignKey) -> None:
    """The definition as YAML, as `add` reads it."""
    _in_campaigns("show", key=key)


@campaign.command("card")
def card_of_campaign(key: CampaignKey) -> None:
    """State, audience, moment, how far it is: the card of the chat."""
    _in_campaigns("look", key=key)


@campaign.command("check")
def check_campaign(file: YamlFile) -> None:
    """Say what is wrong with a file."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot import campaigns

        _leave_with(campaigns.check_file(settings, file))


@campaign.command("add")
def add_campaign(file: YamlFile) -> None:
    """Take a file in as a draft, or as another version of one."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from bot import campaigns

        _leave_with(campaigns.add_file(settings, file))


@campaign.command("preview")
def preview_campaign(
    key: CampaignKey,
    language: Annotated[str, typer.Option(help="en, zh-Hans or zh-Hant; the club's own by itself.")] = "",
    member: Annotated[str, typer.Option(help="As this member, by number or @username.")] = "",
) -> None:
    """How it reads."""
    _in_campaigns("preview", key=key, language=language, member=member)


@campaign.command("test")
def test_campaign(key: CampaignKey, to: Annotated[int, typer.Option(help="The Telegram id of a colleague.")]) -> None:
    """Send it to one colleague, as a member would get it."""
    _in_campaigns("test", key=key, to=to)


@campaign.command("submit")
def submit_campaign(key: CampaignKey) -> None:
    """Ask for approval."""
    _in_campaigns("take_step", key=key, step="submit")


@campaign.command("approve")
def approve_campaign(key: CampaignKey) -> None:
    """Approve what somebody wrote in the chat. What came from a file and goes to many is approved in the chat."""
    _in_campaigns("take_step", key=key, step="approve")


@campaign.command("pause")
def pause_campaign(key: CampaignKey) -> None:
    """Nothing more goes out, at once."""
    _in_campaigns("take_step", key=key, step="pause")


@campaign.command("resume")
def resume_campaign(key: CampaignKey) -> None:
    """Go on where it stopped."""
    _in_campaigns("take_step", key=key, step="resume")


@campaign.command("cancel")
def cancel_campaign(key: CampaignKey) -> None:
    """End it, for good."""
    _in_campaigns("take_step", key=key, step="cancel")


@campaign.command("report")
def report_campaign(key: CampaignKey) -> None:
    """What came of it."""
    _in_campaigns("report", key=key)


def _in_campaigns(what: str, **given: str | int) -> None:
    """Do it in the club's database, and say what came of it."""
    with _told_plainly():
        settings = _settings(Level.WARNING)
        from functools import partial

        from bot import campaigns

        _leave_with(campaigns.in_database(settings, partial(getattr(campaigns, what), **given)))


def _settings(level: Level) -> Settings:
    """Read the settings and let the logs know what they must not show. Raises `SettingsProblem`."""
    from bot import logs
    from bot.settings import load

    settings = load()
    logs.configure(level, settings.secrets())
    return settings


def _leave_with(outcome: Coroutine[Any, Any, int | None] | int | None) -> None:
    """End with the exit code of a command, which may be async."""
    code = asyncio.run(outcome) if isinstance(outcome, Coroutine) else outcome
    raise typer.Exit(code or 0)


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What an operator can put right is said in a line, without a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except typer.Exit:
        raise
    except Exception as error:
        if not _is_operators_own(error):
            raise
        typer.echo(str(error), err=True)
        sys.stderr.flush()
        raise typer.Exit(CANNOT_START) from None


def _is_operators_own(error: Exception) -> bool:
    """Can whoever runs the program put it right? Nothing is loaded for it that the command did not need."""
    from bot.sources import SettingsProblem

    if isinstance(error, SettingsProblem):
        return True
    from bot.lock import ProcessLocked
    from storage.database import DatabaseProblem
    from storage.sealing import KeyProblem

    return isinstance(error, KeyProblem | DatabaseProblem | ProcessLocked)
