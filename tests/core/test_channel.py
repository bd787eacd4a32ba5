"""What a channel asks, and how what was given is checked (mission A1)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from shouwen import packs
from shouwen.core.channel import Channel
from shouwen.core.policy_terms import ContactField, ContactNeed, Fact, FactType
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

POLICY = packs.load("boc-2008")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def refused(channel: str, values: dict[str, object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        POLICY.channel(channel).checked_facts(values, zone=SHANGHAI)
    assert caught.value.message.zh
    assert caught.value.message.en
    return caught.value


def test_facts_are_kept_in_plain_form() -> None:
    kept = POLICY.channel("transfer").checked_facts(
        {
            "body": " 中国银保监会北京监管局 ",
            "body_kind": "government",
            "document_number": "",
            "reply_by": date(2026, 3, 9),
        }
    )
    assert kept == {"body": "中国银保监会北京监管局", "body_kind": "government", "reply_by": "2026-03-09"}


def test_numbers_from_a_form_become_numbers_in_any_width() -> None:
    visit = POLICY.channel("visit")
    assert visit.checked_facts({"visitors": " 12 ", "representatives": 5}) == {"visitors": 12, "representatives": 5}
    assert visit.checked_facts({"visitors": "\uff11\uff12"}) == {"visitors": 12}


def test_a_moment_without_offset_is_read_in_the_banks_zone_and_kept_in_utc() -> None:
    email = POLICY.channel("email")
    kept = "2026-03-01T01:30:00+00:00"
    assert email.checked_facts({"sent_at": "2026-03-01 09:30"}, zone=SHANGHAI) == {"sent_at": kept}
    assert email.checked_facts({"sent_at": "2026-03-01T02:30:00+01:00"}, zone=SHANGHAI) == {"sent_at": kept}
    assert email.checked_facts({"sent_at": datetime(2026, 3, 1, 1, 30, tzinfo=UTC)}) == {"sent_at": kept}


def test_a_moment_without_offset_and_without_zone_is_refused() -> None:
    with pytest.raises(Refusal, match="time zone"):
        POLICY.channel("email").checked_facts({"sent_at": "2026-03-01 09:30"})


@pytest.mark.parametrize(
    ("channel", "values", "rule", "field"),
    [
        ("visit", {}, "fact-missing", "visitors"),
        ("media", {"outlet": " \u3000 "}, "fact-missing", "outlet"),
        ("transfer", {"body": None}, "fact-missing", "body"),
        ("opinion_book", {"page": "3"}, "fact-missing", "found_in"),
        ("opinion_book", {"found_in": "bottle"}, "fact-invalid", "found_in"),
        ("opinion_book", {"found_in": ["book"]}, "fact-invalid", "found_in"),
        ("visit", {"visitors": "many"}, "fact-invalid", "visitors"),
        ("visit", {"visitors": "0"}, "fact-invalid", "visitors"),
        ("visit", {"visitors": True}, "fact-invalid", "visitors"),
        ("visit", {"visitors": 2.5}, "fact-invalid", "visitors"),
        ("visit", {"visitors": "9" * 5000}, "fact-invalid", "visitors"),
        ("visit", {"visitors": 8, "representatives": 6}, "fact-invalid", "representatives"),
        ("hotline", {"call_id": "x" * 65}, "fact-invalid", "call_id"),
        ("hotline", {"call_id": {"a": 1}}, "fact-invalid", "call_id"),
        ("hotline", {"page": "3"}, "fact-unknown", "page"),
        ("media", {"outlet": "日报", "published_on": "2026-02-30"}, "fact-invalid", "published_on"),
        ("media", {"outlet": "日报", "published_on": "昨天"}, "fact-invalid", "published_on"),
        ("media", {"outlet": "日报", "link": "javascript:alert(1)"}, "fact-invalid", "link"),
        ("media", {"outlet": "日报", "link": "http://"}, "fact-invalid", "link"),
        ("media", {"outlet": "日报", "link": "https://a.example/ b"}, "fact-invalid", "link"),
        ("media", {"outlet": "日报", "link": "https://[half"}, "fact-invalid", "link"),
        ("email", {"sent_at": "soon"}, "fact-invalid", "sent_at"),
        ("email", {"sent_at": "0001-01-01 00:00"}, "fact-invalid", "sent_at"),
    ],
)
def test_a_wrong_fact_is_refused_by_name(channel: str, values: dict[str, object], rule: str, field: str) -> None:
    refusal = refused(channel, values)
    assert (refusal.rule, refusal.field) == (rule, field)


def test_a_link_to_a_report_is_kept_as_it_is() -> None:
    link = "https://news.example/2026/报道?id=1"
    assert POLICY.channel("media").checked_facts({"outlet": "日报", "link": link})["link"] == link


def test_a_required_contact_left_out_is_refused_and_anonymous_offered() -> None:
    with pytest.raises(Refusal) as caught:
        POLICY.channel("hotline").require_contact(("phone",), anonymous=False)
    assert (caught.value.rule, caught.value.field) == ("contact-missing", "name")
    assert "匿名" in caught.value.message.zh


def test_somebody_whom_nobody_can_answer_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        POLICY.channel("web").require_contact(("name",), anonymous=False)
    assert "电话、电子邮箱" in caught.value.message.zh


def test_one_way_to_answer_is_enough() -> None:
    POLICY.channel("web").require_contact(("name", "email"), anonymous=False)
    POLICY.channel("letter").require_contact(("name", "address"), anonymous=False)


def test_the_anonymous_are_not_asked() -> None:
    for channel in POLICY.channels:
        channel.require_contact((), anonymous=True)


def test_a_channel_that_asks_nothing_more_is_satisfied_by_its_one_contact() -> None:
    channel = Channel(
        code="kiosk",
        title=Text("自助终端", "Kiosk"),
        source="bank-default",
        group="web",
        accepting=(),
        contact=(ContactNeed(field=ContactField.PHONE),),
        reply_by=(ContactField.PHONE,),
        facts=(Fact(code="note", title=Text("说明", "Note"), source="bank-default", type=FactType.TEXT),),
    )
    channel.require_contact(("phone",), anonymous=False)
    assert channel.checked_facts({}) == {}
