"""What each letter says, and to whom."""

import msgspec
import pytest

from shouwen.core.complaint import Complaint
from shouwen.core.complaint.answering import Measure
from shouwen.core.complaint.receiving import Classify
from shouwen.letters import decline, receipt, reply, slip
from shouwen.letters.paper import Paper
from shouwen.letters.record import Record
from tests.letters import cases

pytestmark = pytest.mark.usefixtures("bank")


def record(complaint: Complaint, *, clear: bool = True, with_code: bool = True) -> Record:
    return Record.read(complaint, clear=clear, with_code=with_code)


def words(paper: Paper) -> str:
    return msgspec.json.encode(paper).decode()


def slip_words(complaint: Complaint, n: int = 1) -> str:
    found = slip.slip(record(complaint), n)
    assert found is not None
    return words(slip.paper(found))


def reply_of(complaint: Complaint, n: int = 1, *, clear: bool = True) -> reply.Reply:
    found = reply.reply(record(complaint, clear=clear), n)
    assert found is not None
    return found


def test_a_slip_has_the_number_that_its_dispatch_gave_it() -> None:
    complaint = cases.dispatched()
    made = slip.slip(record(complaint), 1)
    assert made is not None
    assert made.number == f"{complaint.number}-Z1"


def test_a_slip_never_shows_who_complained_even_to_a_reader_who_may_see_it() -> None:
    shown = slip_words(cases.dispatched())
    assert "欧阳**" in shown
    assert "138****5678" in shown
    assert not any(secret in shown for secret in (cases.NAME, cases.PHONE, cases.CARD))


def test_a_slip_says_by_when_to_sign_and_by_when_to_answer() -> None:
    shown = slip_words(cases.dispatched())
    assert "2026年3月3日 18:00" in shown
    assert "2026年3月5日 18:00前回复客户和转办单位" in shown


def test_a_slip_asks_for_the_six_elements_of_the_pack() -> None:
    complaint = cases.dispatched()
    elements = record(complaint).policy.six_elements
    assert all(element.title.zh in slip_words(complaint) for element in elements)


def test_the_foot_of_a_slip_tells_who_signed_for_it() -> None:
    before = slip.slip(record(cases.dispatched()), 1)
    after = slip.slip(record(cases.drafted()), 1)
    assert before is not None
    assert after is not None
    assert before.signed_by == ""
    assert after.signed_by == cases.actor(cases.CONTACT).person.name  # type: ignore[union-attr]


def test_there_is_no_slip_before_the_dispatch_and_none_beyond_the_last() -> None:
    assert slip.slip(record(cases.accepted()), 1) is None
    dispatched = record(cases.dispatched())
    assert [slip.slip(dispatched, n) for n in (0, 2)] == [None, None]


def test_the_reply_gives_the_customers_own_data_back_to_the_customer() -> None:
    complaint = cases.replied()
    made = reply_of(complaint)
    assert made.number == f"{complaint.number}-F1"
    assert f"尊敬的{cases.NAME}先生/女士：" in words(reply.letter(made, "zh"))
    assert cases.CARD in words(reply.letter(made, "zh"))


def test_the_reply_is_masked_for_a_reader_whose_duty_does_not_need_the_data() -> None:
    shown = words(reply.letter(reply_of(cases.replied(), clear=False), "zh"))
    assert not any(secret in shown for secret in (cases.NAME, cases.CARD))


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("尊敬的客户：您反映的问题属实，我们诚恳道歉。", "您反映的问题属实，我们诚恳道歉。"),
        ("尊敬的客户您好，经核实，情况属实。", "尊敬的客户您好，经核实，情况属实。"),
        ("您好！经核实，情况属实。", "您好！经核实，情况属实。"),
        ("Dear customer, you were right.", "Dear customer, you were right."),
    ],
)
def test_an_answer_that_begins_in_the_line_of_the_salutation_is_never_dropped(line: str, kept: str) -> None:
    shown = words(reply.letter(reply_of(cases.replied(f"{line}\n我们已经改正。")), "zh"))
    assert kept in shown
    assert "我们已经改正。" in shown


