"""热线早间看板 (mission C1): what came in, what lies here, what is due, what came back, who is away."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse

from shouwen.core import telling
from shouwen.core.complaint import Stage
from shouwen.core.telling import Part, complaints
from shouwen.core.text import Text
from shouwen.desk.charts.chart import Chart, Point, Series, compared
from shouwen.desk.morning.asking import Morning
from shouwen.desk.morning.parts import Board, Named, Question, Tile
from shouwen.desk.morning.shared import NEAR, OVERDUE, TODAY, due_sentence
from shouwen.desk.worklist.rows import channel_title
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

MOST_NAMED = 6
WAITING = (Stage.REGISTERED, Stage.ACCEPTED)


def board(morning: Morning) -> Board:
    asks = (came_in, lies_here, due, came_back, away)
    return Board("hotline", Text("热线早间看板", "Hotline, this morning"), tuple(ask(morning) for ask in asks))


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=working_calendar().zone)


def came_in(morning: Morning) -> Question:
    """昨天以来进来了什么: since the last working day, by channel, beside as many days before."""
    since = morning.last_working_day
    earlier = since - (morning.today - since) - timedelta(days=1)
    here = Q(received_at__gte=midnight(since))
    found: Any = morning.rows(**{"from": earlier.isoformat()}).order_by().values("channel")
    rows = found.annotate(now=Count("id", filter=here), before=Count("id", filter=~here))
    told = sorted(rows, key=lambda row: (-row["now"], -row["before"], row["channel"]))
    titles = [channel_title(morning.policy, row["channel"]) for row in told]
    yesterday = {"until": (since - timedelta(days=1)).isoformat(), "from": earlier.isoformat()}
    now = [
        Point(row["now"], morning.list_of(row["now"], channel=row["channel"], **{"from": since.isoformat()}))
        for row in told
    ]
    before = [Point(row["before"], morning.list_of(row["before"], channel=row["channel"], **yesterday)) for row in told]
    parts = [Part(title, row["now"], row["before"]) for title, row in zip(titles, told, strict=True)]
    since_words = Text(f"{since:%m-%d} 以来，按渠道", f"Since {since:%m-%d}, by channel")
    chart = Chart(
        name="channels",
        title=since_words,
        sentence=telling.breakdown(parts, Text("此前同样天数", "in as many days before")),
        categories=tuple(titles),
        series=compared(now, before, (Text("此后", "Since then"), Text("此前同样天数", "As many days before"))),
        head=Text("渠道", "Channel"),
    )
    return Question(
        "came-in",
        Text("上一工作日以来进来了什么？", "What came in since the last working day?"),
        chart.sentence,
        chart=chart,
    )


def lies_here(morning: Morning) -> Question:
    """还有什么没有受理、没有转办，放了多久."""
    ages = _ages(morning.today)
    stages = [stage.value for stage in WAITING]
    counts = {
        f"age{place}": Count("id", filter=_within(first, last)) for place, (_title, first, last) in enumerate(ages)
    }
    waiting: Any = morning.rows().filter(is_open=True, stage__in=stages).order_by().values("stage")
    found = {row["stage"]: row for row in waiting.annotate(oldest=Min("received_at"), **counts)}
    series = []
    for stage, tone in zip(WAITING, ("accent", "soft"), strict=True):
        told = [found.get(stage.value, {}).get(f"age{place}", 0) for place in range(len(ages))]
        points = [
            Point(count, morning.list_of(count, stage=stage.value, **_days(first, last)))
            for count, (_title, first, last) in zip(told, ages, strict=True)
        ]
        series.append(Series(stage.label, tuple(points), tone))
    chart = Chart(
        name="ages",
        title=Text("收到多久了", "How long ago received"),
        sentence=_oldest(morning, [row["oldest"] for row in found.values()], series),
        categories=tuple(title for title, _first, _last in ages),
        series=tuple(series),
        stacked=True,
        head=Text("收到", "Received"),
    )
    return Question(
        "lies-here",
        Text("还有什么没受理、没转办？", "What is not accepted or dispatched yet?"),
        chart.sentence,
        chart=chart,
    )


def _ages(today: date) -> list[tuple[Text, date | None, date]]:
    def back(days: int) -> date:
        return today - timedelta(days=days)

    return [
        (Text("今天", "Today"), back(0), back(0)),
        (Text("昨天", "Yesterday"), back(1), back(1)),
        (Text("2–3 天前", "2–3 days ago"), back(3), back(2)),
        (Text("4–7 天前", "4–7 days ago"), back(7), back(4)),
        (Text("更早", "Earlier"), None, back(8)),
    ]


def _within(first: date | None, last: date) -> Q:
    until = Q(received_at__lt=midnight(last + timedelta(days=1)))
    return until if first is None else until & Q(received_at__gte=midnight(first))


def _days(first: date | None, last: date) -> dict[str, str]:
    return {"until": last.isoformat(), **({"from": first.isoformat()} if first else {})}


def _oldest(morning: Morning, moments: Sequence[datetime], series: Sequence[Series]) -> Text:
    if not moments:
        return Text("都已受理并转办。", "All are accepted and dispatched.")
    registered, accepted = (int(sum(point.value or 0 for point in each.points)) for each in series)
    days = (morning.today - working_calendar().local_date(min(moments))).days
    zh = "最久的是今天收到的" if not days else f"最久的已放 {days} 天"
    en = "the oldest came in today" if not days else f"the oldest has lain {days} day{'' if days == 1 else 's'}"
    return Text(
        f"未受理 {complaints(registered).zh}，已受理未转办 {complaints(accepted).zh}；{zh}。",
        f"{registered} not accepted, {accepted} accepted and not dispatched; {en}.",
    )


def due(morning: Morning) -> Question:
    """今天到期什么."""
    return Question(
        "due",
        Text("今天什么到期？", "What is due today?"),
        due_sentence(morning),
        (
            morning.standing_tile("today", TODAY, "near"),
            morning.standing_tile("overdue", OVERDUE, "late"),
            morning.standing_tile("near", NEAR),
            morning.standing_tile("open", Text("在办", "In hand")),
        ),
    )


def came_back(morning: Morning) -> Question:
    """什么被退回、什么没人签收."""
    returned = morning.standing("returned")
    unsigned = morning.tile(Text("转办后逾期未签收", "Not signed for in time"), {"unsigned": "yes"}, "late")
    zh = f"{returned} 件被退回" if returned else "没有退回的"
    en = f"{complaints(returned).en} sent back" if returned else "Nothing was sent back"
    late_zh = "没有逾期未签收的" if unsigned.figure == "0" else f"{unsigned.figure} 件逾期未签收"
    late_en = "none is unsigned too long" if unsigned.figure == "0" else f"{unsigned.figure} not signed for in time"
    return Question(
        "came-back",
        Text("什么被退回、没人签收？", "What was sent back or is unsigned?"),
        Text(f"{zh}；{late_zh}。", f"{en}; {late_en}."),
        (morning.standing_tile("returned", Text("被退回", "Sent back"), "near"), unsigned),
    )


def away(morning: Morning) -> Question:
    """今天谁不在: colleagues of the own unit, and units whose contacts are away; from the organisation in memory."""
    people, today = directory(), morning.today
    own = sorted({post.unit_id for post in morning.actor.posts})
    absent = [each for unit in own for each in people.people_of(unit) if people.is_absent(each.id, today)]
    first, both = [], []
    for unit in people.open_units():
        contacts = people.contacts(unit.id) if morning.unit.id in unit.line else ()
        gone = [people.is_absent(each.id, today) for each in contacts]
        if gone and all(gone):
            both.append(unit)
        elif gone and gone[0]:
            first.append(unit)
    organisation = reverse("desk:organisation")
    named = [Named(each.name, Text("不在岗", "away")) for each in absent]
    told = (
        (both, Text("联系人都不在，由负责人签收", "no contact, the leader signs")),
        (first, Text("由第二联系人签收", "contact B signs")),
    )
    named += [
        Named(unit.name, words, reverse("desk:unit", args=(unit.code,))) for units, words in told for unit in units
    ]
    return Question(
        "away",
        Text("今天谁不在、联系不上？", "Who is away or cannot be reached today?"),
        Text(
            f"本部门 {len(absent)} 人不在；{len(first)} 个单位由第二联系人签收，{len(both)} 个单位两位联系人都不在。",
            f"{len(absent)} away here; contact B signs for {len(first)} units, {len(both)} units have neither contact.",
        )
        if absent or first or both
        else Text(
            "本部门无人请假，各单位第一联系人都在岗。", "Nobody is away here, and every unit's contact A is at work."
        ),
        (
            Tile(Text("本部门不在岗", "Away here"), str(len(absent))),
            Tile(Text("第一联系人不在", "Contact A away"), str(len(first)), organisation if first else "", "near"),
            Tile(Text("联系人都不在", "No contact there"), str(len(both)), organisation if both else "", "late"),
        ),
        people=tuple(named[:MOST_NAMED]),
    )
