"""几个看板共用的问题."""

from shouwen.core.telling import complaints
from shouwen.core.text import Text
from shouwen.desk.charts.chart import Chart, Point, Series
from shouwen.desk.morning.asking import Morning, parts_of

MOST_UNITS = 8
OVERDUE, TODAY, NEAR = Text("超时", "Overdue"), Text("今天到期", "Due today"), Text("明日前到期", "Due by tomorrow")


def due_sentence(morning: Morning) -> Text:
    """今天到期和已经超时 in one sentence."""
    today, overdue = morning.standing("today"), morning.standing("overdue")
    if not today and not overdue:
        return Text("今天没有到期的，也没有超时的。", "Nothing is due today and nothing is overdue.")
    return Text(
        f"今天到期 {complaints(today).zh}，已超时 {complaints(overdue).zh}。",
        f"{complaints(today).en} due today, {overdue} overdue.",
    )


def by_unit(morning: Morning) -> Chart | None:
    """超时与临近 of the units below, those with the most first; none where nothing is below."""
    parts = parts_of(morning.standings)
    if not parts:
        return None
    late = [each for each in parts if each.counts["overdue"] or each.counts["near"]]
    late.sort(key=lambda each: (-each.counts["overdue"], -each.counts["near"], each.unit.path))
    shown = late[:MOST_UNITS]
    return Chart(
        name="by-unit",
        title=Text("超时与临近，按机构", "Overdue and near, by unit"),
        sentence=_which(morning, len(late)),
        categories=tuple(Text(each.unit.name, each.unit.name) for each in shown),
        series=tuple(
            Series(
                title,
                tuple(
                    Point(each.counts[measure], morning.behind(each.counts[measure], measure, each.unit))
                    for each in shown
                ),
                tone,
            )
            for measure, title, tone in (("overdue", OVERDUE, "late"), ("near", NEAR, "near"))
        ),
        stacked=True,
        head=Text("机构", "Unit"),
    )


def _which(morning: Morning, units: int) -> Text:
    if not units:
        return Text("没有机构超时，也没有临近的。", "No unit is overdue or near a limit.")
    top = max(parts_of(morning.standings), key=lambda each: each.counts["overdue"])
    if not top.counts["overdue"]:
        return Text(f"没有超时；{units} 个机构有临近的。", f"None is overdue; {units} have some near.")
    count = top.counts["overdue"]
    return Text(
        f"{units} 个机构有超时或临近的；“{top.unit.name}”超时最多，{count} 件。",
        f"{units} units have some; “{top.unit.name}” has most overdue, {count}.",
    )
