"""投诉主题: the counts follow the complaints, few complaints never show, nothing secret or repeated counts, and only what one may see is opened."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouwen.casework.bulk import Batch
from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Details
from shouwen.core.complaint import Complaint
from shouwen.core.people import Unit
from shouwen.core.themes import FEWEST
from shouwen.insight.themes import following, reading
from shouwen.insight.themes.following import EVERY
from shouwen.insight.themes.models import ThemeText, ThemeWord
from shouwen.insight.themes.tokens import words_of
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from tests.casework.test_door import person, registration
from tests.desk.bank import AGENT, AUDITOR, signed_in
from tests.oversight.test_revisits import LEADER

UNION = "100201"
FEE = "信用卡年费被重复扣收，要求退回年费。"


@pytest.fixture(autouse=True)
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


def head() -> Unit:
    found = directory().unit_by_code("100000")
    assert found is not None
    return found


def told_of(text: str, count: int, *, days: int = 1, **more: Any) -> list[Complaint]:
    """Complaints with this text, received some days ago."""
    batch, received = Batch(), timezone.now() - timedelta(days)
    made = [
        batch.register(
            registration(person(AGENT), received_at=received, subject="费用", statement=text, **more),
            actor=person(AGENT),
            now=received,
            details=Details(name="王小明", phone="13812345678"),
        )
        for _ in range(count)
    ]
    batch.write()
    following.follow(timezone.now())
    return made


def themes(who: str = AUDITOR) -> dict[str, tuple[int, int]]:
    today = working_calendar().local_date(timezone.now())
    return {each.word: (each.now, each.before) for each in reading.themes(person(who), head(), today, 28).words}


def fee(who: str = AUDITOR) -> tuple[int, int] | None:
    """The theme of `FEE`, under whichever of its words stands for it."""
    found = themes(who)
    return next((found[word] for word in words_of(FEE) if word in found), None)


def slow_counts() -> Counter[tuple[int, Any, str]]:
    """Every word of every complaint, counted anew from the texts."""
    found = Counter[tuple[int, Any, str]]()
    for text in ThemeText.objects.all():
        found.update((unit, text.day, word) for unit in text.line for word in text.words)
    return found


def kept_counts() -> dict[tuple[int, Any, str], int]:
    rows = ThemeWord.objects.exclude(complaints=0).values_list("unit", "day", "word", "complaints")
    return {(unit, day, word): count for unit, day, word, count in rows}


def test_a_word_of_many_complaints_shows_with_the_period_before() -> None:
    told_of(FEE, FEWEST + 3)
    told_of(FEE, 2, days=30)
    assert fee() == (FEWEST + 3, 2)


def test_what_few_complaints_say_never_shows() -> None:
    told_of("柜员在铂悦府路口吞卡。", FEWEST - 1)
    assert themes() == {}


def test_neither_names_nor_numbers_become_words() -> None:
    told_of("我叫王小明，请打13812345678，卡号6222021234567890123，年费扣错。", FEWEST)
    words = set(themes())
    assert words
    assert not any(each.isdigit() or "小明" in each or "姓名" in each for each in words)


def test_english_words_count_too() -> None:
    assert words_of("The ATM kept my card.") == ("atm", "kept", "card")


def test_a_text_without_words_has_none() -> None:
    assert words_of("", "123", "〔电话1 尾号5678〕") == ()


def test_secret_and_merged_complaints_count_no_more() -> None:
    secret, merged, *_rest = told_of(FEE, FEWEST + 2)
    ComplaintRow.objects.filter(id=secret.id).update(secret=True, version=99)
    ComplaintRow.objects.filter(id=merged.id).update(merged_into="TS2026-00000001", version=99)
    following.follow(timezone.now())
    assert fee() == (FEWEST, 0)
    assert kept_counts() == slow_counts()


def test_a_repeat_tells_the_same_again_and_is_not_counted() -> None:
    made = told_of(FEE, FEWEST)
    ComplaintRow.objects.filter(id=made[0].id).update(repeat=True, version=99)
    following.follow(timezone.now())
    assert fee() is None


def test_a_complaint_that_moves_counts_for_its_new_unit() -> None:
    made = told_of(FEE, 1)[0]
    outlet = directory().unit_by_code("111101")
    assert outlet is not None
    ComplaintRow.objects.filter(id=made.id).update(line=list(outlet.line), version=99)
    following.follow(timezone.now())
    units = {unit for unit, _day, word in kept_counts() if word == "年费"}
    assert units == set(outlet.line)
    assert kept_counts() == slow_counts()


def test_following_again_changes_nothing() -> None:
    told_of(FEE, 3)
    before = kept_counts()
    assert following.follow(timezone.now()) == 0
    assert kept_counts() == before


def test_counting_anew_gives_the_same() -> None:
    told_of(FEE, 3)
    before = kept_counts()
    assert following.anew(timezone.now()) == 3
    assert kept_counts() == before


def test_all_complaints_are_counted_too() -> None:
    told_of(FEE, 4)
    assert sum(count for (unit, _day, word), count in kept_counts().items() if word == EVERY and unit == head().id) == 4


def test_what_is_old_goes() -> None:
    told_of(FEE, 2)
    following.follow(timezone.now() + timedelta(300))
    assert not ThemeText.objects.exists()
    assert not ThemeWord.objects.exists()


def test_complaints_about_the_reader_are_taken_away() -> None:
    made = told_of(FEE, FEWEST + 1)
    ComplaintRow.objects.filter(id__in=[each.id for each in made[:2]]).update(employee_about=person(AUDITOR).id)
    assert fee(AUDITOR) is None
    assert fee("000002") == (FEWEST + 1, 0)


def test_examples_are_only_what_the_reader_may_see() -> None:
    made = told_of(FEE, FEWEST)
    hidden = made[0]
    ComplaintRow.objects.filter(id=hidden.id).update(audience=[0])
    today = working_calendar().local_date(timezone.now())
    shown = reading.examples(person(AUDITOR), head(), reading.periods(today, 28)[0], "年费")
    assert {row.number for row in shown} == {each.number for each in made[1:]}


def test_the_page_asks_as_much_for_many_complaints_as_for_few() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            themes()
        return len(queries)

    told_of(FEE, FEWEST)
    themes()
    few = asked()
    told_of("网点排队时间长，窗口少。", 40)
    assert asked() == few <= 5


def test_the_page_opens_what_is_behind_a_word_and_proposes_from_it() -> None:
    made = told_of(FEE, FEWEST)
    client = signed_in(UNION)
    page = client.get("/themes/?days=28").content.decode()
    assert "word=%E5%B9%B4%E8%B4%B9" in page or "word=%E4%BF%A1%E7%94%A8%E5%8D%A1" in page
    word = next(iter(themes(UNION)))
    page = client.get(f"/themes/?word={word}").content.decode()
    assert made[0].number in page
    new = client.get(f"/improvement/new/?theme={word}&unit=100000").content.decode()
    assert f"涉及“{word}”的投诉在增加" in new


def test_a_word_that_few_complaints_have_opens_nothing() -> None:
    made = told_of("铂悦府路口的机器吞卡。", FEWEST - 1)
    page = signed_in(UNION).get("/themes/?word=吞卡").content.decode()
    assert made[0].number not in page
    assert "涉及的投诉太少" in page


@pytest.mark.parametrize("query", ["?unit=999", "?unit=100000"])
def test_a_unit_out_of_reach_is_not_there(query: str) -> None:
    assert signed_in(LEADER).get(f"/themes/{query}").status_code == 404
    assert signed_in(LEADER).get("/themes/?days=nonsense&word=" + "九" * 200).status_code == 200


@pytest.mark.parametrize("who", [AGENT, "11110101", "000001"])
def test_who_reads_no_statistics_reads_no_themes(who: str) -> None:
    assert signed_in(who).get("/themes/").status_code == 403
    assert signed_in(who).get("/win-win/").status_code == 403
