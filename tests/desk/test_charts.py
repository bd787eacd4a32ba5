"""图表: each has a sentence and a table that say the same; a page is whole without the library."""

import html
import json
import re
from pathlib import Path

import msgspec
import pytest
from django.template import Context, Template

from shouwen.core.text import Text
from shouwen.desk.charts.chart import Chart, Point, Series, compared
from shouwen.desk.statistics import asking
from shouwen.desk.statistics.charts import MOST_BARS, chart_of, course
from shouwen.desk.templatetags import charts
from shouwen.insight import periods, statistics
from shouwen.insight.figures import Period
from shouwen.organisation.directory import directory
from tests.casework.test_door import person
from tests.desk.bank import AUDITOR, signed_in
from tests.ground import StandOn, demo_bank

CHART = Chart(
    "colours",
    Text("颜色", "Colours"),
    Text("红的最多。", "Red is the largest."),
    (Text("红", "Red"), Text("绿</script>", "Green")),
    compared([Point(3, "/red/"), Point(0)], [Point(1, "/red/?before"), Point(None)]),
)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "echarts.js").write_text("")
    monkeypatch.setattr(charts, "LIBRARY", tmp_path / "echarts.js")


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(charts, "LIBRARY", tmp_path / "echarts.js")


def drawn(chart: Chart, more: str = "") -> str:
    return Template(f"{{% load charts %}}{{% chart chart {more} %}}").render(Context({"chart": chart}))


def test_a_chart_has_a_name_a_sentence_a_table_and_its_data(library: None) -> None:
    shown = drawn(CHART)
    assert '<figure class="chart" id="chart-colours" aria-labelledby="chart-colours-title"' in shown
    assert "红的最多。" in shown
    assert '<div class="chart-drawing" aria-hidden="true">' in shown
    assert re.findall(r'<a href="(/red/[^"]*)">(\d)</a>', shown) == [("/red/", "3"), ("/red/?before", "1")]
    assert "<details" in shown
    assert '<details class="fold chart-table" open' not in shown


def test_the_data_of_a_chart_cannot_end_their_script(library: None) -> None:
    shown = drawn(CHART)
    data = json.loads(re.findall(r'<script type="application/json">(.*?)</script>', shown)[0])
    assert data["categories"] == ["红", "绿</script>"]
    assert [each["links"] for each in data["series"]] == [["/red/", ""], ["/red/?before", ""]]
    assert "style=" not in shown
    assert "onclick" not in shown


def test_without_the_library_the_table_is_open_and_nothing_is_left_for_the_script(no_library: None) -> None:
    shown = drawn(CHART)
    assert '<details class="fold chart-table" open>' in shown
    assert "data-chart" not in shown
    assert "application/json" not in shown


def test_a_chart_for_looking_at_leads_nowhere(library: None) -> None:
    shown = drawn(CHART, "linked=False")
    assert "/red/" not in shown
    assert ">3<" in shown


def test_of_nothing_there_is_the_sentence_alone(library: None) -> None:
    nothing = Chart("none", Text("无", "None"), Text("没有。", "Nothing."), (), (Series(Text("件", "n"), ()),))
    shown = drawn(nothing)
    assert "没有。" in shown
    assert "<table" not in shown
    assert "data-chart" not in shown


def test_static_files_gathered_before_the_library_came_stop_no_page(
    library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise ValueError(name)

    monkeypatch.setattr(charts, "static", missing)
    assert "data-chart" not in drawn(CHART)


def this_year() -> Period:
    return next(period for name, _title, period in periods.presets(asking.today()) if name == "year")


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(60))


def test_the_charts_of_the_statistics_are_the_figures_of_their_tables(demo: None, library: None) -> None:
    actor, unit = person(AUDITOR), directory().units()[0]
    year = this_year()
    told = statistics.statistics(actor, unit, year)
    shown = html.unescape(
        signed_in(AUDITOR).get("/statistics/", {"from": year.first, "until": year.last}).content.decode()
    )
    for table in told.tables:
        chart = chart_of(told, table)
        if chart is None:
            continue
        lines = {line.title: line for line in table.lines}
        for place, title in enumerate(chart.categories):
            for of, each in enumerate(chart.series):
                assert each.points[place].value == lines[title].counts[of].received
                assert not each.points[place].href or f'href="{each.points[place].href}"' in shown
        assert f'id="{chart.beside}"' in shown
        assert len(chart.categories) <= MOST_BARS
        assert f"合计 {sum(int(p.value or 0) for p in chart.series[0].points)} 件" in chart.sentence.zh


def test_a_bank_of_one_unit_has_no_chart_of_its_one_line(demo: None) -> None:
    told = statistics.statistics(person(AUDITOR), directory().units()[0], this_year())
    table = next(table for table in told.tables if table.name == "unit")
    assert chart_of(told, table) is not None
    assert chart_of(told, msgspec.structs.replace(table, lines=table.lines[:1])) is None
    assert chart_of(told, msgspec.structs.replace(table, lines=())) is None


def test_the_course_of_a_period_adds_up_to_the_period_and_ends_today(demo: None) -> None:
    actor, unit = person(AUDITOR), directory().units()[0]
    today, year = asking.today(), this_year()
    chart = course(actor, unit, year, today)
    whole = statistics.statistics(actor, unit, year).total.counts[0].received
    assert sum(int(point.value or 0) for point in chart.series[0].points) == whole
    assert len(chart.categories) == today.month


@pytest.mark.parametrize("address", ["/statistics/", "/satisfaction/"])
def test_an_empty_bank_has_sentences_instead_of_charts(staffed: None, address: str) -> None:
    shown = signed_in(AUDITOR).get(address).content.decode()
    assert "data-chart" not in shown
    assert "这一期间没有" in shown


def test_the_satisfaction_page_draws_its_two_tables(demo: None, library: None) -> None:
    shown = signed_in(AUDITOR).get("/satisfaction/").content.decode()
    for name in ("ratios", "matrix"):
        assert f'id="chart-{name}"' in shown
        assert f'aria-details="table-{name}"' in shown
        assert f'id="table-{name}"' in shown
