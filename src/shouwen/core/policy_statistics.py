"""统计分类: how an authority counts complaints, along axes of its own, beside the classes and causes of the bank.

China's standard JR/T 0169-2018 has three: where the business was done, what business it was, and why the customer complains.
What somebody chose for the complaint (`Categorise`) counts; else what follows from the bank's own channel, class or cause (`counted_as`).
What does not follow stays open: a guess would be a wrong figure in a return.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from shouwen.core.policy_file import Path
from shouwen.core.policy_terms import CountedAs, Term
from shouwen.core.text import Text

if TYPE_CHECKING:
    from shouwen.core.complaint.state import Complaint
    from shouwen.core.policy import Policy

COUNTED = ("channels", "classes", "causes")


class Category(Term, frozen=True):
    """统计类别. `number` is the standard's own code, empty where nobody has read it; `parent` a category further up in the list."""

    number: str = ""
    parent: str | None = None


class Axis(Term, frozen=True):
    """统计维度: one of the ways in which a complaint is counted."""

    categories: tuple[Category, ...]

    def category(self, code: str) -> Category | None:
        return next((category for category in self.categories if category.code == code), None)

    def with_below(self, code: str) -> tuple[str, ...]:
        """A category with all that lie below it; one that the axis does not know stands for itself."""
        found = [code]
        for category in self.categories:
            if category.parent in found:
                found.append(category.code)
        return tuple(found)

    @property
    def outline(self) -> tuple[Text, ...]:
        """The categories at the top, each with its number and what is below it in brackets."""
        return tuple(self._outlined(category) for category in self.categories if category.parent is None)

    def _outlined(self, category: Category) -> Text:
        below = [self._outlined(each) for each in self.categories if each.parent == category.code]
        number = f"{category.number} " if category.number else ""
        zh = f"（{'、'.join(each.zh for each in below)}）" if below else ""
        en = f" ({', '.join(each.en for each in below)})" if below else ""
        return Text(f"{number}{category.title.zh}{zh}", f"{number}{category.title.en}{en}")


class Counted(msgspec.Struct, frozen=True):
    """Where a complaint counts on one axis; without `category` it does not follow from what is on record."""

    axis: Axis
    category: Category | None


def counted(complaint: "Complaint", policy: "Policy") -> tuple[Counted, ...]:
    """The complaint on every axis of its pack: as chosen, else as derived. Where channel, class and cause say different things,
    nothing follows."""
    marks = [mark for part in _said(complaint, policy) for mark in part]
    return tuple(
        Counted(axis, axis.category(complaint.categories.get(axis.code, "")) or _category(axis, marks))
        for axis in policy.statistics
    )


def _said(complaint: "Complaint", policy: "Policy") -> Iterator[tuple[CountedAs, ...]]:
    yield policy.channel(complaint.channel).counted_as
    if complaint.class_:
        yield policy.class_(complaint.class_).counted_as
    if complaint.findings is not None:
        yield policy.cause(complaint.findings.cause).counted_as


def _category(axis: Axis, marks: list[CountedAs]) -> Category | None:
    found = {mark.category for mark in marks if mark.axis == axis.code}
    return axis.category(found.pop()) if len(found) == 1 else None


def statistics_findings(policy: "Policy") -> Iterator[tuple[Path, str, str]]:
    """What does not fit: a parent that does not stand before, a mark for a category or an axis that the pack does not have.

    A pack without axes may carry marks, for those that stand on it.
    """
    for number, axis in enumerate(policy.statistics):
        before: list[str] = []
        for index, category in enumerate(axis.categories):
            if category.parent is not None and category.parent not in before:
                yield (
                    ("statistics", number, "categories", index, "parent"),
                    f"上级类别“{category.parent}”应写在“{category.code}”之前",
                    f"the parent “{category.parent}” must stand before “{category.code}”",
                )
            before.append(category.code)
    if policy.statistics:
        for field in COUNTED:
            for number, part in enumerate(getattr(policy, field)):
                yield from _marks(policy, part.counted_as, (field, number, "counted_as"))


def _marks(policy: "Policy", marks: tuple[CountedAs, ...], path: Path) -> Iterator[tuple[Path, str, str]]:
    axes = {axis.code: axis for axis in policy.statistics}
    for index, mark in enumerate(marks):
        if mark.axis not in axes:
            known = ", ".join(axes)
            yield (
                (*path, index, "axis"),
                f"没有统计维度“{mark.axis}”，可用：{known}",
                f"there is no axis “{mark.axis}”; known: {known}",
            )
        elif axes[mark.axis].category(mark.category) is None:
            yield (
                (*path, index, "category"),
                f"统计维度“{mark.axis}”没有类别“{mark.category}”",
                f"the axis “{mark.axis}” has no category “{mark.category}”",
            )
        if any(mark.axis == other.axis for other in marks[:index]):
            yield (*path, index, "axis"), f"“{mark.axis}”写了两次", f"“{mark.axis}” is given twice"
