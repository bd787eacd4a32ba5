"""抽样: which complaints of a period are revisited, so that anybody can draw the same sample again from the same seed (mission C3)."""

from collections.abc import Iterable
from hashlib import sha256
from math import ceil

import msgspec

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

WHOLE = 100


class SampleSize(msgspec.Struct, frozen=True):
    """样本量: `percent` of the complaints that could be drawn, rounded up, or a fixed `count`; one of the two."""

    percent: int | None = None
    count: int | None = None

    def of(self, frame: int) -> int:
        """How many of `frame` complaints are drawn: never more than there are, and one at least of any that there are."""
        wanted = self.count if self.count is not None else ceil(frame * (self.percent or 0) / WHOLE)
        return min(max(wanted, 1), frame)


def require_size(size: SampleSize) -> None:
    """Refuse a plan with no size, with both, or with a share outside 1–100."""
    if (size.percent is None) == (size.count is None):
        raise Refusal(
            "sample-size",
            Text("抽样比例和抽样件数请填写其中一项。", "Give either the share or the number of complaints."),
            field="percent",
        )
    if size.percent is not None and not 1 <= size.percent <= WHOLE:
        raise Refusal("sample-percent", Text("抽样比例应为 1–100。", "The share is 1 to 100."), field="percent")
    if size.count is not None and size.count < 1:
        raise Refusal("sample-count", Text("抽样件数至少为 1。", "Draw one complaint at least."), field="count")


def drawn(numbers: Iterable[str], seed: str, size: SampleSize) -> tuple[str, ...]:
    """The sample, in the order in which it was drawn: those whose number makes the smallest SHA-256 together with the seed.

    It depends on nothing but the set of numbers, the seed and the size: no order of rows, no version of a program.
    """
    frame = sorted(set(numbers), key=lambda number: sha256(f"{seed}:{number}".encode()).digest())
    return tuple(frame[: size.of(len(frame))])
