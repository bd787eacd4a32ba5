"""定期报送: drawn up once for each period that is over, kept as it was, signed for by the recipients, and noticed when touched."""

import hashlib
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from shouwen.core.duties import Duty
from shouwen.core.refusal import Refusal
from shouwen.demo import load
from shouwen.insight.commands import verify
from shouwen.insight.figures import Period
from shouwen.insight.models import ArchivedReport, ReportLook, ReportReceipt, ScheduledReport
from shouwen.insight.reporting import archive, schedules
from shouwen.insight.reporting.models import Rhythm
from shouwen.insight.reporting.report import Kind, lines
from shouwen.insight.reporting.rhythms import closed, last_closed, stretch
from shouwen.organisation import calendar
from shouwen.organisation import directory as organisation
from shouwen.organisation.directory import directory
from shouwen.printing import fonts
from tests.casework.test_door import person
from tests.desk.bank import AGENT, AUDITOR, SUPERVISOR, signed_in
from tests.ground import StandOn, demo_bank
from tests.insight import slow

UNION, UNION_LEADER, BRANCH_UNION = "100201", "100210", "110201"
BEIJING = ZoneInfo("Asia/Shanghai")
HEAD_OFFICE, BRANCH = "100000", "110000"


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(40, folded=True))


def order(
    who: str = SUPERVISOR, unit: str = HEAD_OFFICE, months: int = 2, kind: Kind = Kind.STATISTICS
) -> ScheduledReport:
    """Ordered so that so many months are over."""
    since = timezone.localdate()
    for _ in range(months):
        since = last_closed(Rhythm.MONTH, since).first
    now, of = timezone.now(), directory().unit_by_code(unit)
    return schedules.order(person(who), kind, of, Rhythm.MONTH, Duty.UNION_OFFICER, since, now)


def drawn(**asked: str) -> ArchivedReport:
    """The newest paper of a schedule whose due ones are drawn up."""
    schedule = order(**asked)  # type: ignore[arg-type]
    archive.draw_up_due(timezone.now())
    newest = schedule.reports.order_by("-first").first()
    assert newest is not None
    return newest