def test_a_greeting_that_the_writer_wrote_is_not_repeated() -> None:
    shown = words(reply.letter(reply_of(cases.replied("尊敬的客户：\n您的意见我们已经采纳。")), "zh"))
    assert shown.count("尊敬的") == 1


def test_a_draft_of_the_reply_has_no_number_and_says_that_it_is_one() -> None:
    made = reply_of(cases.drafted())
    assert made.number == ""
    assert reply.letter(made, "zh").draft == "草稿"


def test_a_second_draft_leaves_the_first_reply_as_it_was_sent() -> None:
    complaint = cases.reopened_and_drafted()
    assert "诚恳道歉" in reply_of(complaint, 1).letter
    assert reply_of(complaint, 2).letter.startswith("第二次答复")


def test_there_is_no_reply_before_its_draft_and_none_beyond_it() -> None:
    assert reply.reply(record(cases.dispatched()), 1) is None
    assert reply.reply(record(cases.drafted()), 2) is None
    assert reply.reply(record(cases.replied()), 2) is None


def test_the_transferring_department_gets_all_six_elements_without_the_customers_name() -> None:
    shown = words(reply.six_elements(reply_of(cases.replied())))
    told = ("情况属实", "批评教育", "首问负责意识不强", "每日备足零钞", "满意", "2026年3月2日 10:30", "021-55500001")
    assert all(element in shown for element in told)
    assert cases.NAME not in shown


def test_the_letter_to_the_customer_holds_nothing_about_those_responsible() -> None:
    assert "批评教育" not in words(reply.letter(reply_of(cases.replied()), "zh"))


def test_the_receipt_carries_the_tracking_code_and_the_day_of_the_answer() -> None:
    complaint = cases.accepted()
    made = receipt.receipt(record(complaint))
    assert made is not None
    assert made.tracking.replace("-", "") == record(complaint).vault.tracking
    assert "最迟2026年3月5日 18:00前" in words(receipt.paper(made, "zh"))


@pytest.mark.parametrize(("clear", "with_code"), [(False, True), (True, False)])
def test_the_tracking_code_is_hidden_from_all_but_those_who_hand_it_out(clear: bool, with_code: bool) -> None:
    made = receipt.receipt(record(cases.accepted(), clear=clear, with_code=with_code))
    assert made is not None
    assert made.tracking == receipt.HIDDEN_CODE


def test_the_receipt_keeps_the_day_that_was_promised_when_it_was_handed_out() -> None:
    complaint = cases.done(cases.accepted(), cases.AGENT, Classify(class_="product", reason="涉及产品"))
    made = receipt.receipt(record(complaint))
    assert made is not None
    assert "2026年3月5日" in words(receipt.paper(made, "zh"))


def test_an_anonymous_customer_is_told_to_look_the_answer_up() -> None:
    made = receipt.receipt(record(cases.accepted(anonymous=True)))
    assert made is not None
    assert "凭查询码查看" in words(receipt.paper(made, "zh"))


def test_there_is_no_receipt_before_the_acceptance() -> None:
    assert receipt.receipt(record(cases.registered())) is None


def test_a_notice_of_declining_gives_the_ground_the_reason_and_the_way_to_go_on() -> None:
    complaint = cases.declined()
    made = decline.decline(record(complaint))
    assert made is not None
    ground = record(complaint).policy.decline_ground("in_court")
    shown = words(decline.paper(made, "zh"))
    assert all(text in shown for text in (ground.title.zh, "法院已立案", ground.way_on.zh))


def test_there_is_no_notice_for_a_complaint_that_was_not_declined() -> None:
    assert decline.decline(record(cases.accepted())) is None


def test_english_labels_stand_around_the_words_of_the_bank() -> None:
    paper = reply.letter(reply_of(cases.replied()), "en")
    assert paper.title == "Reply to your complaint"
    assert "2 March 2026" in words(paper)
    assert "诚恳道歉" in words(paper)


def test_the_six_elements_say_what_the_customer_said_of_the_reply_and_not_what_the_writer_expected() -> None:
    complaint = cases.done(
        cases.replied(), cases.CONTACT, Measure(expectation=5, perception=2, remark="客户认为道歉不够诚恳。")
    )
    shown = words(reply.six_elements(reply_of(complaint)))
    assert '["不满意","客户认为道歉不够诚恳。"]' in shown
