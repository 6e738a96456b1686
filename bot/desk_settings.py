"""The settings of the desk: why complaints come to be, whose matter they are, what may be given for them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import NoDecode

from bot.section import Section, listed, setting
from club.languages import LANGUAGES


class CauseSettings(Section):
    """Why complaints come to be. `name`: one text, or one for each language. `department`: the first name of the one
    whose matter that is."""

    name: str | dict[str, str]
    department: str | None = None


class DepartmentSettings(Section):
    """Whose matter a request is. `name`: one text, or one for each language."""

    name: str | dict[str, str]


_DEPARTMENTS = (
    {"en": "Shop", "zh-Hans": "门店", "zh-Hant": "門市"},
    {"en": "Purchasing", "zh-Hans": "采购", "zh-Hant": "採購"},
    {"en": "Delivery", "zh-Hans": "配送", "zh-Hant": "配送"},
    {"en": "Management", "zh-Hans": "管理", "zh-Hant": "管理"},
)
_CAUSES = (
    ({"en": "Product", "zh-Hans": "产品", "zh-Hant": "產品"}, "Purchasing"),
    ({"en": "Service", "zh-Hans": "服务", "zh-Hant": "服務"}, "Shop"),
    ({"en": "Price", "zh-Hans": "价格", "zh-Hant": "價格"}, "Management"),
    ({"en": "Delivery", "zh-Hans": "配送", "zh-Hant": "配送"}, "Delivery"),
    ({"en": "Staff", "zh-Hans": "人员", "zh-Hant": "人員"}, "Shop"),
    ({"en": "Other", "zh-Hans": "其他", "zh-Hant": "其他"}, None),
)


class CompensationLimit(BaseModel):
    """What a role may give for one complaint without a second person: points, and whole units of money in vouchers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["clerk", "manager", "owner"]
    points: int = Field(0, ge=0, le=1_000_000)
    voucher: Decimal = Field(Decimal(0), ge=0, le=1_000_000)


NamedT = TypeVar("NamedT", "CauseSettings", "DepartmentSettings")


def _distinct(value: tuple[NamedT, ...]) -> tuple[NamedT, ...]:
    """Each has a name of its own, in languages that the club may speak."""
    names = [one.name if isinstance(one.name, dict) else {"en": one.name} for one in value]
    firsts = [next(iter(name.values()), "").strip().casefold() for name in names]
    if "" in firsts or len(set(firsts)) != len(firsts) or any(not set(name) <= set(LANGUAGES) for name in names):
        raise ValueError
    return value


def _each_role_once(value: tuple[CompensationLimit, ...]) -> tuple[CompensationLimit, ...]:
    if len({limit.role for limit in value}) != len(value):
        raise ValueError
    return value


class DeskSettings(Section):
    """`reopen_days`: for how many days after it was resolved a customer may open a request again."""

    causes: Annotated[tuple[CauseSettings, ...], NoDecode, BeforeValidator(listed), AfterValidator(_distinct)] = (
        setting(
            tuple(CauseSettings(name=name, department=department) for name, department in _CAUSES),
            'a list of different names, such as [{"name": "Product"}, {"name": {"en": "Price", "zh-Hans": "价格"}}]',
            min_length=1,
            max_length=20,
        )
    )
    departments: Annotated[
        tuple[DepartmentSettings, ...], NoDecode, BeforeValidator(listed), AfterValidator(_distinct)
    ] = setting(
        tuple(DepartmentSettings(name=name) for name in _DEPARTMENTS),
        'a list of different names, such as [{"name": "Shop"}, {"name": {"en": "Delivery", "zh-Hans": "配送"}}]',
        max_length=20,
    )
    reopen_days: int = setting(14, "whole days from 0 (never) to 365", ge=0, le=365)
    feedback_days: int = setting(1, "whole days from 0 to 30", ge=0, le=30)
    feedback_low: int = setting(2, "a score from 0 (never) to 4", ge=0, le=4)
    feedback_close_days: int = setting(7, "whole days from 1 to 90", ge=1, le=90)
    quiet_days: int = setting(7, "whole days from 0 to 365", ge=0, le=365)
    compensation_limits: Annotated[
        tuple[CompensationLimit, ...], NoDecode, BeforeValidator(listed), AfterValidator(_each_role_once)
    ] = setting(
        (
            CompensationLimit(role="clerk", points=200, voucher=Decimal(10)),
            CompensationLimit(role="manager", points=2000, voucher=Decimal(100)),
        ),
        'a list with each role once, such as [{"role": "clerk", "points": 200, "voucher": 10}]',
    )

    def unknown_departments(self) -> list[str]:
        """What causes name as their department, and `departments` does not."""
        names = [one.name if isinstance(one.name, str) else next(iter(one.name.values())) for one in self.departments]
        known = {name.casefold() for name in names}
        return [one.department for one in self.causes if one.department and one.department.casefold() not in known]
