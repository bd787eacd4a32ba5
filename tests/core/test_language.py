"""The words a handler writes to a customer keep the bank's language rules (mission A3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen import packs
from shouwen.core.language import breaches, require_fit_language
from shouwen.core.refusal import Refusal

RULES = packs.load("boc-2008").language_rules


def broken_rules(text: str) -> list[str]:
    return [breach.rule for breach in breaches(text, RULES)]


def test_please_wait_a_moment_is_never_said_to_a_customer() -> None:
    assert broken_rules("请你等一下，我们核实后答复。") == ["waiting"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("请稍等", "waiting"),
        ("这不归我管", "pushing_away"),
        ("这件事我不知道", "not_knowing"),
        ("我们也没办法", "no_way"),
        ("您应该自己看清合同", "lecturing"),
        ("请您等一下", "waiting"),
        ("This is not my job.", "pushing_away_en"),
        ("I don’t know what happened", "not_knowing_en"),
        ("PLEASE   WAIT", "waiting_en"),
        ("您先撤诉，我们再退款", "leaning_on_the_customer"),
    ],
)
def test_a_forbidden_phrase_is_found(text: str, rule: str) -> None:
    assert broken_rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "没 办 法",
        "没\u3000办\u3000法",
        "没.办.法",
        "没·办·法",
        "没\u200b办\u200b法",
        "没-办_法",
        "没\u0301办法",
        "没\u00ad办法",
    ],
)
def test_hiding_a_phrase_does_not_help(text: str) -> None:
    assert broken_rules(text) == ["no_way"]


def test_full_width_english_is_found() -> None:
    assert broken_rules("ｎｏｔ　ｍｙ　ｊｏｂ") == ["pushing_away_en"]


@pytest.mark.parametrize(
    "text",
    [
        "您询问有没有办法提前还款，答复如下。",
        "您表示不知道该项收费，我们深表歉意。",
        "您应当收到的利息为12.50元。",
        "经核实，合同条款不清楚之处已修订。",
        "按照人民银行规定办理。",
        "The casino wayside branch in Norway has known ideas.",
        "您的投诉我们已于3月2日受理，将于3月5日前答复您。",
        "",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert broken_rules(text) == []


def test_an_excused_phrase_does_not_excuse_the_next_one() -> None:
    assert broken_rules("您不知道，我们也不知道。") == ["not_knowing"]


def test_a_breach_points_at_the_words_as_they_were_written() -> None:
    text = "您好！对此我们 没 有 办法 。"
    (breach,) = breaches(text, RULES)
    assert breach.phrase == "没 有 办法" == text[breach.start : breach.end]
    assert breach.instead.zh
    assert breach.instead.en
    assert breach.why.zh


def test_a_place_is_named_once_by_the_longest_phrase() -> None:
    assert [breach.phrase for breach in breaches("请你等一下", RULES)] == ["请你等一下"]


def test_phrases_are_not_joined_across_sentences_or_lines() -> None:
    assert broken_rules("账户里没有\n办法律手续时请带证件") == []
    assert broken_rules("款项我不。知道了") == []


def test_every_phrase_of_the_pack_is_found_and_none_of_its_replacements_breaks_a_rule() -> None:
    for rule in RULES:
        for phrase in rule.phrases:
            assert rule.code in broken_rules(f"您好，{phrase}。"), phrase
        assert broken_rules(rule.instead.zh) == [], rule.code
        assert broken_rules(rule.instead.en) == [], rule.code


def test_the_letters_of_the_pack_itself_keep_the_rules() -> None:
    for ground in packs.load("boc-2008").decline_grounds:
        assert broken_rules(ground.way_on.zh) == []
        assert broken_rules(ground.way_on.en) == []


def test_the_refusal_names_the_phrases_and_what_to_say_instead() -> None:
    with pytest.raises(Refusal) as caught:
        require_fit_language("请稍等，这不归我管。", RULES, field="letter")
    refusal = caught.value
    assert (refusal.rule, refusal.field) == ("language", "letter")
    assert "“稍等”" in refusal.message.zh or "“请稍等”" in refusal.message.zh
    assert "“不归我管”" in refusal.message.zh
    assert "由我负责" in refusal.message.zh
    assert "say rather" in refusal.message.en


def test_without_rules_nothing_is_refused() -> None:
    require_fit_language("请稍等", (), field="letter")


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_phrase_is_found_in_any_surroundings_and_its_place_is_within_the_text(before: str, after: str) -> None:
    text = f"{before}。无能为力。{after}"
    found = breaches(text, RULES)
    assert any(breach.phrase == "无能为力" for breach in found)
    assert all(0 <= breach.start < breach.end <= len(text) for breach in found)
