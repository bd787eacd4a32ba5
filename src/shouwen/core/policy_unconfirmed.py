"""未经核实: what a pack says that nobody has read in the source named, for the check and the page of the rules."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from shouwen.core.text import Text

if TYPE_CHECKING:
    from shouwen.core.policy import Policy

SECTIONS = {"calendar": Text("工作日历", "Working calendar"), "longest_break": Text("最长连休", "Longest break")}


class Unconfirmed(msgspec.Struct, frozen=True):
    """One place that a person must look up before relying on it."""

    title: Text
    cited: Text


def unconfirmed(policy: "Policy") -> tuple[Unconfirmed, ...]:
    """Everything that the pack marks as unconfirmed, in the pack's order."""
    return tuple(
        Unconfirmed(getattr(part, "title", SECTIONS.get(field, Text(field, field))), policy.cite(part.source))
        for field, part in _marked(policy, "")
    )


def _marked(part: Any, field: str) -> Iterator[tuple[str, Any]]:
    if isinstance(part, msgspec.Struct):
        if getattr(part, "unconfirmed", False):
            yield field, part
        for name in part.__struct_fields__:
            yield from _marked(getattr(part, name), name)
    elif isinstance(part, tuple):
        for item in part:
            yield from _marked(item, field)
