"""No reply to a slip without its six elements (mission A8)."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from shouwen import packs
from shouwen.core.policy_terms import ElementCode
from shouwen.core.refusal import Refusal
from shouwen.core.reply import SixElements, missing, require_complete

POLICY = packs.load("boc-2008")
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)

WHOLE = SixElements(
    facts="客户反映柜员态度生硬。经调阅录像核实，情况属实。",
    responsibility="对当班柜员批评教育，扣减当月绩效。",
    lesson="高峰时段人手不足，解释不够耐心。",
    measure="增设一个弹性窗口，组织服务礼仪培训。",
    satisfaction="satisfied",
    handled_at=NOW - timedelta(hours=1),
    handler="李明",
    phone="010-66590000",
)


def codes(elements: SixElements, liability: str | None = "fully") -> list[ElementCode]:
    return [gap.element.code for gap in missing(elements, POLICY, liability=liability)]


def with_(**changes: object) -> SixElements:
    return msgspec.structs.replace(WHOLE, **changes)


def test_a_whole_reply_misses_nothing() -> None:
    assert codes(WHOLE) == []
    require_complete(WHOLE, POLICY, liability="fully", now=NOW)


@pytest.mark.parametrize(
    ("field", "element"),
    [
        ("facts", ElementCode.FACTS),
        ("responsibility", ElementCode.RESPONSIBILITY),
        ("lesson", ElementCode.LESSON_AND_MEASURE),
        ("measure", ElementCode.LESSON_AND_MEASURE),
        ("satisfaction", ElementCode.SATISFACTION),
        ("handler", ElementCode.HANDLER_AND_PHONE),
        ("phone", ElementCode.HANDLER_AND_PHONE),
    ],
)
@pytest.mark.parametrize("empty", ["", "   ", "\u3000\n\t", "\u200b"])
def test_an_empty_field_leaves_its_element_missing(field: str, element: ElementCode, empty: str) -> None:
    if field == "satisfaction" and empty == "\u200b":
        empty = ""
    gaps = missing(with_(**{field: empty}), POLICY, liability="fully")
    assert [(gap.element.code, gap.fields) for gap in gaps] == [(element, (field,))]


def test_a_reply_without_time_of_handling_misses_that_element() -> None:
    assert codes(with_(handled_at=None)) == [ElementCode.HANDLED_AT]


@pytest.mark.parametrize(
    "words",
    [
        "略",
        "（略）",
        "略。",
        "同上",
        " 同 上 ",
        "详见附件",
        "见附件！",
        "待 补 充",
        "不详",
        "无",
        "没有",
        "N/A",
        "ｔｂｄ",
        "……",
        "---",
        "。",
        "1",
        "123",
        "啊啊啊",
        "xxx",
    ],
)
@pytest.mark.parametrize("field", ["facts", "responsibility", "lesson", "measure", "handler"])
def test_words_that_stand_for_nothing_do_not_fill_an_element(field: str, words: str) -> None:
    assert len(codes(with_(**{field: words}))) == 1


@pytest.mark.parametrize(
    "words",
    ["属实", "经核实，客户所述无误。", "见附件一录像截图：柜员未起立迎接客户。", "No fault was found at the counter."],
)
def test_real_words_fill_an_element_even_when_a_placeholder_is_part_of_them(words: str) -> None:
    assert codes(with_(facts=words)) == []


@pytest.mark.parametrize("liability", ["none", "third_party", "customers_own"])
@pytest.mark.parametrize("words", ["无", "无。", "没有", "不涉及"])
def test_nobody_to_blame_is_an_answer_when_the_bank_is_not_liable(liability: str, words: str) -> None:
    assert codes(with_(responsibility=words), liability) == []


@pytest.mark.parametrize("liability", ["partly", "fully", None])
def test_nobody_to_blame_is_no_answer_when_the_bank_is_liable(liability: str | None) -> None:
    assert codes(with_(responsibility="无"), liability) == [ElementCode.RESPONSIBILITY]


def test_nothing_learnt_is_no_answer_even_without_liability() -> None:
    assert codes(with_(lesson="无"), "none") == [ElementCode.LESSON_AND_MEASURE]


@pytest.mark.parametrize("verdict", ["dissatisfied", "unmeasured"])
def test_a_dissatisfied_or_silent_customer_needs_a_remark(verdict: str) -> None:
    assert codes(with_(satisfaction=verdict)) == [ElementCode.SATISFACTION]
    assert codes(with_(satisfaction=verdict, satisfaction_remark="略")) == [ElementCode.SATISFACTION]
    assert codes(with_(satisfaction=verdict, satisfaction_remark="两次致电未接听，已发短信。")) == []


def test_a_phone_may_be_an_extension_of_three_digits_in_any_width() -> None:
    assert codes(with_(phone="分机８０１")) == []
    assert codes(with_(phone="转12")) == [ElementCode.HANDLER_AND_PHONE]


def test_a_verdict_that_the_pack_does_not_know_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        missing(with_(satisfaction="delighted"), POLICY)
    assert caught.value.rule == "satisfaction-unknown"


def test_the_refusal_names_every_missing_element_with_its_number_in_both_languages() -> None:
    empty = SixElements(
        facts="", responsibility="", lesson="", measure="", satisfaction="", handled_at=None, handler="", phone=""
    )
    with pytest.raises(Refusal) as caught:
        require_complete(empty, POLICY, liability="none", now=NOW)
    refusal = caught.value
    assert (refusal.rule, refusal.field) == ("element-missing", "facts")
    for number, element in enumerate(POLICY.six_elements, start=1):
        assert f"（{number}）{element.title.zh}" in refusal.message.zh
        assert f"({number}) {element.title.en}" in refusal.message.en


def test_the_refusal_names_the_part_of_an_element_that_is_missing() -> None:
    with pytest.raises(Refusal) as caught:
        require_complete(with_(measure=""), POLICY, liability="fully", now=NOW)
    assert caught.value.field == "measure"
    assert "（3）应吸取的教训及整改措施（整改措施）" in caught.value.message.zh
    assert "facts" not in caught.value.message.en.lower()


def test_a_time_of_handling_in_the_future_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        require_complete(with_(handled_at=NOW + timedelta(seconds=1)), POLICY, liability="fully", now=NOW)
    assert (caught.value.rule, caught.value.field) == ("handled-in-future", "handled_at")


def test_a_time_of_handling_without_zone_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        require_complete(
            with_(handled_at=datetime.fromisoformat("2026-03-01T09:00")), POLICY, liability="fully", now=NOW
        )
    assert caught.value.rule == "moment-without-zone"


def test_the_elements_survive_the_journal() -> None:
    assert msgspec.json.decode(msgspec.json.encode(WHOLE), type=SixElements) == WHOLE
