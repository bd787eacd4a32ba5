"""The pack boc-2008 has everything that the slides state, each with its slide, and marks what they leave open."""

import re
from datetime import date, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from shouwen import packs
from shouwen.core.duties import Duty
from shouwen.core.people import UnitKind
from shouwen.core.policy_terms import ElementCode, Signatory

POLICY = packs.load("boc-2008")
TEXT = packs.text_of("boc-2008")


def test_the_seven_channels_of_the_slides_are_there_in_their_order() -> None:
    assert [group.title.zh.replace("（", "(").replace("）", ")") for group in POLICY.channel_groups] == [
        "电话投诉(95566)",
        "意见簿(箱)投诉",
        "网络投诉",
        "上门投诉",
        "信件投诉(E-mail)",
        "媒体投诉",
        "上级行及政府部门转来投诉",
    ]


def test_every_channel_group_has_a_way_in_and_letter_and_email_are_two_forms_of_one() -> None:
    ways_in = {
        group.code: [each.code for each in POLICY.channels if each.group == group.code]
        for group in POLICY.channel_groups
    }
    assert ways_in == {
        "hotline": ["hotline"],
        "opinion_book": ["opinion_book"],
        "web": ["web"],
        "visit": ["visit"],
        "mail": ["letter", "email"],
        "media": ["media"],
        "transfer": ["transfer"],
    }


@pytest.mark.parametrize(
    ("channel", "duty"),
    [
        ("hotline", Duty.HOTLINE_AGENT),
        ("email", Duty.HOTLINE_AGENT),
        ("visit", Duty.UNION_OFFICER),
        ("letter", Duty.UNION_OFFICER),
        ("media", Duty.OFFICE_OFFICER),
        ("visit", Duty.CLERK),
        ("opinion_book", Duty.CLERK),
    ],
)
def test_the_side_of_the_bank_that_the_slides_name_accepts_the_channel(channel: str, duty: Duty) -> None:
    assert duty in POLICY.channel(channel).accepting


def test_the_hotline_does_not_take_visits_nor_the_union_phone_calls() -> None:
    assert Duty.HOTLINE_AGENT not in POLICY.channel("visit").accepting
    assert Duty.UNION_OFFICER not in POLICY.channel("hotline").accepting


def test_the_first_responsible_person_signs_what_answers_the_media_and_nothing_else() -> None:
    reserved = [channel.code for channel in POLICY.channels if POLICY.needs_signature(channel.code, "attitude")]
    assert reserved == ["media"]
    assert POLICY.signature.source
    assert "24" in POLICY.cite(POLICY.signature.source).zh


def test_media_complaints_go_to_the_office() -> None:
    assert POLICY.channel("media").goes_to is UnitKind.OFFICE


@pytest.mark.parametrize(
    ("channel", "facts"),
    [
        ("hotline", {"call_id", "recording"}),
        ("opinion_book", {"page"}),
        ("visit", {"visitors", "representatives"}),
        ("email", {"message_id", "mail_subject"}),
        ("media", {"outlet", "link"}),
        ("transfer", {"body", "document_number", "reply_by"}),
    ],
)
def test_each_channel_has_its_own_facts(channel: str, facts: set[str]) -> None:
    assert facts <= {fact.code for fact in POLICY.channel(channel).facts}


def test_a_group_of_visitors_has_five_representatives_at_most() -> None:
    fact = POLICY.channel("visit").fact("representatives")
    assert fact is not None
    assert fact.maximum == 5
    assert fact.source.startswith("nfra-2020")


def test_a_complaint_an_opinion_and_a_suggestion_are_taken() -> None:
    assert [kind.title.zh for kind in POLICY.kinds] == ["投诉", "意见", "建议"]


def test_scope_is_attitude_quality_and_product() -> None:
    assert [scope.title.zh for scope in POLICY.scopes] == ["服务态度", "服务质量", "服务产品"]


