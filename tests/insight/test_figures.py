"""统计数: exact at every moment, whoever writes at the same time; the same after a recount; and secrets are in none."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib import import_module
from random import Random

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.rules import standing_policy
from shouwen.casework.verify import id_range, verify_range
from shouwen.core.complaint import Stage
from shouwen.core.complaint.receiving import Accept, Classify, Decline
from shouwen.core.refusal import Refusal
from shouwen.demo import load
from shouwen.insight import figures
from shouwen.insight.figures import Period
from shouwen.insight.models import Figure, FigureChange
from shouwen.organisation.directory import directory
from tests.casework.test_door import person, register
from tests.desk.bank import AGENT
from tests.ground import StandOn, demo_bank
from tests.insight import slow

ALWAYS = Period(date(2000, 1, 1), date(2100, 1, 1))


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(60))


def root() -> int:
    return directory().units()[0].id


def folded_and_not() -> Iterator[str]:
    """The figures must be the same before a fold, after it, and after a recount."""
    yield "as written"
    figures.fold()
    yield "folded"
    figures.recount()
    yield "counted anew"


def test_every_unit_has_the_figures_of_a_slow_count_before_and_after_a_fold_and_a_recount(demo: None) -> None:
    expected = {unit.id: slow.count(unit.id, ALWAYS) for unit in directory().units()}
    for moment in folded_and_not():
        assert {unit: figures.read(unit, [ALWAYS])[0] for unit in expected} == expected, moment


def test_nothing_is_left_to_fold_after_a_fold(demo: None) -> None:
    assert figures.fold() == ComplaintRow.objects.filter(secret=False, merged_into=None).count()
    assert (FigureChange.objects.count(), figures.fold()) == (0, 0)


def test_periods_are_read_side_by_side(demo: None) -> None:
    days = sorted(ComplaintRow.objects.values_list("received_on", flat=True))
    periods = [Period(days[0], days[20]), Period(days[10], days[40])]
    assert figures.read(root(), periods) == [slow.count(root(), period) for period in periods]


def test_reading_is_one_question(demo: None) -> None:
    unit = root()
    with CaptureQueriesContext(connection) as asked:
        figures.read(unit, [ALWAYS, ALWAYS], hidden_from=1)
    assert len(asked) == 1


def test_a_complaint_for_the_discipline_inspection_alone_is_in_no_figure(demo: None) -> None:
    row = ComplaintRow.objects.filter(secret=False).earliest("id")
    before = figures.read(root(), [ALWAYS])[0]["all", ""].received
    ComplaintRow.objects.filter(id=row.id).update(secret=True)
    assert figures.read(root(), [ALWAYS])[0]["all", ""].received == before - 1


def test_who_is_complained_about_reads_figures_without_that_complaint(demo: None) -> None:
    row = ComplaintRow.objects.filter(secret=False, merged_into=None).earliest("id")
    ComplaintRow.objects.filter(id=row.id).update(employee_about=4711)
    everybody = figures.read(root(), [ALWAYS])[0]
    own = figures.read(root(), [ALWAYS], hidden_from=4711)[0]
    assert own["all", ""].received == everybody["all", ""].received - 1


def test_who_declared_an_interest_reads_figures_without_that_complaint(demo: None) -> None:
    row = ComplaintRow.objects.filter(secret=False, merged_into=None).earliest("id")
    ComplaintRow.objects.filter(id=row.id).update(recused=[4711])
    everybody = figures.read(root(), [ALWAYS])[0]
    own = figures.read(root(), [ALWAYS], hidden_from=4711)[0]
    assert own["all", ""].received == everybody["all", ""].received - 1


def test_a_figure_changed_past_the_program_is_found_and_counted_anew(demo: None) -> None:
    figures.fold()
    assert list(figures.differences()) == []
    Figure.objects.filter(id=Figure.objects.earliest("id").id).update(late=77)
    assert len(list(figures.differences())) == 1
    figures.recount()
    assert list(figures.differences()) == []


def test_the_migration_fills_the_columns_of_old_rows_as_the_journal_says(committed_db: None) -> None:
    load.load(complaints=20)
    old = {"cause": "", "liability": "", "outcome": "open", "timing": "", "verdict": "", "replied_at": None, "line": []}
    ComplaintRow.objects.update(received_on=date(1970, 1, 1), axes=[], process=[], **old)
    archived = ComplaintRow.objects.filter(stage="archived")
    for row in archived:
        state = json.loads(row.state)
        del state["ended_as"]
        row.state = json.dumps(state)
        row.save(update_fields=["state"])
    assert archived
    for name in ("0012_figures", "0013_axes"):
        import_module(f"shouwen.casework.migrations.{name}").fill(apps, None)
    assert verify_range(*id_range()).differences == []
    assert figures.read(root(), [ALWAYS])[0] == slow.count(root(), ALWAYS)


def test_the_migration_fills_ratio_and_solution_of_old_rows(committed_db: None) -> None:
    load.load(complaints=30)
    ComplaintRow.objects.update(ratio="", solution="")
    import_module("shouwen.casework.migrations.0014_ratio_and_solution").fill(apps, None)
    assert verify_range(*id_range()).differences == []
    assert figures.read(root(), [ALWAYS])[0] == slow.count(root(), ALWAYS)
    assert ComplaintRow.objects.exclude(solution="").exists()


def _work(seed: int) -> None:
    """One person at the hotline who registers, accepts, classifies and declines, as it comes."""
    chance, agent = Random(seed), person(AGENT)
    ground = standing_policy().decline_grounds[0].code
    classes = [each.code for each in standing_policy().given_classes]
    try:
        for _ in range(6):
            complaint = register(agent)
            end = chance.choice((Accept(), Decline(ground=ground, reason="不属于本行业务。")))
            for command in (Classify(class_=chance.choice(classes)), end):
                try:
                    handle(command, actor=agent, complaint=complaint.id)
                except Refusal:
                    continue
            if chance.random() < 0.5:
                figures.fold()
            assert list(figures.differences()) == []
    finally:
        connection.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_are_exact_while_people_write_and_the_worker_folds_and_recounts(committed_db: None, seed: int) -> None:
    load.load(complaints=8)
    with ThreadPoolExecutor(5) as people:
        working = [people.submit(_work, seed * 100 + each) for each in range(3)]
        recounting = people.submit(_recount)
        for each in (*working, recounting):
            each.result()
    assert list(figures.differences()) == []
    figures.fold()
    assert figures.read(root(), [ALWAYS])[0] == slow.count(root(), ALWAYS)
    assert ComplaintRow.objects.exclude(stage=Stage.REGISTERED).count() > 8


def _recount() -> None:
    try:
        for _ in range(4):
            figures.recount()
            assert list(figures.differences()) == []
    finally:
        connection.close()
