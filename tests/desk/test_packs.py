"""A bank may choose any pack that ships: a complaint goes from registration to the archive under each, and the pages say its rules."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from shouwen import packs
from shouwen.casework import explaining, rules
from shouwen.casework.door import handle
from shouwen.casework.models import PolicyInUse
from shouwen.casework.privacy import create_keyring
from shouwen.casework.rules import policy_of, standing_policy, take_into_use
from shouwen.casework.vault import Details
from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.answering import CheckReply, DraftReply, Investigate, Measure, Reply
from shouwen.core.complaint.ending import Archive, Close
from shouwen.core.complaint.receiving import Accept, Decline, Register
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.people import Actor, Unit
from shouwen.core.policy import PolicyError
from shouwen.demo.load import load
from shouwen.letters import decline, reply
from shouwen.letters.record import Record
from shouwen.organisation import calendar, directory
from shouwen.organisation.models import Staff
from tests.desk.bank import signed_in
from tests.desk.test_case import page

AGENT, CONTACT, CHECKER, SUPERVISOR, UNION = "100101", "11110101", "11110102", "100110", "100201"
ADMINISTRATOR = "000001"
RECEIVED = datetime(2026, 6, 3, 9, 0, tzinfo=UTC)
SHIPPED = packs.shipped()
CLASSES = {"boc-2008": "attitude", "nfra-2020": "attitude", "fca-disp": "payment_services"}


@pytest.fixture
def bank(db: None, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The demo bank without complaints, under the pack that the test names."""
    pack = getattr(request, "param", "boc-2008")
    policy = packs.load(pack)
    settings.SHOUWEN_PACK = pack
    settings.TIME_ZONE = str(policy.zone)
    settings.SHOUWEN_KEY_FILE = tmp_path / "keys" / "personal-data.key"
    create_keyring(settings.SHOUWEN_KEY_FILE, datetime(2026, 1, 1, tzinfo=UTC))
    calendar.forget()
    take_into_use()
    load(complaints=0)
    directory.forget()
    calendar.forget()
    yield pack
    calendar.forget()


def actor(number: str) -> Actor:
    on = calendar.working_calendar().local_date(RECEIVED)
    return directory.directory().actor_for(Staff.objects.get(employee_no=number), on=on)


def unit(code: str) -> Unit:
    found = directory.directory().unit_by_code(code)
    assert found is not None
    return found


def registered(class_: str, received_at: datetime = RECEIVED) -> Complaint:
    command = Register(
        channel="hotline",
        received_at=received_at,
        receiving_unit=unit("100001").id,
        unit_about=unit("111101").id,
        subject="Payment was not made",
        statement="转账两天没有到账。",
        class_=class_,
    )
    return handle(command, actor=actor(AGENT), details=Details(name="王小明", phone="13812345678"), now=received_at)


STEPS: tuple[tuple[str, Command], ...] = (
    (AGENT, Accept()),
    (AGENT, Dispatch(unit=0)),
    (CONTACT, SignFor()),
    (CONTACT, Investigate(facts="经核实，付款指令因系统故障未执行，情况属实。", cause="work_error", liability="fully")),
    (
        CONTACT,
        DraftReply(
            facts="经核实，付款指令因系统故障未执行，情况属实。",
            responsibility="对值班人员批评教育。",
            lesson="监控不及时，未能发现失败的指令。",
            measure="增加失败指令的自动提醒。",
            satisfaction="satisfied",
            handled_at=RECEIVED,
            handler="蒋俊峰",
            phone="010-66590000",
            letter="经核实，您反映的情况属实，我们诚恳道歉，款项已于今日到账。",
        ),
    ),
    (CHECKER, CheckReply(passed=True)),
    (CONTACT, Reply(method="phone")),
    (SUPERVISOR, Measure(expectation=3, perception=4)),
    (SUPERVISOR, Close()),
    (UNION, Archive()),
)


def archived(class_: str) -> Complaint:
    complaint = registered(class_)
    for place, (who, command) in enumerate(STEPS):
        if isinstance(command, Dispatch):
            command = Dispatch(unit=unit("111101").id)
        now = RECEIVED + timedelta(minutes=place + 1)
        complaint = handle(command, actor=actor(who), complaint=complaint.id, now=now)
    return complaint


@pytest.mark.parametrize("bank", SHIPPED, indirect=True)
def test_a_complaint_goes_from_registration_to_the_archive_under_each_pack(bank: str) -> None:
    complaint = archived(CLASSES[bank])
    assert complaint.stage == "archived"
    assert complaint.policy == packs.load(bank).key


