"""The documents say what is there: commands, targets, dependencies, files. And they stand on their own."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from handlers.commands import COMMANDS

ROOT = Path(__file__).parents[2]
MADE = re.compile(r"\.(?!ci$|gitignore$|pre-commit).+|__pycache__|guanxi-try|artefacts|build|.+\.egg-info")
"""What is not in the repository, where git cannot be asked."""

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^([a-z-]+):.*?## (.+)$", re.MULTILINE)
MENTIONED = re.compile(r"\bmake ([a-z][a-z-]+)\b")
LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9_.-]+")

REGISTRIES = (
    ("py" + "pi", "org"),
    ("python" + "hosted", "org"),
    ("npm" + "js", "org"),
    ("npm" + "js", "com"),
    ("yarn" + "pkg", "com"),
    ("crates", "io"),
    ("proxy.golang", "org"),
    ("deb.debian", "org"),
    ("security.debian", "org"),
    ("archive.ubuntu", "com"),
    ("index.docker", "io"),
    ("g" + "hcr", "io"),
)
PLACES = tuple("/".join(parts) for parts in (("", "work", ""), ("..", "shared")))
"""Where somebody happened to work: it means nothing to anybody else."""


@cache
def _documents() -> dict[str, str]:
    """Every Markdown file, by its path from the root."""
    return {path: text for path, text in _texts().items() if path.endswith(".md")}


@cache
def _texts() -> dict[str, str]:
    """Every text that is in the repository, or would be."""
    return {path: text for path in _files() if (text := _read(ROOT / path)) is not None}


def _files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        return [path for path in listed.stdout.split("\0") if path]
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [str(path) for path in found if not any(MADE.fullmatch(part) for part in path.parts)]


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return None


def _targets() -> dict[str, str]:
    return dict(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


def _locks() -> str:
    return "\n".join(_texts()[path] for path in ("requirements.lock", "requirements-semantic.lock"))


def _requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["semantic"], *extras["dev"]]
    return [match[0] for line in asked if (match := NAME.match(line))]


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_stands_in_a_guide(command: str) -> None:
    guides = _documents()["docs/members.md"] + _documents()["docs/staff.md"]
    assert f"`/{command}" in guides


def test_a_command_in_a_guide_exists() -> None:
    known = {command.name for command in COMMANDS} | {"back", "skip"}
    guides = _documents()["docs/members.md"] + _documents()["docs/staff.md"]
    assert {name for name in re.findall(r"`/([a-z]+)\b", guides) if name not in known} == set()


def test_every_target_that_a_document_names_exists() -> None:
    named = {name for text in _documents().values() for name in MENTIONED.findall(_code(text))}
    assert named - set(_targets()) == set()


def test_every_target_is_told_to_contributors_or_by_help() -> None:
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert MENTIONED.findall(helped) == list(_targets())
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == set(_targets())


def _code(text: str) -> str:
    """What stands in backticks: elsewhere, "make" is an English word."""
    return "\n".join(CODE.findall(text) + re.findall(r"`([^`\n]+)`", CODE.sub("", text)))


@pytest.mark.parametrize("package", _requirements())
def test_every_dependency_has_its_reason(package: str) -> None:
    versions = {name.lower(): version for name, version in LOCKED.findall(_locks())}
    row = re.search(rf"^\| {re.escape(package)} \| (\S+) \|", _documents()["docs/dependencies.md"], re.MULTILINE)
    assert row is not None
    assert row[1] == versions[package.lower()]


def test_no_dependency_is_listed_that_is_gone() -> None:
    listed = re.findall(r"^\| ([A-Za-z0-9_.-]+) \| \d", _documents()["docs/dependencies.md"], re.MULTILINE)
    assert listed == _requirements()


@pytest.mark.parametrize("path", sorted(_documents()))
def test_every_link_leads_somewhere(path: str) -> None:
    assert [link for link in LINK.findall(CODE.sub("", _documents()[path])) if not _leads(path, link)] == []


def _leads(path: str, link: str) -> bool:
    if re.match(r"https?://", link):
        return True
    place, _, anchor = link.partition("#")
    target = (ROOT / path).parent / place if place else ROOT / path
    if not target.exists():
        return False
    return not anchor or anchor in {_anchor(heading) for heading in HEADING.findall(target.read_text(encoding="utf-8"))}


def _anchor(heading: str) -> str:
    """The name under which a heading can be linked to."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def test_every_line_of_the_log_is_explained() -> None:
    guide = _documents()["docs/operators.md"]
    assert [line for line in _logged() if f"`{line}`" not in guide] == []


def _logged() -> Iterator[str]:
    """The first words of each call such as log.warning("...")."""
    for path, text in _texts().items():
        if path.startswith(("bot/", "storage/", "handlers/", "campaigns/", "club/")) and path.endswith(".py"):
            for call in ast.walk(ast.parse(text)):
                if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log.") and call.args:
                    said = call.args[0]
                    if isinstance(said, ast.Constant):
                        yield str(said.value)


def test_no_file_names_a_package_registry() -> None:
    pattern = re.compile("|".join(rf"\b{name}\.{end}\b" for name, end in REGISTRIES))
    assert [f"{path}: {match[0]}" for path, text in _texts().items() for match in pattern.finditer(text)] == []


def test_no_file_names_the_place_where_it_was_written() -> None:
    assert [f"{path}: {place}" for path, text in _texts().items() for place in PLACES if place in text] == []
