"""工会早间看板 (mission C2): which units are late, who has not answered, are customers more satisfied, who comes back, what is to be decided."""

from datetime import timedelta

from django.urls import reverse

from shouwen.casework import queries
from shouwen.casework.queries import MOST_IN_TAB
from shouwen.core.text import Text
from shouwen.desk.charts.chart import Chart, Kind, Point, Series
from shouwen.desk.morning.asking import Morning, counted
from shouwen.desk.morning.open_items import open_warnings
from shouwen.desk.morning.parts import Board, Question, Tile
from shouwen.desk.morning.shared import NEAR, OVERDUE, TODAY, by_unit, due_sentence
from shouwen.desk.statistics.charts import title_of
from shouwen.insight.figures import Counts
from shouwen.insight.reporting import archive
from shouwen.oversight import appraisal
from shouwen.oversight.models import AppraisalObjection, ObjectionState


def board(morning: Morning) -> Board:
    asks = (late, slips, satisfied, repeats, to_decide)
    return Board("union", Text("工会早间看板", "Union, this morning"), tuple(ask(morning) for ask in asks))


def late(morning: Morning) -> Question:
    """哪些单位超时、临近."""
    return Question(
        "late",
        Text("哪些单位超时、临近时限？", "Which units are late or near?"),
        due_sentence(morning),
        (
            morning.standing_tile("overdue", OVERDUE, "late"),
            morning.standing_tile("today", TODAY, "near"),
            morning.standing_tile("near", NEAR),
        ),
        by_unit(morning),
    )


def slips(morning: Morning) -> Question:
    """督办单谁还没答复."""
    unanswered, overdue = morning.standing("unanswered"), morning.standing("late_slips")
    return Question(
        "slips",
        Text("督办单还有谁没答复？", "Who has not answered a slip?"),
        Text(
            f"{unanswered} 张督办单待答复，其中 {overdue} 张逾期。",
            f"{unanswered} slip{'' if unanswered == 1 else 's'} unanswered, {overdue} of them overdue.",
        )
        if unanswered
        else Text("督办单都已答复。", "Every slip is answered."),
        (
            morning.standing_tile("unanswered", Text("待答复", "Unanswered"), "near"),
            morning.standing_tile("late_slips", Text("逾期未答复", "Overdue"), "late"),
            morning.standing_tile("supervised", Text("督办中", "Supervised")),
        ),
    )


def answered(counts: Counts) -> int:
    return counts.satisfied + counts.delighted + counts.dissatisfied


def share_of(counts: Counts) -> float | None:
    """满意率 in hundredths of those who answered; none where nobody did."""
    return 100 * (counts.satisfied + counts.delighted) / answered(counts) if answered(counts) else None


def satisfied(morning: Morning) -> Question:
    """上周满意度比以前: by the week of receipt, for the weeks are told as they are known by now."""
    weeks, told = morning.weeks, morning.by_week()
    shares = [share_of(each) for each in told]
    last, before = told[-2], told[-3]
    chart = Chart(
        name="satisfied",
        title=Text("满意率，按受理的周", "Satisfied share, by week of receipt"),
        sentence=_against(last, before),
        categories=tuple(title_of("week", week) for week in weeks),
        series=(
            Series(
                Text("满意率", "Satisfied, %"),
                tuple(
                    Point(share, morning.figures_of(answered(each), week, {"survey": "answered"}))
                    for share, each, week in zip(shares, told, weeks, strict=True)
                ),
            ),
        ),
        kind=Kind.LINE,
        form="share",
        unit=Text("%", "%"),
        head=Text("周", "Week"),
    )
    href = morning.figures_of(last.dissatisfied, weeks[-2], {"verdict": "above"})
    return Question(
        "satisfied",
        Text("上周满意度比以前怎样？", "Are last week's customers more satisfied?"),
        chart.sentence,
        (Tile(Text("上周不满意", "Dissatisfied last week"), str(last.dissatisfied), href, "late"),),
        chart,
    )