def test_the_classes_are_those_of_the_slides_in_two_levels() -> None:
    first_level = [class_ for class_ in POLICY.classes if class_.parent is None]
    assert {
        class_.title.zh: [each.title.zh for each in POLICY.classes_below(class_.code)] for class_ in first_level
    } == {
        "服务质量": ["服务态度", "服务产品", "服务渠道"],
        "业务操作": ["工作失误", "内部管理", "违规操作"],
        "金融犯罪": [],
        "匿名投诉": [],
        "其他": [],
    }


@pytest.mark.parametrize("class_", ["work_error", "attitude", "internal_management"])
def test_a_general_complaint_is_answered_in_3_working_days(class_: str) -> None:
    limit = POLICY.limit_for(class_)
    assert (limit.days, limit.target_days, limit.unit, limit.source) == (3, None, "working_days", "slides 17")


@pytest.mark.parametrize("class_", ["product", "channel", "violation"])
def test_a_complex_complaint_is_answered_in_7_to_10_working_days(class_: str) -> None:
    limit = POLICY.limit_for(class_)
    assert (limit.days, limit.target_days, limit.unit, limit.source) == (10, 7, "working_days", "slides 17")


@pytest.mark.parametrize("class_", ["financial_crime", "anonymous", "other"])
def test_what_the_slides_leave_open_has_the_complex_limit_and_says_that_the_bank_chose_it(class_: str) -> None:
    assert POLICY.limit_for(class_).code == "complex"
    assert "bank-default" in POLICY.class_(class_).source


def test_crime_and_violation_are_secret_and_go_to_discipline_inspection() -> None:
    secret = {class_.code: class_.goes_to for class_ in POLICY.classes if class_.secrecy}
    assert secret == {"violation": UnitKind.DISCIPLINE, "financial_crime": UnitKind.DISCIPLINE}


def test_anonymous_is_counted_as_a_class_but_not_chosen() -> None:
    assert "anonymous" in [class_.code for class_ in POLICY.classes]
    assert "anonymous" not in [class_.code for class_ in POLICY.given_classes]


def test_the_six_causes_are_those_of_the_slides() -> None:
    assert [cause.title.zh for cause in POLICY.causes] == [
        "产品质量",
        "工作失误",
        "兑现承诺",
        "服务方式",
        "沟通渠道",
        "客户原因",
    ]
    assert [cause.code for cause in POLICY.causes if cause.customers_own] == ["customers_own"]


def test_limits_without_a_number_in_the_slides_say_so() -> None:
    for code in ("accept", "sign", "hand_over"):
        assert POLICY.time_limit(code).source == "bank-default"
    assert POLICY.cite("bank-default").en == "bank default, not in the slides"


def test_business_closes_at_six_in_shanghai() -> None:
    assert POLICY.business_hours.close == time(18)
    assert POLICY.zone == ZoneInfo("Asia/Shanghai")


def test_every_decline_ground_tells_the_customer_how_to_go_on() -> None:
    assert {ground.code for ground in POLICY.decline_grounds} == {
        "out_of_scope",
        "in_court",
        "with_police",
        "not_our_customer",
        "already_answered",
        "unclear",
    }
    assert all(len(ground.way_on.zh) > 20 and len(ground.way_on.en) > 40 for ground in POLICY.decline_grounds)


def test_the_six_elements_stand_in_the_order_of_the_slides() -> None:
    assert [element.title.zh for element in POLICY.six_elements] == [
        "投诉事由及调查核实情况",
        "对相关责任人处理意见",
        "应吸取的教训及整改措施",
        "客户对处理结果的满意程度",
        "处理时间",
        "经办人和联系电话",
    ]
    assert [element.code for element in POLICY.six_elements] == list(ElementCode)


def test_only_a_part_or_all_of_the_responsibility_is_ours() -> None:
    assert {liability.code for liability in POLICY.liabilities if liability.ours} == {"partly", "fully"}


