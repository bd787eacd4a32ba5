"""Units, people and the organisation, as far as the rules ask about them."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from enum import StrEnum
from typing import Protocol

import msgspec

from shouwen.core.duties import Duty
from shouwen.core.text import Text


class UnitKind(StrEnum):
    """机构级别与部门类别: five levels of institution, and the departments that the slides name."""

    HEAD_OFFICE = "head_office"
    TIER1_BRANCH = "tier1_branch"
    TIER2_BRANCH = "tier2_branch"
    SUB_BRANCH = "sub_branch"
    OUTLET = "outlet"
    HOTLINE = "hotline"
    UNION = "union"
    OFFICE = "office"
    DISCIPLINE = "discipline"
    FUNCTIONAL = "functional"

    @property
    def label(self) -> Text:
        return KIND_TITLES[self]

    @property
    def is_institution(self) -> bool:
        return self in INSTITUTION_LEVELS


INSTITUTION_LEVELS = (
    UnitKind.HEAD_OFFICE,
    UnitKind.TIER1_BRANCH,
    UnitKind.TIER2_BRANCH,
    UnitKind.SUB_BRANCH,
    UnitKind.OUTLET,
)


KIND_TITLES = {
    UnitKind.HEAD_OFFICE: Text("总行", "Head office"),
    UnitKind.TIER1_BRANCH: Text("一级分行", "Tier-1 branch"),
    UnitKind.TIER2_BRANCH: Text("二级分行", "Tier-2 branch"),
    UnitKind.SUB_BRANCH: Text("支行", "Sub-branch"),
    UnitKind.OUTLET: Text("网点", "Outlet"),
    UnitKind.HOTLINE: Text("热线中心", "Hotline centre"),
    UnitKind.UNION: Text("工会", "Union"),
    UnitKind.OFFICE: Text("办公室", "Office"),
    UnitKind.DISCIPLINE: Text("纪检监察", "Discipline inspection"),
    UnitKind.FUNCTIONAL: Text("职能部门", "Functional department"),
}


class Unit(msgspec.Struct, frozen=True):
    """机构或部门. `line` holds the unit ids from the head office down to this unit, itself included."""

    id: int
    code: str
    name: str
    kind: UnitKind
    path: str
    parent_id: int | None
    line: tuple[int, ...]

    @property
    def institution_id(self) -> int:
        """The unit itself, or the institution that a department belongs to."""
        return self.id if self.kind.is_institution or self.parent_id is None else self.parent_id


class Person(msgspec.Struct, frozen=True):
    """员工. `phone` is the office phone that may stand in a letter, never a private one."""

    id: int
    name: str
    unit_id: int
    phone: str


class Post(msgspec.Struct, frozen=True):
    """任职: a duty held at a unit. `scope_id` is the institution that the post looks after (the unit's own, or its parent's).

    `lent_by` (授权代理) is who holds it and has lent it for these days; none where it is the person's own.
    """

    duty: Duty
    unit_id: int
    scope_id: int
    lent_by: int | None = None


class Actor(msgspec.Struct, frozen=True):
    """操作人: a person with the posts held today, or the program itself (`system` names which part: timer, import).

    `deputy_of` are those whose posts this person is lent today: what is kept from them as a second pair of eyes is kept from
    the deputy too, whichever post the deputy acts with.
    """

    person: Person | None
    posts: tuple[Post, ...] = ()
    system: str = ""
    deputy_of: frozenset[int] = frozenset()

    @property
    def id(self) -> int | None:
        return self.person.id if self.person else None

    @property
    def stands_for(self) -> frozenset[int]:
        """The person and those whose deputy the person is: who writes and who checks are two of these sets (四眼)."""
        return self.deputy_of if self.person is None else self.deputy_of | {self.person.id}

    def without(self, givers: "AbstractSet[int]") -> "Actor":
        """The same person without the posts that these have lent."""
        if self.deputy_of.isdisjoint(givers):
            return self
        return msgspec.structs.replace(self, posts=tuple(post for post in self.posts if post.lent_by not in givers))

    def by_turns(self) -> "Iterator[tuple[int | None, Actor]]":
        """The person with the own posts alone, then with what each giver has lent beside them."""
        yield None, self.without(self.deputy_of)
        for giver in sorted(self.deputy_of):
            yield giver, self.without(self.deputy_of - {giver})

    @property
    def duties(self) -> frozenset[Duty]:
        return frozenset(post.duty for post in self.posts)


class Organisation(Protocol):
    """What the rules ask about the bank's organisation. Floor 2 answers from the database, tests from memory."""

    def unit(self, unit_id: int) -> Unit | None: ...

    def person(self, person_id: int) -> Person | None: ...

    def contact_on_duty(self, unit_id: int, on: date) -> Person | None:
        """第一联系人, the 第二联系人 when the first is absent, the leader when both are (mission C7)."""

    def contacts(self, unit_id: int) -> tuple[Person, ...]:
        """第一联系人、第二联系人 of the unit itself in their order, absent ones too."""

    def is_absent(self, person_id: int, on: date) -> bool:
        """不在岗: whether the person is away on a day."""

    def signatories(self, unit_id: int, on: date) -> tuple[Person, ...]:
        """Who may sign for the unit, in the order in which work goes to them: contact A, contact B, leader; absent ones left out."""

    def leader(self, unit_id: int) -> Person | None:
        """第一责任人 of the unit; where none is named, of the institution above (mission C6)."""

    def duties_of(self, person_id: int, on: date) -> frozenset[Duty]:
        """任职: the duties that a person holds on a day, at whatever unit; none for one who has left."""

    def holders(self, duty: Duty, unit_id: int, on: date) -> tuple[Person, ...]: ...
