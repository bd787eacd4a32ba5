"""投诉主题: what grows stands first by what chance leaves, few complaints never show, and closeness is the published measure."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.core.themes import FEWEST, going_together, growing, told_apart


def words(now: dict[str, int], before: dict[str, int], of_all: tuple[int, int] = (1_000, 1_000)) -> list[str]:
    return [theme.word for theme in growing(now, before, of_all)]


def test_what_grew_surely_stands_before_what_a_few_say_for_the_first_time() -> None:
    assert words({"年费": 300, "吞卡": 6}, {"年费": 100, "吞卡": 3}) == ["年费", "吞卡"]


def test_a_word_that_few_complaints_have_is_not_there() -> None:
    assert words({"某某": FEWEST - 1, "排队": FEWEST}, {}) == ["排队"]


def test_a_word_whose_share_stays_does_not_grow_though_all_complaints_double() -> None:
    (theme,) = growing({"排队": 200}, {"排队": 100}, (2_000, 1_000))
    assert theme.ratio.value == pytest.approx(1)
    assert not theme.grows


def test_a_new_word_of_many_complaints_grows() -> None:
    assert growing({"柜台": 29}, {"柜台": 16}, (200, 60)) == []
    (theme,) = growing({"新规": 40}, {}, (1_000, 1_000))
    assert theme.ratio.value is None
    assert theme.grows


def test_in_a_bank_s_first_period_nothing_has_grown() -> None:
    (theme,) = growing({"排队": 5}, {}, (20, 0))
    assert not theme.grows


def test_words_that_never_stand_apart_are_closest() -> None:
    texts = [{"年费", "减免"}] * 10 + [{"排队"}] * 10
    assert [(pair.word, pair.strength) for pair in going_together(texts, ["年费"])["年费"]] == [
        ("减免", pytest.approx(1))
    ]


def test_closeness_is_normalised_pointwise_mutual_information() -> None:
    texts = [{"a", "b"}] * 6 + [{"a"}] * 4 + [{"b"}] * 2 + [{"c"}] * 28
    (pair,) = going_together(texts, ["a"])["a"]
    assert pair.together == 6
    assert pair.strength == pytest.approx(log((6 / 40) / ((10 / 40) * (8 / 40))) / -log(6 / 40))


def test_two_words_that_few_complaints_have_together_are_no_pair() -> None:
    texts = [{"年费", "张三"}] * (FEWEST - 1) + [{"排队"}] * 20
    assert going_together(texts, ["年费"])["年费"] == []


@given(st.lists(st.frozensets(st.sampled_from("abcdef"), max_size=5), max_size=60))
def test_no_pair_is_closer_than_one_or_rarer_than_allowed(texts: list[frozenset[str]]) -> None:
    for word, pairs in going_together(texts, list("abcdef")).items():
        for pair in pairs:
            together = sum(word in text and pair.word in text for text in texts)
            assert pair.together == together >= FEWEST
            assert 0 < pair.strength <= 1 + 1e-9


def test_words_that_always_stand_together_are_one_theme() -> None:
    texts = [{"年费", "减免"}] * 10 + [{"排队"}] * 10
    themes = growing({"年费": 10, "减免": 10, "排队": 10}, {}, (20, 20))
    kept = told_apart(themes, going_together(texts, [theme.word for theme in themes]))
    assert [theme.word for theme in kept] == ["减免", "排队"]