def test_each_side_of_one_has_its_verdict() -> None:
    assert {verdict.ratio.value: verdict.title.zh for verdict in POLICY.satisfaction.verdicts} == {
        "above": "不满意",
        "equal": "满意",
        "below": "非常满意",
        "unmeasured": "未取得评价",
    }


def test_expectation_and_perception_are_asked_on_scales_of_five() -> None:
    assert [level.value for level in POLICY.satisfaction.expectation] == [1, 2, 3, 4, 5]
    assert [level.value for level in POLICY.satisfaction.perception] == [1, 2, 3, 4, 5]


def test_of_a_hundred_customers_91_81_46_and_18_do_not_come_back() -> None:
    lost = {outcome.code: 100 - outcome.come_back_percent for outcome in POLICY.loyalty}
    assert lost == {"not_complained": Decimal(91), "unsolved": 81, "solved": 46, "solved_fast": 18}


def test_the_four_outcomes_of_a_dispute_are_the_four_quadrants() -> None:
    quadrants = {(outcome.bank_wins, outcome.customer_wins) for outcome in POLICY.dispute_outcomes}
    assert quadrants == {(True, True), (True, False), (False, True), (False, False)}


def test_unsigned_work_goes_from_contact_a_to_b_to_the_leader() -> None:
    assert POLICY.signing.order == (Signatory.FIRST_CONTACT, Signatory.SECOND_CONTACT, Signatory.LEADER)
    assert POLICY.time_limit(POLICY.signing.time_limit).days == 1


def test_the_seven_sides_of_the_bank_and_their_tasks_are_there() -> None:
    assert [side.code for side in POLICY.duties] == [
        "hotline",
        "union",
        "unit_complained_about",
        "superior_functional_department",
        "office",
        "first_responsible",
        "contacts",
    ]
    hotline = POLICY.duties[0].tasks[0].zh
    assert all(task in hotline for task in ("受理", "复核", "记录", "分发", "跟踪", "督办", "归档", "分类统计"))


def test_the_six_principles_and_the_six_special_cases_are_there() -> None:
    assert len(POLICY.principles) == 6
    assert [case.code for case in POLICY.special_cases] == [
        "not_liable",
        "media",
        "economic_dispute",
        "repeat",
        "withdrawal",
        "superior_transfer",
    ]


def test_five_qualities_are_asked_of_a_handler() -> None:
    assert len(POLICY.handler_qualities) == 5


@pytest.mark.parametrize(
    ("part", "slide"),
    [
        ("kinds", "20"),
        ("scopes", "20"),
        ("classes", "21"),
        ("causes", "4"),
        ("six_elements", "18"),
        ("principles", "13"),
        ("special_cases", "22"),
        ("handler_qualities", "26"),
        ("loyalty", "7"),
        ("dispute_outcomes", "9"),
    ],
)
def test_what_the_slides_state_names_the_slide(part: str, slide: str) -> None:
    assert all(f"slides {slide}" in term.source for term in getattr(POLICY, part))


def test_every_source_is_a_slide_an_article_a_standard_or_the_banks_own_choice() -> None:
    cited = re.findall(r"source: ([^}#\n]+)", TEXT)
    assert len(cited) > 100
    for source in cited:
        for part in source.split(";"):
            assert re.fullmatch(
                r"slides [0-9]{1,2}(-[0-9]{1,2})?|nfra-2020 第.+条|jrt-0169 [ABC]|bank-default", part.strip()
            ), source


def test_a_source_reads_as_the_document_and_the_place_in_it() -> None:
    cited = POLICY.cite("slides 17; bank-default")
    assert cited.zh.endswith("页码 17；本行缺省值，课件未载明")
    assert "page 17; bank default" in cited.en


def test_the_pack_is_valid_from_2008_and_keyed_by_code_and_version() -> None:
    assert POLICY.valid_from == date(2008, 1, 1)
    assert POLICY.key == "boc-2008@7"
