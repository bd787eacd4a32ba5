"""时限: when something falls due, why then, and how much working time is left (mission A3, A7)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.clock import (
    Clock,
    Days,
    DueMoment,
    Extended,
    ExtensionRule,
    Mark,
    Pause,
    SkippedDay,
    TimeLimit,
    Unit,
)
from shouwen.core.text import Text
from shouwen.core.workdays import WEEKDAYS, BusinessHours, WorkingCalendar

__all__ = [
    "BusinessHours",
    "Clock",
    "Days",
    "DueMoment",
    "Extended",
    "ExtensionRule",
    "Mark",
    "Pause",
    "SkippedDay",
    "TimeLimit",
    "due",
    "explain",
    "given_clock",
    "is_counting",
    "limit_in_words",
    "paused_until",
    "recalculated",
    "restarted",
    "start_clock",
    "stop_clock",
    "time_left",
    "time_left_in_words",
    "with_extension",
]


def due(
    rule: TimeLimit,
    start: datetime,
    calendar: WorkingCalendar,
    hours: BusinessHours,
    *,
    days: int | None = None,
    unit: Unit | None = None,
    pauses: tuple[Pause, ...] = (),
) -> DueMoment:
    """When `rule` falls due for what came in at `start`: at close of business of the last day counted (calendar days where `hours` say).

    The day of `start`, in the bank's zone, is not counted, whether worked or not and whatever the hour. Working days
    skip what the calendar says is not worked; calendar days run through, and also end on a day off: who keeps that is
    not late by any reading. `days` counts another number of days than the rule's limit, such as its target. Refuses a
    `start` without zone.
    """
    count = rule.days if days is None else days
    return _due(rule.code, rule.title, count, unit or rule.unit, start, calendar, hours, pauses)


def _due(
    code: str,
    title: Text,
    days: int,
    unit: Unit,
    start: datetime,
    calendar: WorkingCalendar,
    hours: BusinessHours,
    pauses: tuple[Pause, ...] = (),
) -> DueMoment:
    day = calendar.local_date(start)
    start = start.astimezone(UTC)
    still = _Still(pauses, calendar, unit)
    last = still.last_day(day, days)
    if unit == "calendar_days":
        paused = still.days(day, last)
        return DueMoment(hours.calendar_end_on(last, calendar.zone), code, start, days, unit, paused, title=title)
    return DueMoment(
        hours.close_on(last, calendar.zone),
        code,
        start,
        days,
        unit,
        still.with_days_off(day, last),
        calendar.is_provisional(day, last),
        title,
        tuple(
            [
                SkippedDay(worked.date, worked.name)
                for worked in calendar.weekend_work(day, last)
                if not still.covers(worked.date)
            ]
        ),
    )


class _Still:
    """The days on which a clock stands still: of each ended pause, from its first day up to the day before it goes on."""

    def __init__(self, pauses: tuple[Pause, ...], calendar: WorkingCalendar, unit: Unit) -> None:
        self._calendar = calendar
        self._working = unit == "working_days"
        self._ranges = [
            (first, last, Text(f"中止计时（{pause.title.zh}）", f"paused ({pause.title.en})"))
            for pause in pauses
            if pause.until is not None
            and (first := calendar.local_date(pause.since)) <= (last := calendar.local_date(pause.until) - timedelta(1))
        ]

    def last_day(self, after: date, count: int) -> date:
        """The `count`-th day counted after `after`."""
        last, missing = after, count
        while missing:
            last = self._calendar.add_working_days(last, missing) if self._working else last + timedelta(missing)
            missing = count - self._units(after, last) + sum(self._units(*span) for span in self._within(after, last))
        return last

    def _units(self, after: date, until: date) -> int:
        return self._calendar.working_days_between(after, until) if self._working else (until - after).days

    def _within(self, after: date, until: date) -> Iterator[tuple[date, date]]:
        for first, last, _ in self._ranges:
            begin, end = max(first - timedelta(1), after), min(last, until)
            if begin < end:
                yield begin, end

    def covers(self, day: date) -> bool:
        return any(first <= day <= last for first, last, _ in self._ranges)

    def days(self, after: date, until: date) -> tuple[SkippedDay, ...]:
        """The days after `after`, up to and with `until`, on which it stands still."""
        return tuple(
            [
                SkippedDay(date.fromordinal(number), why)
                for first, last, why in self._ranges
                for number in range(max(first.toordinal(), after.toordinal() + 1), min(last, until).toordinal() + 1)
            ]
        )

    def with_days_off(self, after: date, until: date) -> tuple[SkippedDay, ...]:
        """Days off and paused days, each once."""
        paused = self.days(after, until)
        still = {day.date for day in paused}
        off = [SkippedDay(day.date, day.name) for day in self._calendar.days_off(after, until) if day.date not in still]
        return tuple(sorted((*off, *paused), key=attrgetter("date")) if paused else off)


def start_clock(
    kind: str,
    rule: TimeLimit,
    start: datetime,
    calendar: WorkingCalendar,
    hours: BusinessHours,
    pauses: tuple[Pause, ...] = (),
) -> Clock:
    """Start a clock: its limit and, where the rule has one, its target. `pauses` that it takes over count for it too."""
    limit = due(rule, start, calendar, hours, pauses=pauses)
    aim = rule.target_days
    target = due(rule, start, calendar, hours, days=aim, unit=rule.target_unit, pauses=pauses) if aim else None
    return Clock(kind, limit.start, limit, target, pauses=pauses)


def given_clock(kind: str, title: Text, day: str, start: datetime, zone: ZoneInfo, hours: BusinessHours) -> Clock:
    """A clock to a moment that another body has set, in ISO form: a day ends at close of business in `zone` (mission B6)."""
    at = datetime.fromisoformat(day)
    if "T" not in day:
        at = hours.close_on(at.date(), zone)
    start = start.astimezone(UTC)
    return Clock(kind, start, DueMoment(at.astimezone(UTC), kind, start, 0, "given", title=title))


def stop_clock(clocks: tuple[Clock, ...], kind: str, at: datetime) -> tuple[Clock, ...]:
    """Stop the running clocks of this kind; one that was stopped before keeps its moment. Nothing more is said about it."""
    return tuple(
        msgspec.structs.replace(clock, stopped=at, marks=tuple(mark for mark in clock.marks if mark.done))
        if clock.kind == kind and clock.stopped is None
        else clock
        for clock in clocks
    )


def restarted(clocks: tuple[Clock, ...], started: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """The clocks with those that begin now in the place of former ones of their kind."""
    kinds = {clock.kind for clock in started}
    return (*(clock for clock in clocks if clock.kind not in kinds), *started)


def paused_until(since: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    """When a pause of at most `days` calendar days ends by itself: at the beginning of the day after the last of them."""
    last = calendar.local_date(since) + timedelta(days)
    return datetime.combine(last, time(), calendar.zone).astimezone(UTC)


def recalculated(clock: Clock, calendar: WorkingCalendar, hours: BusinessHours) -> Clock:
    """The clock by a calendar that knows better. A stopped clock stays: what was judged is not judged again."""
    if clock.stopped is not None:
        return clock
    limit, target = (_counted_again(each, clock, calendar, hours) for each in (clock.limit, clock.target))
    assert limit is not None
    return msgspec.structs.replace(clock, limit=limit, target=target)


def _counted_again(
    moment: DueMoment | None, clock: Clock, calendar: WorkingCalendar, hours: BusinessHours
) -> DueMoment | None:
    if moment is None or moment.unit == "given":
        return moment
    again = _due(moment.rule, moment.title, moment.days, moment.unit, moment.start, calendar, hours, clock.pauses)
    return msgspec.structs.replace(again, extended=moment.extended)


def with_extension(clock: Clock, extension: Extended, calendar: WorkingCalendar, hours: BusinessHours) -> Clock:
    """延期: the clock with so many days more. The target stays what the bank aims at."""
    limit = msgspec.structs.replace(
        clock.limit, days=clock.limit.days + extension.days, extended=(*clock.limit.extended, extension)
    )
    return recalculated(msgspec.structs.replace(clock, limit=limit), calendar, hours)


def explain(moment: DueMoment, zone: ZoneInfo) -> Text:
    """时限说明 in sentences: which rule, from when, what was skipped and why, when it is due, provisional or not."""
    start, end = moment.start.astimezone(zone), moment.at.astimezone(zone)
    if moment.unit == "given":
        return Text(
            f"{moment.title.zh}：{_day_zh(end, None)} {end:%H:%M} 到期，由对方指定。",
            f"{moment.title.en}: due {_day_en(end, None)}, {end:%H:%M}, as they have set it.",
        )
    working = moment.unit == "working_days"
    zh = [f"{_day_zh(start, None)} {start:%H:%M} 起算（当日不计）"]
    en = [f"counted from {_day_en(start, None)}, {start:%H:%M} (that day is not counted)"]
    for each in moment.extended:
        article = Text(f"，依据{each.article.zh}", f", by {each.article.en}") if each.article.zh else Text("")
        zh.append(f"其中延期 {each.days} {'个工作日' if working else '日'}（{each.title.zh}{article.zh}）")
        noun = "working day" if working else "calendar day"
        en.append(f"{_count(each.days, noun)} of them by extension ({each.title.en}{article.en})")
    if not working:
        zh.append("按自然日连续计算，休息日也计入")
        en.append("calendar days run through, days off included")
    if moment.skipped:
        skipped = _in_words(moment.skipped, start.year)
        zh.append(f"跳过 {skipped.zh}")
        en.append(f"skipped: {skipped.en}")
    if moment.made_up:
        made_up = _in_words(moment.made_up, start.year)
        zh.append(f"计入 {made_up.zh}")
        en.append(f"counted although a weekend: {made_up.en}")
    zh.append(f"{_day_zh(end, None)} {end:%H:%M} 到期")
    en.append(f"due {_day_en(end, None)}, {end:%H:%M}")
    zh_rule = f"{moment.days} 个工作日" if working else f"{moment.days} 日"
    en_rule = _count(moment.days, "working day" if working else "calendar day")
    sentence_zh = f"{moment.title.zh or moment.rule}：{zh_rule}；{'；'.join(zh)}。"
    sentence_en = f"{moment.title.en or moment.rule}: {en_rule}; {'; '.join(en)}."
    if moment.provisional:
        sentence_zh += "其中有的日期尚未公布放假安排，到期时间为暂定，公布后将重新计算。"
        sentence_en += (
            " Provisional: the holidays of some of these days are not announced yet; it may move when they are."
        )
    return Text(sentence_zh, sentence_en)


def limit_in_words(limit: TimeLimit) -> Text:
    """“3个工作日”, “15日”: how long a limit is."""
    if limit.unit == "working_days":
        return Text(f"{limit.days}个工作日", _count(limit.days, "working day"))
    return Text(f"{limit.days}日", _count(limit.days, "calendar day"))


def time_left(
    now: datetime, at: datetime, calendar: WorkingCalendar, hours: BusinessHours, *, started: datetime | None = None
) -> Text:
    """剩余时间 until the due moment `at`, or how far it is passed, in working time.

    On the day of `started`, which is not counted, it says the whole days still to be counted (还有 3 个工作日): what is left of
    that day would make the limit look longer than the rule. A limit that ends on that day itself is said in hours.

    Where no working time lies between although `at` is still to come (a limit in calendar days that ends on a day off),
    says the hours by the clock.
    """
    worked = calendar.working_time_between(now, at, hours)
    today, last = calendar.local_date(now), calendar.local_date(at)
    if started is not None and not is_counting(now, at, started, calendar):
        days = calendar.working_days_between(today, last)
        return Text(f"还有 {days} 个工作日", f"{_count(days, 'working day')} to go")
    if worked or now >= at:
        return time_left_in_words(worked, hours)
    minutes = max(round((at - now) / timedelta(minutes=1)), 1)
    amount = _amount(0, minutes)
    return Text(f"剩 {amount.zh}（均为非工作时间）", f"{amount.en} left, none of it working time")


def is_counting(now: datetime, at: datetime, started: datetime, calendar: WorkingCalendar) -> bool:
    """Whether the limit runs already: not on the day of `started`, unless it ends before a working day is counted."""
    today, last = calendar.local_date(now), calendar.local_date(at)
    return calendar.local_date(started) != today or calendar.working_days_between(today, last) <= 0


def time_left_in_words(worked: timedelta, hours: BusinessHours) -> Text:
    """“剩 2 工作日 3 小时”, “已超 5 小时”: working time in words, the two largest units, rounded down to the minute.

    A working day is as long as the business hours. Zero is “时限已到”: nothing left, or passed since the last close of
    business.
    """
    if not worked:
        return Text("时限已到", "time is up")
    days, rest = divmod(abs(worked), hours.length)
    minutes = rest // timedelta(minutes=1)
    amount = _amount(days, minutes) if days or minutes else Text("不足 1 分钟", "less than a minute")
    return (
        Text(f"剩 {amount.zh}", f"{amount.en} left")
        if worked > timedelta()
        else Text(f"已超 {amount.zh}", f"{amount.en} overdue")
    )


def _amount(days: int, minutes: int) -> Text:
    hours, minutes = divmod(minutes, 60)
    parts = [
        (days, Text(f"{days} 工作日", _count(days, "working day"))),
        (hours, Text(f"{hours} 小时", _count(hours, "hour"))),
        (0 if days else minutes, Text(f"{minutes} 分钟", _count(minutes, "minute"))),
    ]
    shown = [words for number, words in parts if number]
    return Text(" ".join(words.zh for words in shown), " ".join(words.en for words in shown))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKEND = Text("周末", "weekend")


def _in_words(days: Iterable[SkippedDay], year: int) -> Text:
    """Days as ranges with their reasons; neighbouring ranges share one reason. The year is said where it changes."""
    zh, en = [], []
    for why, ranges in groupby(_ranges(days), key=lambda found: found[2]):
        spans_zh, spans_en = [], []
        for first, last, _ in ranges:
            spans_zh.append(_span_zh(first, last, year))
            spans_en.append(_span_en(first, last, year))
            year = last.year
        zh.append(f"{'、'.join(spans_zh)} {why.zh}")
        en.append(f"{', '.join(spans_en)} {why.en}")
    return Text("，".join(zh), "; ".join(en))


def _ranges(days: Iterable[SkippedDay]) -> Iterator[tuple[date, date, Text]]:
    """Runs of days that follow each other for one reason; a Saturday with its Sunday is a weekend."""
    runs: list[list[SkippedDay]] = []
    for day in days:
        last = runs[-1][-1] if runs else None
        if last and (day.date - last.date).days == 1 and (day.why == last.why or _is_weekend(last, day)):
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        yield run[0].date, run[-1].date, _WEEKEND if _is_weekend(run[0], run[-1]) else run[0].why


def _is_weekend(first: SkippedDay, last: SkippedDay) -> bool:
    return (first.why, last.why) == WEEKDAYS[5:]


def _span_zh(first: date, last: date, year: int) -> str:
    shown = _day_zh(first, year)
    return shown if first == last else f"{shown}至{_day_zh(last, first.year)}"


def _span_en(first: date, last: date, year: int) -> str:
    if first == last:
        return _day_en(first, year)
    begin = str(first.day) if (first.year, first.month) == (last.year, last.month) else _day_en(first, last.year)
    return f"{begin}–{_day_en(last, year)}"


def _day_zh(day: date, year: int | None) -> str:
    return f"{day.month}月{day.day}日" if day.year == year else f"{day.year}年{day.month}月{day.day}日"


def _day_en(day: date, year: int | None) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}" + ("" if day.year == year else f" {day.year}")
