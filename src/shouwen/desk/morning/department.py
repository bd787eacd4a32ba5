"""职能部门早间看板 (mission C4): what rises in the business, which causes grow, which products, what waits for us, which units stand out."""

from collections.abc import Iterable, Sequence

from shouwen.core.people import Unit
from shouwen.core.policy_statistics import Axis
from shouwen.core.telling import Part, breakdown, complaints, course
from shouwen.core.text import Text
from shouwen.desk.charts.chart import EARLIER, FOUR_WEEKS_BEFORE, LATELY, Chart, Kind, Point, Series, compared
from shouwen.desk.morning.asking import Morning, is_there
from shouwen.desk.morning.open_items import improvements, open_warnings
from shouwen.desk.morning.parts import Board, Question, Tile
from shouwen.desk.statistics.charts import title_of, words_of
from shouwen.insight.figures import Counts
from shouwen.oversight import board as standing

PRODUCTS = "business_type"
"""投诉业务类别, the axis of JR/T 0169 that names products, where the pack has it."""
MOST_BARS = 7
TONES = ("accent", "soft", "info", "before", "done", "ok")
NOT_YET = Text("尚未记录", "Not recorded yet")


def board(morning: Morning) -> Board:
    asks = (rises, causes, products, waits, stands_out)
    return Board(
        "department", Text("职能部门早间看板", "Department, this morning"), tuple(ask(morning) for ask in asks)
    )


def rises(morning: Morning) -> Question:
    """各类投诉的走势: eight weeks by class of the first level."""
    weeks = morning.weeks
    told = [(title, asked, morning.by_week("class", codes)) for title, codes, asked in morning.class_titles()]
    told = [each for each in told if any(counts.received for counts in each[2])]
    sums = [counts.received for counts in morning.by_week()]
    chart = Chart(
        name="rises",
        title=Text("受理件数按周、按类别", "Received by week and class"),
        sentence=course(
            [(words_of("week", week), count) for week, count in zip(weeks, sums, strict=True)], unfinished=True
        ),
        categories=tuple(title_of("week", week) for week in weeks),
        series=tuple(
            Series(
                title,
                tuple(
                    Point(each.received, morning.figures_of(each.received, week, {"class": asked}))
                    for each, week in zip(counts, weeks, strict=True)
                ),
                TONES[place % len(TONES)],
            )
            for place, (title, asked, counts) in enumerate(told)
        ),
        kind=Kind.COLUMNS,
        stacked=True,
        head=Text("周", "Week"),
    )
    return Question(
        "rises", Text("哪类投诉在上升？", "Which class of complaints is rising?"), chart.sentence, chart=chart
    )


def _compared(
    morning: Morning, name: str, title: Text, head: Text, told: Iterable[tuple[Text, dict[str, str], Counts, Counts]]
) -> Chart:
    """近四周与前四周, what has grown most at the top."""
    found = [each for each in told if each[2].received or each[3].received]
    found.sort(key=lambda each: (each[3].received - each[2].received, -each[2].received, each[0].zh))
    shown, (now, before) = found[:MOST_BARS], morning.lately
    titles = [each[0] for each in shown]
    return Chart(
        name=name,
        title=title,
        sentence=breakdown([Part(each[0], each[2].received, each[3].received) for each in found], FOUR_WEEKS_BEFORE),
        categories=tuple(titles),
        series=compared(
            [Point(here.received, morning.figures_of(here.received, now, asks)) for _title, asks, here, _then in shown],
            [
                Point(then.received, morning.figures_of(then.received, before, asks))
                for _title, asks, _here, then in shown
            ],
            (LATELY, EARLIER),
        ),
        head=head,
    )


def causes(morning: Morning) -> Question:
    """哪些原因在增加."""
    known = {each.code: each.title for each in morning.policy.causes}
    told = [
        (known.get(code, Text(code, code)), {"cause": code}, *morning.now_and_before("cause", (code,)))
        for code in morning.codes("cause")
        if code
    ]
    title = Text("原因，近四周与前四周", "Causes, these four weeks and the four before")
    chart = _compared(morning, "causes", title, Text("原因", "Cause"), told)
    return Question("causes", Text("哪些原因在增加？", "Which causes grow?"), chart.sentence, chart=chart)


