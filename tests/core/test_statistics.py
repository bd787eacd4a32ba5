"""统计分类: on which axes a complaint is counted, and that nothing is guessed."""

from datetime import UTC, datetime

import msgspec
import pytest

from shouwen import packs
from shouwen.core.complaint import Complaint, Stage
from shouwen.core.complaint.state import Findings
from shouwen.core.policy import Policy, PolicyError, load_policy
from shouwen.core.policy_statistics import counted

NFRA = packs.load("nfra-2020")
TEXT = packs.text_of("nfra-2020")
AT = datetime(2026, 3, 4, 2, tzinfo=UTC)
COMPLAINT = Complaint(
    id=1,
    number="TS2026-00000001",
    stage=Stage.INVESTIGATING,
    policy=NFRA.key,
    channel="hotline",
    kind="complaint",
    received_at=AT,
    registered_at=AT,
    registered_by=1,
    complainant=1,
    title="柜台排队",
    statement="排队两小时。",
    receiving_unit=1,
    handling_unit=1,
    responsible=1,
    involved=((1,),),
)


def on(axis: str, complaint: Complaint, policy: Policy = NFRA) -> str | None:
    category = next(each.category for each in counted(complaint, policy) if each.axis.code == axis)
    return category.code if category else None


def found(cause: str) -> Findings:
    return Findings(facts="属实", cause=cause, liability="ours", by=1, at=AT)


def refused(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, old
    with pytest.raises(PolicyError) as caught:
        load_policy(TEXT.replace(old, new), name="bank.yaml", texts=packs.text_of)
    return str(caught.value)


def test_the_pack_of_the_measures_has_the_three_axes_of_the_standard_and_marks_them_unconfirmed() -> None:
    assert [axis.code for axis in NFRA.statistics] == ["business_channel", "business_type", "cause"]
    assert all(axis.unconfirmed for axis in NFRA.statistics)


def test_no_category_carries_a_number_that_nobody_has_read() -> None:
    assert not any(category.number for axis in NFRA.statistics for category in axis.categories)


def test_an_outline_says_what_lies_below_what() -> None:
    front, back = NFRA.statistics[0].outline
    assert front.zh.startswith("前台业务渠道（营业现场、自助机具、电子渠道（网银、电话、")
    assert "Electronic channels (Web bank, Telephone, " in front.en
    assert back.zh == "中、后台业务渠道"


def test_an_outline_puts_the_number_of_the_standard_first() -> None:
    numbered = msgspec.structs.replace(NFRA.statistics[2].categories[0], number="C01")
    axis = msgspec.structs.replace(NFRA.statistics[2], categories=(numbered,))
    assert axis.outline[0].zh == "C01 服务态度及服务质量"


def test_a_complaint_about_attitude_counts_as_one_about_service() -> None:
    assert on("cause", msgspec.structs.replace(COMPLAINT, class_="attitude")) == "service"


def test_the_cause_that_was_found_counts_where_the_class_says_nothing() -> None:
    assert on("cause", msgspec.structs.replace(COMPLAINT, findings=found("service_manner"))) == "service"


def test_class_and_cause_that_agree_count_once() -> None:
    both = msgspec.structs.replace(COMPLAINT, class_="attitude", findings=found("service_manner"))
    assert on("cause", both) == "service"


def test_where_class_and_cause_disagree_nothing_follows() -> None:
    other = load_policy(TEXT.replace("category: service}]", "category: rules}]"), name="bank.yaml", texts=packs.text_of)
    both = msgspec.structs.replace(COMPLAINT, class_="attitude", findings=found("service_manner"))
    assert on("cause", both, other) is None


def test_a_class_that_says_nothing_leaves_the_axis_open() -> None:
    assert on("cause", msgspec.structs.replace(COMPLAINT, class_="product")) is None


def test_the_way_in_is_not_the_channel_of_the_business() -> None:
    assert on("business_channel", COMPLAINT) is None


def test_a_pack_without_axes_counts_along_none() -> None:
    assert counted(COMPLAINT, packs.load("fca-disp")) == ()


def test_a_category_that_the_axis_does_not_have_is_refused() -> None:
    assert "the axis “cause” has no category “manners”" in refused("category: service}]", "category: manners}]")


def test_an_axis_that_the_pack_does_not_have_is_refused() -> None:
    assert "there is no axis “reason”" in refused(
        "{axis: cause, category: service}]", "{axis: reason, category: service}]"
    )


def test_an_axis_named_twice_is_refused() -> None:
    twice = "[{axis: cause, category: service}, {axis: cause, category: rules}]"
    assert "“cause” is given twice" in refused("[{axis: cause, category: service}]", twice)


def test_a_parent_that_does_not_stand_before_is_refused() -> None:
    assert "must stand before “counter”" in refused(
        "{code: counter, parent: front,", "{code: counter, parent: counter,"
    )
