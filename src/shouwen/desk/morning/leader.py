"""第一责任人早间看板 (mission C6): what is due in my unit, what waits for my decision, what was missed, who is dissatisfied, whom to call."""

from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse

from shouwen.casework import queries
from shouwen.casework.models import ComplaintRow
from shouwen.casework.queries import DUE_FIRST, MOST_IN_TAB
from shouwen.core.complaint import Stage
from shouwen.core.telling import Part, breakdown, complaints
from shouwen.core.text import Text
from shouwen.desk.charts.chart import EARLIER, FOUR_WEEKS_BEFORE, LATELY, Chart, Kind, Point, Series, compared
from shouwen.desk.morning.asking import Morning, counted
from shouwen.desk.morning.open_items import open_warnings
from shouwen.desk.morning.parts import Board, Question, Tile
from shouwen.desk.morning.shared import NEAR, OVERDUE, TODAY, by_unit, due_sentence
from shouwen.desk.statistics.charts import title_of
from shouwen.insight.figures import Period
from shouwen.oversight import revisits


def board(morning: Morning) -> Board:
    asks = (due, decisions, missed, dissatisfied, calls)
    return Board("leader", Text("负责人早间看板", "Leader, this morning"), tuple(ask(morning) for ask in asks))


def due(morning: Morning) -> Question:
    """我单位今天到期什么."""
    return Question(
        "due",
        Text("我单位今天什么到期？", "What is due in my unit today?"),
        due_sentence(morning),
        (
            morning.standing_tile("today", TODAY, "near"),
            morning.standing_tile("overdue", OVERDUE, "late"),
            morning.standing_tile("near", NEAR),
            morning.standing_tile("open", Text("在办", "In hand")),
        ),
        by_unit(morning),
    )


def decisions(morning: Morning) -> Question:
    """什么等我决定: extensions, drafts to check, replies to sign, answers that customers do not accept, disputes in hand."""
    actor, tasks = morning.actor, reverse("desk:tasks")
    mine = queries.my_tasks(actor)
    drafts, to_sign = mine.filter(stage=Stage.REPLY_DRAFTED), mine.filter(signature_awaited=True)
    waiting = (
        (Text("待批延期", "Extensions"), queries.extensions_asked(actor), f"{tasks}?list=extensions"),
        (Text("待复核", "Replies to check"), drafts, f"{tasks}?list=mine&stage={Stage.REPLY_DRAFTED.value}"),
        (Text("待签批", "Replies to sign"), to_sign, f"{tasks}?list=mine&to_sign=yes"),
        (Text("申请核查", "Reviews asked for"), queries.reviews_asked(actor), f"{tasks}?list=reviews"),
    )
    tiles = [_tile(words, rows, href) for words, rows, href in waiting]
    tiles.append(morning.tile(Text("经济纠纷在办", "Disputes in hand"), {"disputed": "yes"}))
    told = [(tile.words, tile.figure) for tile in tiles[:-1] if tile.figure != "0"]
    return Question(
        "decisions",
        Text("什么等我决定？", "What waits for my decision?"),
        Text(
            "，".join(f"{words.zh} {figure} 件" for words, figure in told) + "。",
            ", ".join(f"{words.en.lower()}: {figure}" for words, figure in told).capitalize() + ".",
        )
        if told
        else Text("没有等我决定的。", "Nothing waits for my decision."),
        tuple(tiles),
    )


def _tile(words: Text, rows: QuerySet[ComplaintRow], href: str) -> Tile:
    count = queries.count_up_to(rows.order_by(*DUE_FIRST), MOST_IN_TAB)
    return Tile(words, counted(count), href if count else "", "near")


def missed(morning: Morning) -> Question:
    """上周以来错过了什么: replies in time and late, by the week of receipt."""
    weeks, told = morning.weeks, morning.by_week()
    chart = Chart(
        name="missed",
        title=Text("按时与超时回复，按受理的周", "Replies in time and late, by week of receipt"),
        sentence=_missed(sum(each.late for each in told[-2:]), sum(each.late for each in told[-4:-2])),
        categories=tuple(title_of("week", week) for week in weeks),
        series=tuple(
            Series(
                title,
                tuple(
                    Point(getattr(each, name), morning.figures_of(getattr(each, name), week, {"timing": name}))
                    for each, week in zip(told, weeks, strict=True)
                ),
                tone,
            )
            for name, title, tone in (
                ("in_time", Text("按时", "In time"), "accent"),
                ("late", Text("超时", "Late"), "late"),
            )
        ),
        kind=Kind.COLUMNS,
        stacked=True,
        head=Text("周", "Week"),
    )
    since = Period(weeks[-2].first, morning.today)
    late = sum(each.late for each in told[-2:])
    return Question(
        "missed",
        Text("上周以来错过了什么？", "What was missed since last week?"),
        chart.sentence,
        (
            Tile(
                Text("上周以来超时回复", "Late replies"),
                str(late),
                morning.figures_of(late, since, {"timing": "late"}),
                "late",
            ),
        ),
        chart,
    )