def products(morning: Morning) -> Question:
    """涉及哪些产品: by the axis that names the business where the pack has it, else by class of the second level."""
    axis = next((each for each in morning.policy.statistics if each.code == PRODUCTS), None)
    told = list(_of_axis(morning, axis)) if axis else list(_of_classes(morning))
    title = Text("业务，近四周与前四周", "Business, these four weeks and the four before")
    chart = _compared(morning, "products", title, Text("业务", "Business"), told)
    return Question(
        "products", Text("涉及哪些产品和业务？", "Which products and business?"), chart.sentence, chart=chart
    )


def _of_axis(morning: Morning, axis: Axis) -> Iterable[tuple[Text, dict[str, str], Counts, Counts]]:
    for each in axis.categories:
        if each.parent is None:
            codes = tuple(f"{axis.code}:{code}" for code in axis.with_below(each.code))
            yield each.title, {"axis": f"{axis.code}:{each.code}"}, *morning.now_and_before("axis", codes)


def _of_classes(morning: Morning) -> Iterable[tuple[Text, dict[str, str], Counts, Counts]]:
    for each in morning.policy.classes:
        if each.parent is not None:
            yield each.title, {"class": each.code}, *morning.now_and_before("class", (each.code,))


def waits(morning: Morning) -> Question:
    """转给我们、还没答复的: what lies with the departments where this person holds a post."""
    units = [unit for each in _own(morning) if (unit := is_there(each)) is not None and morning.unit.id in unit.line]
    measures = (
        ("open", Text("在本部门", "With us"), ""),
        ("today", Text("今天到期", "Due today"), "near"),
        ("overdue", Text("超时", "Overdue"), "late"),
        ("unanswered", Text("督办待答复", "Slips unanswered"), "near"),
    )
    found = {each["unit"]: each for each in standing.counted(morning.actor, morning.now, morning.hours)}
    sums = {name: sum(found.get(unit.id, {}).get(name, 0) for unit in units) for name, _words, _tone in measures}
    tiles = tuple(
        Tile(words, str(sums[name]), _behind(morning, sums[name], name, units), tone) for name, words, tone in measures
    )
    waiting, overdue = complaints(sums["open"]), sums["overdue"]
    return Question(
        "waits",
        Text("转给我们的，什么还没答复？", "What was dispatched to us and is unanswered?"),
        Text(f"本部门在办 {waiting.zh}，其中超时 {overdue} 件。", f"{waiting.en} with us, {overdue} overdue.")
        if sums["open"]
        else Text("没有等本部门答复的。", "Nothing waits for us."),
        tiles,
    )


def _own(morning: Morning) -> list[int]:
    return sorted({post.unit_id for post in morning.actor.posts})


def _behind(morning: Morning, count: int, name: str, units: Sequence[Unit]) -> str:
    """The list of one department; of several, the figure alone."""
    return morning.behind(count, name, units[0]) if len(units) == 1 else ""


def stands_out(morning: Morning) -> Question:
    """哪些机构比以前多: the units below, and what warnings and improvements are open."""
    told = []
    for code in morning.codes("unit"):
        unit = is_there(int(code))
        if unit is not None and unit.id != morning.unit.id:
            counts = morning.now_and_before("unit", (code,))
            told.append((Text(unit.name, unit.name), {"at": unit.code}, *counts))
    title = Text("机构，近四周与前四周", "Units, these four weeks and the four before")
    chart = _compared(morning, "units", title, Text("机构", "Unit"), told)
    tiles = (open_warnings(morning), improvements(morning))
    return Question(
        "stands-out", Text("哪些机构比以前多？", "Which units have more than before?"), chart.sentence, tiles, chart
    )
