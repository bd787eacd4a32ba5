"""检索词: both sides of the search cut a text the same way, and nobody's typing reaches PostgreSQL as an operator."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.core.words import date_words, query, query_in_days, query_in_months, vector, words_of

JANUARY = datetime(2026, 1, 31, 18, tzinfo=UTC)


def test_a_chinese_run_becomes_overlapping_pairs() -> None:
    assert [word for word, _ in words_of("投诉客户")] == ["投诉", "诉客", "客户"]


def test_latin_words_and_numbers_stay_whole_in_small_letters() -> None:
    assert [word for word, _ in words_of("ATM吞卡 TS2026-00000012")] == ["atm", "吞卡", "ts2026", "00000012"]


def test_full_width_letters_are_found_as_plain_ones() -> None:
    assert query("ＡＴＭ") == query("atm")


def test_a_phrase_wants_its_pairs_in_order() -> None:
    assert query("吞卡了") == "('吞卡' <-> '卡了')"


def test_texts_of_a_vector_do_not_run_into_each_other() -> None:
    places = dict(re.findall(r"'([^']+)':(\d+)", vector("排队", "排名")))
    assert int(places["排名"]) - int(places["排队"]) > 1


@pytest.mark.parametrize("typed", ["", "   ", "!&|()<->:*'", "\0"])
def test_what_cannot_be_looked_for_makes_no_query(typed: str) -> None:
    assert query(typed) == ""


@given(st.text(max_size=80))
def test_no_typing_reaches_the_query_as_an_operator(typed: str) -> None:
    words = re.sub(r"'[0-9a-z\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+'(:\*)?", "w", query(typed))
    assert re.fullmatch(r"(\(?w( <-> w)*\)?( & \(?w( <-> w)*\)?)*)?", words)


def test_day_and_month_of_receipt_are_counted_in_utc() -> None:
    assert date_words(JANUARY.astimezone(timezone(timedelta(hours=8)))) == "'@20260131' '@202601'"


def test_days_before_the_first_are_those_of_the_month_before() -> None:
    assert query_in_days("'atm'", JANUARY + timedelta(1), 2) == "('atm') & ('@20260201' | '@20260131')"


def test_months_before_january_are_those_of_the_year_before() -> None:
    assert query_in_months("'atm'", JANUARY, 3) == "('atm') & ('@202601' | '@202512' | '@202511')"


@given(st.text(max_size=80))
def test_nobody_can_type_a_month(typed: str) -> None:
    assert "@" not in query(f"@202601 {typed}")
