"""事前预防 by words: a word of the texts warns like any series, once for an event, and not where the figures say it already."""

from datetime import date, timedelta
from random import Random

import pytest
from django.utils import timezone

from shouwen.core.themes import FEWEST
from shouwen.insight.models import EarlyWarning, Figure, SurgeWatch
from shouwen.insight.themes.following import EVERY
from shouwen.insight.themes.models import ThemeText, ThemeWord
from shouwen.insight.watching import raising, surges, warnings
from shouwen.insight.watching.series import Key
from shouwen.organisation.directory import directory
from tests.casework.test_door import person, register
from tests.desk.bank import AGENT, SUPERVISOR
from tests.insight.test_watching import DAY, OUTLET, _figure, bank, finding, past, today, unit_id, watched

__all__ = ["bank"]
SURGE_ON = 3


def words(surges_of: dict[str, int], days: int = 190) -> None:
    """A quiet past of each word at one outlet and above it, and so many complaints more with it some days ago; more in all complaints."""
    dice = Random(3)
    line = directory().unit(unit_id(OUTLET)).line  # type: ignore[union-attr]
    rows, figures = [], []
    for back in range(days, -1, -1):
        day = today() - back * DAY
        for word, tall in surges_of.items():
            count = sum(dice.random() < 0.3 for _ in range(2)) + (tall if back == SURGE_ON else 0)
            rows += [ThemeWord(unit=unit, day=day, word=word, complaints=count) for unit in line if count]
        everything = 4 + dice.randrange(3)
        rows += [ThemeWord(unit=unit, day=day, word=EVERY, complaints=everything) for unit in line]
        figures += [_figure(unit, day, "all", "", everything) for unit in line]
    ThemeWord.objects.bulk_create(rows)
    Figure.objects.bulk_create(figures)


def raised() -> list[tuple[int, str, str]]:
    return [(each.unit, each.dimension, each.code) for each in EarlyWarning.objects.order_by("id")]


def test_a_word_that_suddenly_many_complaints_say_warns_where_it_happened(bank: None) -> None:
    words({"年费": 9, "排队": 0})
    watched(10)
    assert raised() == [(unit_id(OUTLET), "word", "年费")]


def test_words_that_say_the_same_event_warn_once_on_its_day_and_on_later_ones(bank: None) -> None:
    words({"年费": 9, "重复": 8, "扣收": 8})
    watched(SURGE_ON)
    assert raised() == [(unit_id(OUTLET), "word", "年费")]
    assert EarlyWarning.objects.get().last_on >= today() - SURGE_ON * DAY


def test_a_word_warns_not_of_what_the_figures_warn_of_already(bank: None) -> None:
    past(today() - SURGE_ON * DAY)
    rows = {each.day: each.received for each in Figure.objects.filter(unit=unit_id(OUTLET), dimension="class")}
    ThemeWord.objects.bulk_create(
        ThemeWord(unit=unit_id(OUTLET), day=day, word="态度", complaints=count) for day, count in rows.items() if count
    )
    watched(10)
    assert raised() == [(unit_id(OUTLET), "class", "attitude")]


def test_what_fewer_complaints_say_than_a_theme_needs_never_warns(bank: None) -> None:
    words({"年费": FEWEST - 3})
    watched(10)
    assert raised() == []


def test_words_share_their_false_alarms_among_themselves(bank: None) -> None:
    words({f"词{each}": 9 if each == 1 else 1 for each in range(8)})
    watched(10)
    series = SurgeWatch.objects.get().series
    assert {name.partition(" ")[2] for name in series} == {"", "word"}


@pytest.mark.usefixtures("bank")
def test_the_samples_of_a_word_are_complaints_that_say_it() -> None:
    said, other = register(person(AGENT)), register(person(AGENT))
    day: date = today()
    for complaint, found in ((said, ["年费"]), (other, ["排队"])):
        line = list(directory().unit(complaint.handling_unit).line)  # type: ignore[union-attr]
        ThemeText.objects.update_or_create(
            complaint_id=complaint.id, defaults={"version": 1, "day": day, "line": line, "words": found}
        )
    unit = directory().unit_by_code("100000")
    assert unit
    raising.record(Key(unit.id, "word", "年费"), [finding(day)], timezone.now() + timedelta(minutes=1))
    held = EarlyWarning.objects.get()
    assert [row.id for row in warnings.samples(person(SUPERVISOR), held)] == [said.id]


def test_the_job_counts_the_words_before_it_judges(bank: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from shouwen.insight import tasks

    done: list[str] = []
    monkeypatch.setattr(tasks.following, "follow", lambda now: done.append("words"))
    monkeypatch.setattr(surges, "watch", lambda now: done.append("days"))
    tasks.watch(timestamp=0)
    assert done == ["words", "days"]
