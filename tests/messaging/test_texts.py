"""The texts: what ships can be sent and is polite; what the bank writes is checked before it is used."""

import pytest

from shouwen.casework.rules import standing_policy
from shouwen.core.language import breaches
from shouwen.core.refusal import Refusal
from shouwen.messaging import texts
from shouwen.messaging.models import Wording
from shouwen.messaging.tell import TO_CUSTOMER, TO_STAFF
from shouwen.messaging.texts import Words

EVERY = [
    (code, form, language)
    for code, template in texts.templates().items()
    for form in template.forms
    for language in texts.LANGUAGES
]


def test_every_event_has_its_text() -> None:
    wanted = (
        TO_CUSTOMER
        | {"replied_letter", "contact_code", "staff_secret", "staff_notice"}
        | {f"staff_{kind}" for kind in TO_STAFF}
    )
    assert set(texts.templates()) == wanted


@pytest.mark.parametrize(("code", "form", "language"), EVERY)
def test_a_text_that_ships_is_filled_in_whole_and_keeps_the_language_rules(code: str, form: str, language: str) -> None:
    template = texts.templates()[code]
    ready = texts.filled(template.shipped(form, language), texts.sample(template, language))
    assert "{" not in ready.body + ready.subject
    assert breaches(f"{ready.subject}\n{ready.body}", standing_policy().language_rules) == ()


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert texts.filled(Words("{letter} {number}"), {"letter": "{code} {", "number": "1"}).body == "{code} { 1"


def test_the_banks_own_words_come_first_until_they_are_taken_away(begun: None) -> None:
    texts.reword("withdrawn", "sms", "zh", Words("投诉{number}已按您的意愿撤回。"))
    assert texts.standing("withdrawn", "sms", "zh").body == "投诉{number}已按您的意愿撤回。"
    texts.restore("withdrawn", "sms", "zh")
    assert texts.standing("withdrawn", "sms", "zh") == texts.templates()["withdrawn"].shipped("sms", "zh")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (Words("投诉{number} {phone}"), "placeholder-unknown"),
        (Words("投诉{number.__class__}"), "brace-left"),
        (Words("投诉{number} }"), "brace-left"),
        (Words("投诉已撤回。"), "placeholder-missing"),
        (Words("  "), "text-missing"),
        (Words("投诉{number}" + "长" * 500), "text-too-long"),
    ],
)
def test_words_that_cannot_be_sent_are_refused_and_nothing_is_kept(begun: None, words: Words, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        texts.reword("withdrawn", "sms", "zh", words)
    assert refused.value.rule == rule
    assert not Wording.objects.exists()


def test_words_that_a_bank_does_not_write_are_refused(begun: None) -> None:
    phrase = standing_policy().language_rules[0].phrases[0]
    with pytest.raises(Refusal) as refused:
        texts.reword("withdrawn", "sms", "zh", Words(f"投诉{{number}}：{phrase}"))
    assert refused.value.rule == "language"


def test_every_change_of_words_is_in_their_history(begun: None) -> None:
    for body in ("投诉{number}已撤回。", "投诉{number}已按您的意愿撤回。"):
        texts.reword("withdrawn", "sms", "zh", Words(body))
    texts.restore("withdrawn", "sms", "zh")
    labels = Wording.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", flat=True)
    assert list(labels) == ["insert", "update", "delete"]
