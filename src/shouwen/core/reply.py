"""转（督）办单回复的六要素: the six things that a reply must say, as data (mission A8, slide 18)."""

from datetime import datetime
from functools import cache

import msgspec

from shouwen.core.language import folded
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import ElementCode, EmptyWords, SixElement
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text


class SixElements(msgspec.Struct, frozen=True, kw_only=True):
    """六要素. Lesson and measure are two fields of one element, as are satisfaction and its remark, handler and phone.

    `satisfaction` is the code of a verdict of the policy pack; `handled_at` is an aware moment in UTC.
    """

    facts: str
    responsibility: str
    lesson: str
    measure: str
    satisfaction: str
    satisfaction_remark: str = ""
    handled_at: datetime | None
    handler: str
    phone: str


class MissingElement(msgspec.Struct, frozen=True):
    """要素缺失: an element that does not say what it must; `fields` are the parts of it that are at fault."""

    element: SixElement
    fields: tuple[str, ...]


def missing(elements: SixElements, policy: Policy, *, liability: str | None = None) -> tuple[MissingElement, ...]:
    """The elements that are missing, in the pack's order.

    A text is missing when it has no words, or only words that stand for something not written ("略", "同上", "详见附件"). A bare
    "无" is an answer only where the pack says so for the `liability`: nobody is to blame when the bank is not. A verdict for
    which the pack wants a remark is missing without it.
    """
    at_fault = {
        ElementCode.FACTS: _wordless(elements, ("facts",), policy.empty_words),
        ElementCode.RESPONSIBILITY: _unanswered_responsibility(elements, policy, liability),
        ElementCode.LESSON_AND_MEASURE: _wordless(elements, ("lesson", "measure"), policy.empty_words),
        ElementCode.SATISFACTION: _unsaid_satisfaction(elements, policy),
        ElementCode.HANDLED_AT: () if elements.handled_at else ("handled_at",),
        ElementCode.HANDLER_AND_PHONE: _unnamed_handler(elements, policy.empty_words),
    }
    return tuple(
        MissingElement(element, at_fault[element.code]) for element in policy.six_elements if at_fault[element.code]
    )


def _wordless(elements: SixElements, fields: tuple[str, ...], words: EmptyWords) -> tuple[str, ...]:
    return tuple(
        field
        for field in fields
        if _is_empty(getattr(elements, field), words.placeholders)
        or _is_one_of(getattr(elements, field), words.nothing)
    )


def is_said(text: str, placeholders: tuple[str, ...]) -> bool:
    """Whether a short answer says anything: neither blank nor a placeholder ("略", "待定")."""
    return bool(_bare(text)) and not _is_one_of(text, placeholders)


def is_word_for_nothing(text: str, policy: Policy) -> bool:
    """Whether it is a bare “无” in any of the pack's words."""
    return _is_one_of(text, policy.empty_words.nothing)


def _is_empty(text: str, placeholders: tuple[str, ...]) -> bool:
    """No two different letters, or nothing but a placeholder."""
    return len({letter for letter in _bare(text) if letter.isalpha()}) < 2 or _is_one_of(text, placeholders)


def _is_one_of(text: str, words: tuple[str, ...]) -> bool:
    return _bare(text) in _bare_all(words)


@cache
def _bare_all(words: tuple[str, ...]) -> frozenset[str]:
    """The words of a pack, of which there are few and always the same."""
    return frozenset(_bare(word) for word in words)


def _bare(text: str) -> str:
    return "".join(character for character in folded(text) if character.isalnum())


def _unanswered_responsibility(elements: SixElements, policy: Policy, liability: str | None) -> tuple[str, ...]:
    nobody = liability in policy.element(ElementCode.RESPONSIBILITY).nothing_with
    if nobody and _is_one_of(elements.responsibility, policy.empty_words.nothing):
        return ()
    return _wordless(elements, ("responsibility",), policy.empty_words)


def _unsaid_satisfaction(elements: SixElements, policy: Policy) -> tuple[str, ...]:
    if not elements.satisfaction.strip():
        return ("satisfaction",)
    words = policy.empty_words
    if policy.verdict(elements.satisfaction).remark_needed:
        return _wordless(elements, ("satisfaction_remark",), words)
    return ()


def _unnamed_handler(elements: SixElements, words: EmptyWords) -> tuple[str, ...]:
    nameless = _wordless(elements, ("handler",), words)
    digits = sum(character.isdecimal() for character in elements.phone)
    return nameless if digits >= words.phone_digits else (*nameless, "phone")


def require_complete(elements: SixElements, policy: Policy, *, liability: str | None = None, now: datetime) -> None:
    """Refuse a reply while an element is missing, naming all that are; or that was handled after `now`."""
    gaps = missing(elements, policy, liability=liability)
    if gaps:
        raise Refusal(
            "element-missing",
            Text(
                f"六要素不全，还缺：{'、'.join(_named_zh(gap, policy) for gap in gaps)}。请补充后再提交。",
                f"The six elements are not complete. Still missing: {'; '.join(_named_en(gap, policy) for gap in gaps)}. "
                "Please fill them in.",
            ),
            field=gaps[0].fields[0],
        )
    handled_at = elements.handled_at
    if handled_at is None or handled_at.tzinfo is None:
        raise Refusal(
            "moment-without-zone",
            Text(
                "处理时间缺少时区，请重新选择日期和时间。",
                "The time of handling has no time zone. Choose date and time again.",
            ),
            field="handled_at",
        )
    if handled_at > now:
        raise Refusal(
            "handled-in-future",
            Text(
                "处理时间晚于现在，请改为实际处理的时间。",
                "The time of handling is in the future. Enter when it was really handled.",
            ),
            field="handled_at",
        )


FIELD_TITLES = {
    "lesson": Text("吸取的教训", "lesson"),
    "measure": Text("整改措施", "corrective measure"),
    "satisfaction_remark": Text("需说明情况", "say why, or how it was asked"),
    "handler": Text("经办人", "handler"),
    "phone": Text("联系电话", "phone"),
}


def _named_zh(gap: MissingElement, policy: Policy) -> str:
    parts = "、".join(FIELD_TITLES[field].zh for field in gap.fields if field in FIELD_TITLES)
    title = f"（{_number(gap, policy)}）{gap.element.title.zh}"
    return f"{title}（{parts}）" if parts else title


def _named_en(gap: MissingElement, policy: Policy) -> str:
    parts = ", ".join(FIELD_TITLES[field].en for field in gap.fields if field in FIELD_TITLES)
    title = f"({_number(gap, policy)}) {gap.element.title.en}"
    return f"{title} [{parts}]" if parts else title


def _number(gap: MissingElement, policy: Policy) -> int:
    return policy.six_elements.index(gap.element) + 1
