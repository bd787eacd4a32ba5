"""部件: what a view hands to the fragments in `templates/desk/parts`. See docs/design-language.md."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from shouwen.core.text import Text


class ClockState(StrEnum):
    """时限状态, as a badge shows it: shape, word and colour."""

    OK = "ok"
    NEAR = "near"
    OVERDUE = "overdue"
    DONE = "done"
    PAUSED = "paused"


class ClockFace(msgspec.Struct, frozen=True, kw_only=True):
    """时限牌: one clock, ready to be shown.

    `words` say the state to the reader (剩 2 工作日 3 小时). `left` is working time in seconds, negative when the limit is missed; `day` is the length of a working day in seconds;
    `open_for` is how long business hours still last today, so that the page can let the clock run without asking again.
    `run`, `target_run` and `ticks` are shares of the way from start to limit, 0 to 1, for the gauge. `notes` stand beneath the large clock: its pause, what was said, the next reminder. Moments are aware.
    """

    title: Text
    state: ClockState
    words: Text
    due: datetime
    left: int
    day: int
    open_for: int = 0
    warn_below: int = 0
    target: datetime | None = None
    run: float = 0.0
    target_run: float | None = None
    ticks: Sequence[float] = ()
    explanation: Text | None = None
    provisional: bool = False
    notes: Sequence[Text] = ()


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    END = "end"


class Step(msgspec.Struct, frozen=True):
    """环节: one graduation of the stage bar. `END` marks a declined or withdrawn complaint."""

    title: Text
    state: StepState
    at: datetime | None = None


class Chip(msgspec.Struct, frozen=True):
    """筛选条件 that is in the address: `key=value`, shown as “label：words”."""

    key: str
    value: str
    label: str
    words: str


class Pager(msgspec.Struct, frozen=True):
    """翻页 by keyset: cursors for the neighbouring pages, and a sentence that says where one is."""

    before: str | None = None
    after: str | None = None
    words: str = ""


class Choice(msgspec.Struct, frozen=True):
    key: str
    label: str
    current: bool = False


class Acting(msgspec.Struct, frozen=True):
    """岗位 in which the person acts now, and the others that the person holds. `url` takes a POST with `post=<key>`."""

    label: str
    choices: Sequence[Choice] = ()
    url: str = ""