def _missed(late: int, before: int) -> Text:
    if not late and not before:
        return Text("近四周受理的没有超时回复。", "No reply to what came in these four weeks was late.")
    said = complaints(late)
    return Text(
        f"上周以来受理的有 {said.zh}超时回复；再前两周 {before} 件。",
        f"{late} of what came in since last week {'was' if late == 1 else 'were'} answered late; {before} in the two weeks before.",
    )


def dissatisfied(morning: Morning) -> Question:
    """哪些客户不满意: of the last four weeks by class, beside the four weeks before."""
    now, before = morning.lately
    told = [
        (title, codes, asked, *morning.now_and_before("class", codes)) for title, codes, asked in morning.class_titles()
    ]
    told = [each for each in told if each[3].dissatisfied or each[4].dissatisfied]
    titles = [title for title, *_rest in told]
    chart = Chart(
        name="dissatisfied",
        title=Text("不满意的投诉，按类别，近四周", "Dissatisfied, by class, these four weeks"),
        sentence=breakdown(
            [Part(title, here.dissatisfied, then.dissatisfied) for title, _codes, _asked, here, then in told],
            FOUR_WEEKS_BEFORE,
        )
        if any(here.dissatisfied for _title, _codes, _asked, here, _then in told)
        else Text("近四周没有客户表示不满意。", "No customer of these four weeks is dissatisfied."),
        categories=tuple(titles),
        series=compared(
            [_behind(morning, here.dissatisfied, now, asked) for _title, _codes, asked, here, _then in told],
            [_behind(morning, then.dissatisfied, before, asked) for _title, _codes, asked, _here, then in told],
            (LATELY, EARLIER),
        ),
        head=Text("类别", "Class"),
    )
    whole, then = morning.now_and_before()
    return Question(
        "dissatisfied",
        Text("哪些客户不满意？", "Which customers are dissatisfied?"),
        chart.sentence,
        (
            Tile(
                Text("近四周不满意", "Dissatisfied, 4 weeks"),
                str(whole.dissatisfied),
                morning.figures_of(whole.dissatisfied, now, {"verdict": "above"}),
                "late",
                Text(f"前四周 {then.dissatisfied}", f"{then.dissatisfied} before"),
            ),
        ),
        chart,
    )


def _behind(morning: Morning, count: int, period: Period, code: str) -> Point:
    return Point(count, morning.figures_of(count, period, {"class": code, "verdict": "above"}))


def calls(morning: Morning) -> Question:
    """还有哪些回访没做、什么升级到我."""
    to_call = revisits.to_do(morning.actor).values("id")[: MOST_IN_TAB + 1].count()
    first = morning.today - timedelta(days=6)
    tiles = (
        Tile(Text("待回访", "To revisit"), counted(to_call), reverse("desk:revisits") if to_call else "", "near"),
        _tile(
            Text("升级给我", "Escalated to me"),
            queries.escalated_to(morning.actor),
            f"{reverse('desk:tasks')}?list=escalated",
        ),
        open_warnings(morning),
        morning.tile(Text("近 7 天再次投诉", "Repeats, 7 days"), {"repeat": "yes", "from": first.isoformat()}, "near"),
    )
    figures = [tile.figure for tile in tiles]
    return Question(
        "calls",
        Text("还要回访谁，什么升级到我？", "Whom to call, and what was escalated to me?"),
        Text(
            f"待回访 {figures[0]} 件，升级 {figures[1]} 件，未结预警 {figures[2]} 项，近 7 天再次投诉 {figures[3]} 件。",
            f"{figures[0]} to revisit, {figures[1]} escalated, {figures[2]} warnings open, {figures[3]} repeated in 7 days.",
        ),
        tiles,
    )
