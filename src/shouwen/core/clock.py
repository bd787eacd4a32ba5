"""计时: the rules of a time limit, the moment it falls due with what explains it, and a clock on a complaint (mission A7)."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from shouwen.core.text import Text

Unit = Literal["working_days", "calendar_days"]
Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]


class ExtensionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """延期规则 of a time limit: once for each clock, `days` are added or `total_days` is the new limit, in the limit's unit.

    `approve` names the level whose leader decides: of the unit, of the superior institution, of the head office.
    `tell_customer`: the customer is told of the new limit. Source: mission A7.
    """

    code: str
    title: Text
    days: Days | None = None
    total_days: Days | None = None
    approve: Literal["unit_leader", "superior_leader", "head_office_leader"]
    tell_customer: bool = False
    source: str
    unconfirmed: bool = False


class TimeLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """时限规则 of a policy pack: `days` is the limit, `target_days` what the bank aims at, both in `unit`.

    `warn_before`: so many days of the unit before the limit, at close of business, the responsible person is warned.
    `extensions`: the ways in which the limit may be extended; without any it cannot be.
    The target may have a `target_unit` of its own (a response in 8 weeks, aimed at in 3 working days). `unconfirmed`: nobody
    has read the number in the `source` yet.
    Refuses a limit or target below one day and a target beyond the limit. `source` names the article or slide.
    """

    code: str
    title: Text
    days: Days
    unit: Unit
    target_days: Days | None = None
    source: str = ""
    warn_before: tuple[Days, ...] = ()
    extensions: tuple[ExtensionRule, ...] = ()
    target_unit: Unit | None = None
    unconfirmed: bool = False

    def __post_init__(self) -> None:
        if self.days < 1 or (self.target_days is not None and not 1 <= self.target_days <= self.days):
            raise ValueError(f"time limit {self.code}: the limit is at least 1 day, the target between 1 and the limit")


class SkippedDay(msgspec.Struct, frozen=True):
    """不计的一天, and why (周六, 国庆节)."""

    date: date
    why: Text


class Extended(msgspec.Struct, frozen=True):
    """已批准的延期: `days` of the limit's unit were added to it, in what way, and by which article."""

    code: str
    days: int
    title: Text
    article: Text = Text("")


class DueMoment(msgspec.Struct, frozen=True, omit_defaults=True):
    """到期时间 `at` with everything that explains it; both moments are UTC, the dates are days of the bank's zone.

    `rule` and `title` name the rule, `days` of `unit` were counted after the day of `start`, `skipped` are the days
    left out, `made_up` the Saturdays and Sundays that were counted because they are worked. `provisional`: a day on the
    way belongs to a year that is not announced yet, so that `at` may still move. `extended` are the extensions among the
    `days`. The unit `given` marks a moment that somebody else has set: nothing was counted.
    """

    at: datetime
    rule: str
    start: datetime
    days: int
    unit: Unit | Literal["given"]
    skipped: tuple[SkippedDay, ...] = ()
    provisional: bool = False
    title: Text = Text("")
    made_up: tuple[SkippedDay, ...] = ()
    extended: tuple[Extended, ...] = ()


class Pause(msgspec.Struct, frozen=True, omit_defaults=True):
    """中止计时: on a `ground` of the pack, from `since` until `until`; without it, still. At `ends` it ends by itself."""

    since: datetime
    ground: str
    title: Text
    until: datetime | None = None
    ends: datetime | None = None


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """时限提醒: something that the timer says once about a clock, at `at` (UTC); `done` when it was said, and to which person.

    `days` are the days of the unit before the limit of a warning, the working days after it of an escalation; `to` is
    the step of the escalation.
    """

    what: Literal["warned", "target_passed", "missed", "escalated"]
    at: datetime
    days: int = 0
    to: str = "responsible"
    done: datetime | None = None
    person: int | None = None


class Clock(msgspec.Struct, frozen=True, omit_defaults=True):
    """计时: a time limit on a complaint; moments are UTC; without `stopped` it runs.

    `kind`: accept, sign, reply, superior, media, review, supervision, investigate or check. `marks` are what the timer has said and will say.
    """

    kind: str
    started: datetime
    limit: DueMoment
    target: DueMoment | None = None
    stopped: datetime | None = None
    marks: tuple[Mark, ...] = ()
    pauses: tuple[Pause, ...] = ()

    @property
    def kept(self) -> bool | None:
        """Whether it was stopped within the limit, or while it stood still; none while it runs."""
        if self.stopped is None:
            return None
        return self.stopped <= self.limit.at or (bool(self.pauses) and self.pauses[-1].until is None)

    @property
    def pause(self) -> Pause | None:
        """The pause that it is in now."""
        return self.pauses[-1] if self.stopped is None and self.pauses and self.pauses[-1].until is None else None

    @property
    def is_counting(self) -> bool:
        """Neither stopped nor paused."""
        return self.stopped is None and self.pause is None