@pytest.mark.parametrize("bank", SHIPPED, indirect=True)
def test_the_reply_says_what_the_pack_wants_every_reply_to_say(bank: str) -> None:
    complaint = archived(CLASSES[bank])
    found = reply.reply(Record.read(complaint, clear=True, with_code=True), 1)
    assert found is not None
    for language in ("zh-hans", "en"):
        shown = str(reply.letter(found, language))
        for content in packs.load(bank).letters:
            if content.text:
                assert content.text.into(language) in shown


@pytest.mark.parametrize("bank", SHIPPED, indirect=True)
def test_a_complaint_can_be_declined_on_every_ground_of_the_pack(bank: str) -> None:
    for ground in packs.load(bank).decline_grounds:
        complaint = registered(CLASSES[bank])
        command = Decline(ground=ground.code, reason="已电话告知客户。")
        complaint = handle(command, actor=actor(AGENT), complaint=complaint.id, now=RECEIVED)
        made = decline.decline(Record.read(complaint, clear=True, with_code=True))
        assert made is not None
        assert ground.way_on.zh in str(decline.paper(made, "zh-hans"))


@pytest.mark.parametrize("bank", SHIPPED, indirect=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_the_rules_marks_what_nobody_has_confirmed(bank: str, language: str) -> None:
    client = signed_in(ADMINISTRATOR)
    client.cookies["shouwen_language"] = language
    shown = page(client.get("/policy/"))
    policy = packs.load(bank)
    assert policy.title.into(language) in shown
    assert "未经核实" in shown or "Unconfirmed" in shown


@pytest.mark.parametrize("bank", ["fca-disp"], indirect=True)
def test_a_bank_in_england_counts_english_working_days(bank: str) -> None:
    complaint = registered("payment_services", datetime(2026, 12, 21, 12, tzinfo=UTC))
    clock = complaint.clock("reply")
    assert clock is not None
    skipped = {day.date.isoformat(): day.why.en for day in clock.limit.skipped}
    assert skipped["2026-12-25"] == "Christmas Day"
    assert skipped["2026-12-28"] == "Boxing Day (substitute)"
    assert f"{clock.limit.at.astimezone(packs.load(bank).zone):%Y-%m-%d %H:%M}" == "2027-01-14 17:00"


@pytest.mark.parametrize("bank", ["fca-disp"], indirect=True)
def test_an_exception_of_the_bank_stands_above_the_calendar_of_the_pack(bank: str) -> None:
    day = date(2026, 7, 1)
    calendar.set_exception(day, working=False, name="Moving day")
    assert not calendar.working_calendar().is_working(day)
    calendar.remove_exception(day)
    assert calendar.working_calendar().is_working(day)


# ------------------------------------------------------------------------------------------------------------------- explain


@pytest.mark.parametrize("bank", ["nfra-2020"], indirect=True)
def test_explain_says_pack_class_clocks_and_articles_in_both_languages(
    bank: str, capsys: pytest.CaptureFixture[str]
) -> None:
    complaint = archived("attitude")
    assert explaining.main([complaint.number]) == 0
    said = capsys.readouterr().out
    for words in (
        "nfra-2020@4，自 2020-03-01 起，基于 boc-2008@7",
        "分类：服务态度",
        "Class: Service attitude",
        "第十八条",
        "15 日；",
        "15 calendar days; counted from",
        "2026年6月18日 23:59 到期",
        "未超时限",
        "within the limit",
    ):
        assert words in said, words
    assert "王小明" not in said


@pytest.mark.parametrize("bank", ["nfra-2020"], indirect=True)
def test_explain_says_how_a_running_clock_may_be_extended_and_by_whom(
    bank: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explaining.main([registered("attitude").number]) == 0
    said = capsys.readouterr().out
    assert "可以延期：情况复杂，最长30日，由本单位第一责任人批准" in said
    assert "up to 60 calendar days, approved by the superior institution's leader" in said


@pytest.mark.parametrize("bank", ["nfra-2020"], indirect=True)
def test_explain_says_how_an_authority_counts_it_and_what_does_not_follow(
    bank: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explaining.main([registered("attitude").number]) == 0
    said = capsys.readouterr().out
    assert "统计分类·投诉原因：服务态度及服务质量（依据：" in said
    assert "（JR/T 0169-2018） C，未经核实）" in said
    assert "Statistics, What business it was: does not follow from the record" in said


@pytest.mark.parametrize(("bank", "shown"), [("nfra-2020", True), ("fca-disp", False)], indirect=["bank"])
def test_the_page_of_the_rules_shows_the_axes_of_statistics_of_a_pack_that_has_them(bank: str, shown: bool) -> None:
    assert ("监管统计分类" in page(signed_in(ADMINISTRATOR).get("/policy/"))) is shown


def test_explain_of_a_number_that_there_is_not_says_so(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explaining.main(["TS2026-99999999"]) == 1
    assert "没有编号为 TS2026-99999999 的投诉" in capsys.readouterr().err


# -------------------------------------------------------------------------------------------------- versions and their days


def bank_pack(tmp_path: Path, version: str, begins: str) -> Path:
    path = tmp_path / "bank.yaml"
    path.write_text(
        f'code: bank\nversion: "{version}"\ntitle: {{zh: 本行, en: Bank}}\nvalid_from: {begins}\nwithin: nfra-2020\n',
        encoding="utf-8",
    )
    packs._loaded.cache_clear()
    rules._recorded.cache_clear()
    return path


def test_the_version_that_stood_on_the_day_of_receipt_stands_for_the_complaint(
    bank: str, settings: Settings, tmp_path: Path
) -> None:
    settings.SHOUWEN_PACK = bank_pack(tmp_path, "1", "2026-01-01")
    take_into_use()
    settings.SHOUWEN_PACK = bank_pack(tmp_path, "2", "2026-06-01")
    take_into_use()
    assert registered("attitude").policy == "bank@2"
    assert registered("attitude", datetime(2026, 5, 31, 9, tzinfo=UTC)).policy == "bank@1"
    assert registered("attitude", datetime(2026, 5, 31, 15, 59, tzinfo=UTC)).policy == "bank@1"
    assert registered("attitude", datetime(2026, 5, 31, 16, 1, tzinfo=UTC)).policy == "bank@2", "midnight in Beijing"


def test_a_version_that_has_not_begun_leaves_the_one_before_it_standing(
    bank: str, settings: Settings, tmp_path: Path
) -> None:
    settings.SHOUWEN_PACK = bank_pack(tmp_path, "1", "2026-01-01")
    take_into_use()
    settings.SHOUWEN_PACK = bank_pack(tmp_path, "2", "2199-01-01")
    take_into_use()
    assert standing_policy().key == "bank@1"


def test_a_pack_in_use_keeps_the_text_of_the_pack_that_it_stands_on(
    bank: str, settings: Settings, tmp_path: Path
) -> None:
    settings.SHOUWEN_PACK = bank_pack(tmp_path, "1", "2026-01-01")
    take_into_use()
    assert set(PolicyInUse.objects.values_list("key", flat=True)) >= {"bank@1", "nfra-2020@4", "boc-2008@7"}
    settings.SHOUWEN_PACK = "boc-2008"
    rules._recorded.cache_clear()
    assert policy_of("bank@1").within == "nfra-2020@4"


def test_a_pack_for_another_time_zone_is_refused_at_start(bank: str, settings: Settings) -> None:
    settings.SHOUWEN_PACK = "fca-disp"
    with pytest.raises(PolicyError, match="set SHOUWEN_TIME_ZONE=Europe/London"):
        take_into_use()


@pytest.mark.parametrize(("pack", "has_complaints"), [("nfra-2020", True), ("fca-disp", False)])
def test_the_demo_bank_can_be_tried_under_each_pack(
    db: None, settings: Settings, tmp_path: Path, pack: str, has_complaints: bool
) -> None:
    settings.SHOUWEN_PACK, settings.TIME_ZONE = pack, str(packs.load(pack).zone)
    settings.SHOUWEN_KEY_FILE = tmp_path / "personal-data.key"
    create_keyring(settings.SHOUWEN_KEY_FILE, datetime(2026, 1, 1, tzinfo=UTC))
    calendar.forget()
    take_into_use()
    assert bool(load(complaints=30, cast=True)) == has_complaints
    directory.forget()
    for address in ("/tasks/", "/complaints/", "/register/", "/hotline/"):
        assert signed_in(SUPERVISOR).get(address).status_code == 200, address
    for address in ("/complain/", "/track/"):
        assert Client().get(address).status_code == 200, address
    assert signed_in(ADMINISTRATOR).get("/calendar/").status_code == 200
    calendar.forget()
