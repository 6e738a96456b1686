"""The settings of relationship levels: who has which, and what follows from it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import NoDecode

from bot.section import Section, listed, setting


class LevelSettings(BaseModel):
    """One of the five. `when`: an audience, as in a campaign's file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: int = Field(ge=1, le=5)
    when: dict[str, Any] | None = None
    contacts: int | None = Field(None, ge=1, le=100)


def _each_once(value: tuple[LevelSettings, ...]) -> tuple[LevelSettings, ...]:
    """And the first needs no rule: it is what all others have."""
    if len({one.level for one in value}) != len(value) or any(one.level == 1 and one.when for one in value):
        raise ValueError
    return value


DEFAULT = (
    LevelSettings(level=5, when=None, contacts=3),
    LevelSettings(level=4, when={"orders": {"at_least": 4, "within_days": 365}}, contacts=3),
    LevelSettings(level=3, when={"bought": {"within_days": 365}}, contacts=None),
    LevelSettings(level=2, when={"bought": {}}, contacts=None),
)


class RelationshipSettings(Section):
    """`check_days`: so long after a purchase it is asked whether it is what they hoped for."""

    levels: Annotated[tuple[LevelSettings, ...], NoDecode, BeforeValidator(listed), AfterValidator(_each_once)] = (
        setting(
            DEFAULT,
            'a list with each level from 1 to 5 once, such as [{"level": 4, "when": {"tier": {"at_least": "gold"}}, '
            '"contacts": 3}]; the first without a when',
        )
    )
    check_days: int = setting(7, "whole days from 1 to 90", ge=1, le=90)