def _against(last: Counts, before: Counts) -> Text:
    now, then = share_of(last), share_of(before)
    if now is None:
        return Text("上周受理的投诉还没有客户作答。", "No customer of last week's complaints has answered yet.")
    asked = answered(last)
    said = Text(
        f"上周受理的有 {asked} 位客户作答，满意率 {now:.0f}%",
        f"{asked} of last week's customers answered, {now:.0f}% are satisfied",
    )
    if then is None:
        return Text(f"{said.zh}；前一周没有人作答。", f"{said.en}; nobody of the week before answered.")
    return Text(f"{said.zh}；前一周 {then:.0f}%。", f"{said.en}; {then:.0f}% the week before.")


def repeats(morning: Morning) -> Question:
    """谁再次投诉、申请核查."""
    first = morning.today - timedelta(days=6)
    earlier = {"from": (first - timedelta(days=7)).isoformat(), "until": (first - timedelta(days=1)).isoformat()}
    before = morning.tile(Text("前 7 天", "7 days before"), {"repeat": "yes", **earlier})
    now = morning.tile(Text("近 7 天再次投诉", "Repeats, 7 days"), {"repeat": "yes", "from": first.isoformat()}, "near")
    reviews = queries.count_up_to(queries.reviews_asked(morning.actor).order_by(*queries.DUE_FIRST), MOST_IN_TAB)
    return Question(
        "repeats",
        Text("谁再次投诉、要求核查？", "Who complains again or wants a review?"),
        Text(
            f"近 7 天 {now.figure} 件再次投诉，前 7 天 {before.figure} 件；{counted(reviews)} 件申请核查。",
            f"{now.figure} repeat{'' if now.figure == '1' else 's'} in 7 days, {before.figure} in the 7 before; {counted(reviews)} reviews asked for.",
        ),
        (
            now,
            before,
            Tile(
                Text("申请核查", "Reviews asked for"),
                counted(reviews),
                f"{reverse('desk:tasks')}?list=reviews" if reviews else "",
                "near",
            ),
        ),
    )


def to_decide(morning: Morning) -> Question:
    """考核、异议、报送、预警有什么等办."""
    at, own = reverse("desk:appraisal"), appraisal.appraised_units(morning.actor)
    periods = appraisal.readable(morning.actor).filter(unit__in=[unit.id for unit in own])
    objections = AppraisalObjection.objects.filter(entry__period__in=periods, state=ObjectionState.OPEN)
    waiting = queries.MOST_IN_TAB
    open_objections = objections.values("id")[: waiting + 1].count()
    drafts = periods.filter(closed_at=None).values("id")[: waiting + 1].count()
    reports = archive.to_receive(morning.actor).values("id")[: waiting + 1].count()
    tiles = (
        Tile(Text("异议待处理", "Objections"), counted(open_objections), at if open_objections else "", "near"),
        Tile(Text("考核待结账", "To close"), counted(drafts), at if drafts else "", "near"),
        Tile(Text("报表待签收", "Reports"), counted(reports), reverse("desk:reports") if reports else "", "near"),
        open_warnings(morning),
    )
    words = (
        ("项异议待处理", "objection", "to decide"),
        ("期考核待结账", "appraisal", "to close"),
        ("份报表待签收", "report", "to sign for"),
        ("项预警未结", "warning", "not closed"),
    )
    told = [
        Text(f"{tile.figure} {zh}", f"{tile.figure} {noun}{'' if tile.figure == '1' else 's'} {todo}")
        for tile, (zh, noun, todo) in zip(tiles, words, strict=True)
        if tile.figure != "0"
    ]
    return Question(
        "to-decide",
        Text("考核、异议、报送、预警有什么等办？", "Which objections, appraisals, reports and warnings wait?"),
        Text("，".join(each.zh for each in told) + "。", ", ".join(each.en for each in told) + ".")
        if told
        else Text("没有等办的。", "Nothing waits."),
        tiles,
    )
