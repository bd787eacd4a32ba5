"""满意度的图: how expectation and perception are spread, and what speed and solution do to satisfaction; the tables stand below."""

from shouwen.core import telling
from shouwen.core.proportions import Share
from shouwen.core.telling import Part
from shouwen.core.text import Text
from shouwen.desk.charts.chart import Chart, Kind, Point, Series
from shouwen.desk.satisfaction.tables import Links
from shouwen.insight.satisfaction import MATRIX_TITLES, Satisfaction

TONES = ("accent", "soft", "late", "before")
"""非常满意, 满意, 不满意, 未作答."""


def ratios(told: Satisfaction, links: Links) -> Chart:
    """比值分布, in the order of the ratio."""
    return Chart(
        name="ratios",
        title=Text("心理预期 ÷ 实际感知的分布", "Distribution of expectation ÷ perception"),
        sentence=telling.breakdown([Part(each.title, each.share.part) for each in told.ratios]),
        categories=tuple(each.title for each in told.ratios),
        series=(
            Series(
                MATRIX_TITLES[0],
                tuple(Point(each.share.part, links.to(each.share.part, each.asks)) for each in told.ratios),
            ),
        ),
        kind=Kind.COLUMNS,
        beside="table-ratios",
    )


def matrix(told: Satisfaction, links: Links) -> Chart:
    """速度 × 解决 × 满意度: one bar for each way a complaint ended, parted by what the customer said."""
    rows = [row for row in told.matrix if row.cells[0].asks]
    return Chart(
        name="matrix",
        title=Text("办理速度、是否解决与满意度", "Speed, solution and satisfaction"),
        sentence=_best(told),
        categories=tuple(row.title for row in rows),
        series=tuple(
            Series(
                title,
                tuple(
                    Point(row.cells[place].count, links.to(row.cells[place].count, row.cells[place].asks))
                    for row in rows
                ),
                tone,
            )
            for place, (title, tone) in enumerate(zip(MATRIX_TITLES[1:], TONES, strict=True), 1)
        ),
        stacked=True,
        beside="table-matrix",
    )


def _best(told: Satisfaction) -> Text:
    """Which way of ending has the most and which the fewest satisfied customers, of those that anybody answered about."""
    rows = [(row.satisfied, row.title) for row in told.matrix if row.cells[0].asks and row.satisfied.whole]
    if not rows:
        return Text("这一期间没有客户作答。", "No customer answered in this period.")
    (high, best), (low, worst) = max(rows, key=lambda each: _of(each[0])), min(rows, key=lambda each: _of(each[0]))
    if best == worst:
        return Text(
            f"“{best.zh}”的客户中 {_percent(high)} 满意（{high.whole} 件已作答）。",
            f"Of the customers with “{best.en}” {_percent(high)} are satisfied ({high.whole} answered).",
        )
    return Text(
        f"“{best.zh}”满意率最高，{_percent(high)}（{high.whole} 件已作答）；“{worst.zh}”最低，{_percent(low)}（{low.whole} 件）。",
        f"“{best.en}” has the largest satisfied share, {_percent(high)} ({high.whole} answered); “{worst.en}” the smallest, {_percent(low)} "
        f"({low.whole}).",
    )


def _of(share: Share) -> float:
    return float(share.value or 0)


def _percent(share: Share) -> str:
    return f"{_of(share) * 100:.0f}%"