@pytest.mark.parametrize(
    ("rhythm", "first", "last"),
    [
        (Rhythm.MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (Rhythm.QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        (Rhythm.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_a_whole_one(rhythm: Rhythm, first: date, last: date) -> None:
    assert stretch(rhythm, date(2026, 2, 14)) == Period(first, last)


def test_a_period_is_over_on_the_day_after_its_last() -> None:
    assert list(closed(Rhythm.MONTH, date(2026, 1, 9), date(2026, 2, 28))) == [stretch(Rhythm.MONTH, date(2026, 1, 1))]
    assert len(list(closed(Rhythm.MONTH, date(2026, 1, 9), date(2026, 3, 1)))) == 2


def test_each_period_that_is_over_is_drawn_up_once_however_often_the_worker_comes(demo: None) -> None:
    order(months=2)
    assert archive.draw_up_due(timezone.now()) == 2
    assert archive.draw_up_due(timezone.now()) == 0
    assert ArchivedReport.objects.count() == 2


def test_what_fell_due_while_no_worker_ran_is_drawn_up_afterwards(demo: None) -> None:
    order(months=1)
    later = datetime.combine(timezone.localdate() + timedelta(days=70), datetime.min.time(), BEIJING)
    assert archive.draw_up_due(later) >= 3


def test_a_long_past_is_drawn_up_in_several_runs(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "AT_ONCE", 2)
    order(months=3)
    assert [archive.draw_up_due(timezone.now()) for _ in range(3)] == [2, 1, 0]


def test_the_archived_files_are_what_their_hashes_say_and_hold_the_same_cells(demo: None) -> None:
    report = drawn()
    assert hashlib.sha256(report.workbook).hexdigest() == report.workbook_digest
    assert report.pdf is not None
    assert bytes(report.pdf).startswith(b"%PDF-")
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes(report.workbook)))
    told = archive.figures_of(report)
    sheet = book.get_sheet_by_name(told.tables[0].title.zh).to_python()
    assert sheet[1][1] == told.tables[0].lines[0].cells[0].value


def test_complaints_for_the_discipline_inspection_alone_are_in_no_archived_figure(demo: None) -> None:
    report = drawn()
    unit, period = directory().unit_by_code(HEAD_OFFICE), Period(report.first, report.last)
    assert unit is not None
    all_of_them = [each for each in slow.complaints() if period.first <= slow.day_of(each) <= period.last]
    told = next(lines(archive.figures_of(report)))[1].cells[0].value
    assert told == sum(1 for each in all_of_them if slow.counted(each, unit.id, period))
    assert any(each.secret for each in slow.complaints())


def test_an_archived_report_cannot_be_changed_or_removed(demo: None) -> None:
    report = drawn()
    with pytest.raises(DatabaseError), transaction.atomic():
        ArchivedReport.objects.filter(id=report.id).update(figures="{}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_archivedreport")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE insight_archivedreport, insight_reportreceipt, insight_reportlook")
    archive.receive(person(UNION), report, timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportReceipt.objects.update(by=1)


def test_drawn_up_anew_it_is_another_version_and_the_old_one_stays(demo: None) -> None:
    report = drawn()
    archive.receive(person(UNION), report, timezone.now())
    again = archive.draw_up_anew(person(SUPERVISOR), report, timezone.now())
    assert (report.version, again.version, again.made_by) == (1, 2, person(SUPERVISOR).id)
    assert ArchivedReport.objects.filter(id=report.id).exists()
    assert again in archive.to_receive(person(UNION))
    assert archive.draw_up_due(timezone.now()) == 0


def test_only_the_recipients_sign_for_a_report_and_once(demo: None) -> None:
    report = drawn()
    for who in (SUPERVISOR, AUDITOR, BRANCH_UNION):
        with pytest.raises(Refusal) as refused:
            archive.receive(person(who), report, timezone.now())
        assert refused.value.rule == "not-the-recipient"
    receipt = archive.receive(person(UNION), report, timezone.now())
    assert archive.receive(person(UNION), report, timezone.now()) == receipt
    with pytest.raises(Refusal) as refused:
        archive.receive(person(UNION_LEADER), report, timezone.now())
    assert refused.value.rule == "received-already"
    assert report not in archive.to_receive(person(UNION_LEADER))


def test_who_drew_a_report_up_anew_does_not_sign_for_it(demo: None) -> None:
    again = archive.draw_up_anew(person(UNION), drawn(), timezone.now())
    with pytest.raises(Refusal) as refused:
        archive.receive(person(UNION), again, timezone.now())
    assert refused.value.rule == "own-report"
    archive.receive(person(UNION_LEADER), again, timezone.now())


def test_a_report_is_not_drawn_up_anew_without_end(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    report = drawn()
    monkeypatch.setattr(archive, "MOST_VERSIONS", 2)
    archive.draw_up_anew(person(SUPERVISOR), report, timezone.now())
    with pytest.raises(Refusal, match="too-many-versions"):
        archive.draw_up_anew(person(SUPERVISOR), report, timezone.now())


def test_a_new_version_waits_and_the_old_one_does_not(demo: None) -> None:
    report = drawn()
    again = archive.draw_up_anew(person(SUPERVISOR), report, timezone.now())
    waiting = set(archive.to_receive(person(UNION)).values_list("id", flat=True))
    assert again.id in waiting
    assert report.id not in waiting


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"who": AUDITOR}, "unit-not-yours"),
        ({"who": BRANCH_UNION}, "unit-not-yours"),
        ({"kind": "gossip"}, "schedule-unknown"),
        ({"since": date(2999, 1, 1)}, "since-unlikely"),
        ({"since": date(1066, 1, 1)}, "since-unlikely"),
        ({"since": date(1991, 1, 1)}, "since-too-long-ago"),
        ({"duty": Duty.HANDLER}, "schedule-unknown"),
        ({"unit": "111101"}, "no-recipient"),
    ],
)
def test_what_cannot_be_ordered_is_refused(demo: None, changes: dict[str, object], rule: str) -> None:
    asked = {"who": SUPERVISOR, "kind": "statistics", "unit": HEAD_OFFICE, "duty": Duty.UNION_OFFICER} | changes
    with pytest.raises(Refusal) as refused:
        schedules.order(
            person(str(asked["who"])),
            str(asked["kind"]),
            directory().unit_by_code(str(asked["unit"])),
            Rhythm.MONTH,
            str(asked["duty"]),
            changes.get("since", timezone.localdate()),  # type: ignore[arg-type]
            timezone.now(),
        )
    assert refused.value.rule == rule


def test_the_same_report_is_ordered_once_until_it_ends(demo: None) -> None:
    first = order()
    with pytest.raises(Refusal) as refused:
        order()
    assert refused.value.rule == "ordered-already"
    schedules.end(person(UNION), first, timezone.now())
    assert archive.draw_up_due(timezone.now()) == 0
    order()


def test_a_hotline_reports_to_its_union_unless_somebody_decided_otherwise(demo: None) -> None:
    now = timezone.now()
    assert schedules.order_usual(now) == 1
    usual = ScheduledReport.objects.get()
    head = directory().unit_by_code(HEAD_OFFICE)
    assert head is not None
    assert (usual.kind, usual.unit, usual.rhythm, usual.duty) == ("statistics", head.id, "month", "union_officer")
    assert schedules.order_usual(now) == 0
    schedules.end(person(UNION), usual, now)
    assert schedules.order_usual(now) == 0


def test_without_a_chinese_font_the_workbook_is_archived_alone(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> fonts.PrintFonts:
        raise fonts.FontMissing

    monkeypatch.setattr("shouwen.printing.typesetting.print_fonts", none)
    report = drawn()
    assert report.pdf is None
    assert report.pdf_digest == ""
    assert list(archive.differences()) == []


# --- shouwen verify -------------------------------------------------------------------------------------------------------


@pytest.fixture
def unguarded() -> Iterator[None]:
    """As one who owns the database could do it past the program."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE insight_archivedreport DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE insight_archivedreport ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    "change",
    [
        {"workbook": b"x"},
        {"pdf": b"x"},
        {"figures": "{}"},
        {"made_by": 7},
        {"delivered_to": []},
        {"workbook_digest": "0"},
    ],
)
def test_verify_names_a_report_that_was_altered(committed_db: None, unguarded: None, change: dict[str, object]) -> None:
    load.load(complaints=5)
    report = drawn()
    assert verify([]) == 0
    ArchivedReport.objects.filter(id=report.id).update(**change)
    assert {each.complaint for each in archive.differences()} == {f"report {report.id}"}
    assert verify([]) == 1


def test_verify_notices_a_report_that_is_gone(committed_db: None, unguarded: None) -> None:
    load.load(complaints=5)
    schedule = order(months=3)
    archive.draw_up_due(timezone.now())
    before = schedule.reports.order_by("first")[0]
    ArchivedReport.objects.filter(id=before.id).delete()
    assert len(list(archive.differences())) == 1


# --- Pages ----------------------------------------------------------------------------------------------------------------


def test_the_union_finds_it_among_its_tasks_signs_for_it_and_the_copy_is_on_record(demo: None) -> None:
    report, client = drawn(), signed_in(UNION)
    assert "份定期报送的报表待您签收" in client.get("/tasks/").content.decode()
    page = client.get(f"/reports/{report.id}/").content.decode()
    assert report.workbook_digest in page
    file = client.get(f"/reports/{report.id}/report.xlsx")
    assert file.content == bytes(report.workbook)
    look = ReportLook.objects.get()
    assert (look.report_id, look.form, look.by) == (report.id, "xlsx", person(UNION).id)
    client.post(f"/reports/{report.id}/receive/")
    assert ReportReceipt.objects.get().by == person(UNION).id
    shown = signed_in(SUPERVISOR).get("/reports/").content.decode()
    assert "吴国华" in shown


def test_a_look_at_the_head_of_the_address_is_no_copy(demo: None) -> None:
    report = drawn()
    signed_in(UNION).head(f"/reports/{report.id}/report.xlsx")
    assert not ReportLook.objects.exists()


@pytest.mark.parametrize("path", ["", "report.xlsx", "report.pdf"])
def test_a_report_out_of_reach_is_not_there(demo: None, path: str) -> None:
    report = drawn()
    assert signed_in(BRANCH_UNION).get(f"/reports/{report.id}/{path}").status_code == 404
    assert signed_in(AGENT).get(f"/reports/{report.id}/{path}").status_code in {302, 403}
    assert not ReportLook.objects.exists()


def test_a_branch_gets_its_own_and_the_superior_reads_it(demo: None) -> None:
    report = drawn(who=BRANCH_UNION, unit=BRANCH)
    for who in (BRANCH_UNION, UNION):
        assert signed_in(who).get(f"/reports/{report.id}/").status_code == 200
    assert report in archive.to_receive(person(BRANCH_UNION))
    assert report not in archive.to_receive(person(UNION))


def test_a_form_with_mistakes_comes_back_with_what_was_typed(demo: None) -> None:
    typed = {"kind": "return", "unit": "x", "rhythm": "quarter", "duty": "union_officer", "since": "2026-99-99"}
    answer = signed_in(SUPERVISOR).post("/reports/order/", typed)
    assert answer.status_code == 422
    assert "2026-99-99" in answer.content.decode()
    assert not ScheduledReport.objects.exists()


def test_ordering_on_the_page_makes_a_schedule(demo: None) -> None:
    unit = directory().unit_by_code(HEAD_OFFICE)
    assert unit is not None
    typed = {"kind": "return", "unit": unit.id, "rhythm": "quarter", "duty": "union_officer", "since": "2026-01-01"}
    assert signed_in(SUPERVISOR).post("/reports/order/", typed).status_code == 302
    schedule = ScheduledReport.objects.get()
    assert (schedule.kind, schedule.rhythm, schedule.to_unit) == ("return", "quarter", unit.id)
    signed_in(SUPERVISOR).post(f"/reports/schedules/{schedule.id}/end/")
    schedule.refresh_from_db()
    assert schedule.ended_at is not None


def test_the_archive_asks_as_much_of_many_reports_as_of_few(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for memory in (calendar, organisation):  # whether what is remembered still stands is asked once a second
        monkeypatch.setattr(memory, "FRESH_FOR", 3600.0)
    client = signed_in(UNION)

    def asked() -> int:
        with CaptureQueriesContext(connection) as made:
            client.get("/reports/")
        return sum("stamp" not in each["sql"] for each in made.captured_queries)  # asked for now and then

    order(months=1)
    archive.draw_up_due(timezone.now())
    asked()
    few = asked()
    order(months=6, kind=Kind.INSPECTION)
    archive.draw_up_due(timezone.now())
    assert asked() == few


@pytest.mark.parametrize("kind", ["inspection", "return"])
def test_a_report_as_it_stands_is_a_page_a_workbook_and_a_pdf(demo: None, kind: str) -> None:
    client = signed_in(UNION)
    assert client.get(f"/reports/now/{kind}/").status_code == 200
    assert client.get(f"/reports/now/{kind}.xlsx").content.startswith(b"PK")
    assert client.get(f"/reports/now/{kind}.pdf").content.startswith(b"%PDF-")
    assert client.get(f"/reports/now/{kind}.docx").status_code == 404
    assert client.get("/reports/now/gossip/").status_code == 404


def test_the_statistics_page_has_a_pdf(demo: None) -> None:
    client = signed_in(AUDITOR)
    assert "/reports/now/statistics.pdf?" in client.get("/statistics/").content.decode()
    assert client.get("/reports/now/statistics.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize("typed", ["abc", "9999-12-31", "0001-01-01", "2026-02-30"])
def test_a_date_that_makes_no_sense_shows_the_usual_period(demo: None, typed: str) -> None:
    client = signed_in(UNION)
    for path in ("return/", "inspection/", "return.pdf"):
        assert client.get(f"/reports/now/{path}", {"from": typed, "until": typed}).status_code == 200
