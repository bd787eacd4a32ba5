"""重复登记: merged without losing a word, handled once, and parted as it was (mission: duplicates)."""

from datetime import timedelta

import pytest

from shouwen.core.complaint import Command
from shouwen.core.complaint.customer import AddStatement, Withdraw
from shouwen.core.complaint.merging import MergeInto, Unmerge
from shouwen.core.complaint.receiving import Accept, Classify
from shouwen.core.complaint.recording import AddNote, OpenFile
from shouwen.core.complaint.routing import Dispatch, SignFor, TakeBack
from shouwen.core.complaint.verbs import through
from shouwen.core.duties import Action, may, may_see
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from tests.core.bank import OUTLET, RECEIVED, actor
from tests.core.pair import ONE, THREE, TWO, Many, two

MERGE = MergeInto(number=ONE, reason="同一客户就同一件事来电两次。")
CUSTOMER = Actor(person=None, system="customer")


def refused(many: Many, number: str, who: object, command: Command, rule: str) -> Refusal:
    before = {each: many[each] for each in many.cases}
    with pytest.raises(Refusal) as caught:
        many.do(number, who, command)
    assert caught.value.rule == rule
    assert before == {each: many[each] for each in many.cases}
    return caught.value


def merged(**changes: object) -> Many:
    many = two(**changes)
    many.do(TWO, "agent", MERGE)
    return many


def test_both_complaints_say_so_and_the_duplicate_is_nobodys_work() -> None:
    many = merged()
    assert (many[TWO].merged_into, many[ONE].duplicates) == (ONE, (TWO,))
    assert not many[TWO].is_open
    assert many[TWO].running_clocks == ()
    assert many[ONE].is_open


def test_every_word_stays_where_it_was() -> None:
    before, many = two()[TWO], merged()
    kept = ("title", "statement", "wish", "attachments", "contact_given", "complainant", "received_at", "stage")
    assert [getattr(many[TWO], field) for field in kept] == [getattr(before, field) for field in kept]


def test_parted_again_it_is_as_it_was_with_clocks_by_its_own_receipt() -> None:
    before, many = two()[TWO], merged()
    many.do(TWO, "agent", Unmerge(reason="核实后不是同一件事。"), now=RECEIVED + timedelta(days=2))
    assert (many[TWO].merged_into, many[ONE].duplicates) == ("", ())
    assert many[TWO].clocks == before.clocks
    assert many[TWO].is_open
    many.do(TWO, "agent", Dispatch(unit=OUTLET))


def test_a_clock_that_was_stopped_before_stays_stopped_when_they_part() -> None:
    many = merged()
    accepted = many[TWO].clock("accept")
    many.do(TWO, "agent", Unmerge(reason="不是同一件事。"))
    assert many[TWO].clock("accept") == accepted


@pytest.mark.parametrize("command", [Accept(), Dispatch(unit=OUTLET), Withdraw(consent="自愿", way="phone"), MERGE])
def test_nothing_is_done_to_a_merged_complaint_and_the_sentence_says_where(command: Command) -> None:
    assert ONE in refused(merged(), TWO, "agent", command, "merged").message.zh


def test_what_the_customer_adds_to_the_duplicate_is_news_to_who_handles_the_master() -> None:
    many = merged()
    many.do(TWO, CUSTOMER, AddStatement(text="还有一张回单。", way="portal"))
    assert many[TWO].news_at
    assert many[ONE].news_at


def test_who_handles_the_master_reads_the_duplicate_and_opens_its_files() -> None:
    many = merged()
    many.do(ONE, "agent", Dispatch(unit=OUTLET))
    many.do(ONE, "a", SignFor())
    assert not may_see(actor("a"), many[TWO])
    assert may(actor("a"), Action.OPEN_FILE, through(many[TWO], many[ONE]))
    many.do(TWO, "a", AddNote(text="已核对两次来电。"))
    refused(many, TWO, "stranger", AddNote(text="x"), "not-your-duty")
    refused(many, TWO, "a", OpenFile(digest="0" * 64), "file-unknown")


def test_the_employee_whom_the_duplicate_is_about_does_not_read_it_by_the_master() -> None:
    many = merged(employee_about=5)
    many.do(ONE, "agent", Dispatch(unit=OUTLET))
    many.do(ONE, "a", SignFor())
    assert not may_see(actor("a"), through(many[TWO], many[ONE]))


def test_never_across_secrecy() -> None:
    refused(two(class_="violation"), TWO, "agent", MERGE, "secrecy-differs")
    refused(merged(), ONE, "agent", Classify(class_="violation"), "bound-to-others")


def test_only_who_sees_both_merges_them() -> None:
    refused(two(), TWO, "stranger", MERGE, "not-your-duty")
    many = two()
    many.do(TWO, "agent", Dispatch(unit=OUTLET))
    many.do(TWO, "a", SignFor())
    refused(many, TWO, "a", MERGE, "other-unknown")


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (MergeInto(number=TWO, reason="x"), "other-is-itself"),
        (MergeInto(number="TS2026-00000099", reason="x"), "other-unknown"),
        (MergeInto(number=ONE, reason="　"), "text-missing"),
        (Unmerge(reason="x"), "not-merged"),
    ],
)
def test_a_merge_that_cannot_be_is_refused(command: Command, rule: str) -> None:
    refused(two(), TWO, "agent", command, rule)


def test_a_chain_of_merges_is_refused_from_both_ends() -> None:
    many = merged()
    many.register(THREE)
    refused(many, THREE, "agent", MergeInto(number=TWO, reason="x"), "master-merged")
    refused(many, ONE, "agent", MergeInto(number=THREE, reason="x"), "others-hang-on-it")


def test_an_unsigned_dispatch_is_taken_back_first() -> None:
    many = two()
    many.do(TWO, "agent", Dispatch(unit=OUTLET))
    refused(many, TWO, "agent", MERGE, "offer-open")
    many.do(TWO, "agent", TakeBack())
    many.do(TWO, "agent", MERGE)


def test_what_another_body_sent_keeps_its_own_answer() -> None:
    many = Many()
    many.register(ONE)
    facts = {"body": "示范市消费者协会"}
    many.register(TWO, who="union", channel="transfer", channel_facts=facts)
    refused(many, TWO, "union", MERGE, "answers-a-body")


def test_an_answered_complaint_takes_no_duplicate() -> None:
    many = two()
    many.do(ONE, CUSTOMER, Withdraw(consent="自愿撤诉", way="portal"))
    refused(many, TWO, "agent", MERGE, "master-ended")
