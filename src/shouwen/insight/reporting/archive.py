"""报表归档: papers drawn up once a period is over, kept with their hashes, signed for by the recipients (mission C1, C2, E7).

A paper is of the institution and the same for all its readers: unlike a page it leaves nothing out for the one who reads it. It says when it
was drawn up, and outcomes change afterwards. Secret complaints are in none.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import msgspec
import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from shouwen.casework.rules import standing_policy
from shouwen.casework.verify import Difference
from shouwen.core.people import Actor, Unit
from shouwen.core.refusal import Refusal, RefusedForNow
from shouwen.core.text import Text
from shouwen.insight import statistics
from shouwen.insight.figures import Period
from shouwen.insight.reporting import schedules
from shouwen.insight.reporting.classified import classified
from shouwen.insight.reporting.inspection import inspection
from shouwen.insight.reporting.models import ArchivedReport, ReportLook, ReportReceipt, ScheduledReport
from shouwen.insight.reporting.pdf import pdf_of
from shouwen.insight.reporting.report import Kind, Report
from shouwen.insight.reporting.returns import regulators_return
from shouwen.insight.reporting.rhythms import closed
from shouwen.insight.reporting.workbook import workbook_of
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.printing.fonts import FontMissing

log = structlog.get_logger()
WORKER = Actor(person=None, system="reports")
LANGUAGE = "zh-hans"
"""Papers are in Chinese, as letters are."""
FORMS = ("xlsx", "pdf")
MOST_VERSIONS = 20
"""Versions of one paper: each is kept for ever with its files. Source: bank-default."""
AT_ONCE = 60
"""Papers that one run of the worker draws up; the next goes on. Source: bank-default."""


def report_of(kind: str, actor: Actor, unit: Unit, period: Period, now: datetime) -> Report:
    """The paper of this kind, as it stands and as this person reads it."""
    match Kind(kind):
        case Kind.INSPECTION:
            return inspection(actor, unit, period, now)
        case Kind.RETURN:
            return regulators_return(actor, unit, period)
        case _:
            return classified(statistics.statistics(actor, unit, period))


def drawn_up(by: str, now: datetime) -> Text:
    """制表: who and when, in the bank's zone."""
    moment = f"{now.astimezone(working_calendar().zone):%Y-%m-%d %H:%M}"
    return Text(f"制表：{by or '系统'} {moment}", f"Drawn up: {by or 'the program'}, {moment}")


def draw_up_due(now: datetime) -> int:
    """Every period of every schedule that is over and has no paper yet, also after days without a worker, `AT_ONCE` at most. Returns how
    many."""
    today, made = working_calendar().local_date(now), 0
    for schedule in ScheduledReport.objects.filter(ended_at=None).order_by("id"):
        done = set(schedule.reports.values_list("first", flat=True))
        for period in closed(schedule.rhythm, schedule.since, today):
            if period.first in done:
                continue
            if made == AT_ONCE:
                return made
            try:
                made += draw_up(schedule, period, now) is not None
            except Refusal as refusal:
                log.warning("report_not_drawn_up", schedule=schedule.id, rule=refusal.rule)
                if isinstance(refusal, RefusedForNow):
                    return made
    return made


@transaction.atomic
def draw_up(
    schedule: ScheduledReport, period: Period, now: datetime, *, by: Actor | None = None
) -> ArchivedReport | None:
    """制表并归档: the next version, by the worker only where there is none yet. All or nothing; two at a time make two versions in turn.

    Refused: a unit that is gone from the organisation, more versions than anybody needs.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"shouwen.report:{schedule.id}"])
    before = schedule.reports.order_by("-id").only("link").first()
    versions = schedule.reports.filter(first=period.first).count()
    if versions and by is None:
        return None
    if versions >= MOST_VERSIONS:
        raise Refusal(
            "too-many-versions",
            Text(
                f"同一期报表最多 {MOST_VERSIONS} 个版本，已归档的不能删除，请使用最近的版本。",
                f"A period has at most {MOST_VERSIONS} versions of a report, for none is ever removed. Use the newest.",
            ),
        )
    unit = directory().unit(schedule.unit)
    if unit is None:
        raise Refusal("unit-unknown", Text("没有这个机构，请停止该报送。", "There is no such unit. End this schedule."))
    report = report_of(schedule.kind, WORKER, unit, period, now)
    drawn = drawn_up(by.person.name if by is not None and by.person else "", now)
    workbook, pdf = workbook_of(report, drawn, LANGUAGE), _pdf(report, drawn, now)
    made = ArchivedReport(
        schedule=schedule,
        first=period.first,
        last=period.last,
        version=versions + 1,
        policy=standing_policy().key,
        made_by=by.id if by is not None else None,
        made_at=now,
        delivered_to=sorted(person.id for person in schedules.recipients(schedule, working_calendar().local_date(now))),
        figures=msgspec.json.encode(report).decode(),
        workbook=workbook,
        workbook_digest=_digest(workbook),
        pdf=pdf,
        pdf_digest=_digest(pdf) if pdf else "",
    )
    made.link = _link(made, before.link if before else "")
    made.save()
    return made


def _pdf(report: Report, drawn: Text, now: datetime) -> bytes | None:
    try:
        return pdf_of(report, drawn, now, LANGUAGE)
    except FontMissing:
        return None


def draw_up_anew(actor: Actor, report: ArchivedReport, now: datetime) -> ArchivedReport:
    """重新制表: a new version with what is on the record now; the old one stays. Refused: a unit out of reach, an ended schedule."""
    if all(unit.id != report.schedule.unit for unit in schedules.units(actor)) or report.schedule.ended_at is not None:
        raise Refusal(
            "not-yours-to-draw-up",
            Text(
                "只有本机构的热线主管或工会专员可以重新制表，且该报送未停止。",
                "The institution's hotline supervisor or union officer draws a report up anew, as long as its schedule runs.",
            ),
        )
    made = draw_up(report.schedule, Period(report.first, report.last), now, by=actor)
    assert made is not None
    return made


def figures_of(report: ArchivedReport) -> Report:
    return msgspec.json.decode(report.figures, type=Report)


def readable(actor: Actor) -> QuerySet[ArchivedReport]:
    """The papers that this person may read, the newest first, without their files."""
    rows = ArchivedReport.objects.filter(schedule__in=schedules.readable(actor)).select_related("schedule", "receipt")
    return rows.defer("workbook", "pdf", "figures").order_by("-first", "-id")


def to_receive(actor: Actor) -> QuerySet[ArchivedReport]:
    """待签收: the newest version of each paper for one of this person's posts that nobody has signed for yet."""
    mine = [each.id for each in schedules.readable(actor) if schedules.is_recipient(actor, each)]
    newer = ArchivedReport.objects.filter(
        schedule=OuterRef("schedule"), first=OuterRef("first"), version__gt=OuterRef("version")
    )
    rows = readable(actor).filter(schedule__in=mine, receipt=None)
    return rows.exclude(Exists(newer))


def receive(actor: Actor, report: ArchivedReport, now: datetime) -> ReportReceipt:
    """签收. The same person again changes nothing. Refused: not a recipient, who drew it up, received by a colleague already."""
    if actor.id is None or not schedules.is_recipient(actor, report.schedule):
        raise Refusal(
            "not-the-recipient",
            Text("这份报表由接收岗位的人员签收。", "Those who hold the duty that it is for sign for this report."),
        )
    if report.made_by is not None and report.made_by in actor.stands_for:
        raise Refusal(
            "own-report",
            Text(
                "自己重新制表的报表由同岗位的同事签收。", "Who drew a report up anew leaves its receipt to a colleague."
            ),
        )
    receipt, is_new = ReportReceipt.objects.get_or_create(report=report, defaults={"by": actor.id, "at": now})
    if not is_new and receipt.by != actor.id:
        person = directory().person(receipt.by)
        name = person.name if person else "?"
        raise Refusal("received-already", Text(f"{name}已经签收，无需重复。", f"{name} has signed for it already."))
    return receipt


def copy_of(actor: Actor, report: ArchivedReport, form: str, now: datetime) -> bytes | None:
    """取件: the file as it was archived; who took it is on record. None where there is no such file."""
    row = ArchivedReport.objects.only("workbook", "pdf").get(id=report.id)
    content = row.workbook if form == "xlsx" else row.pdf
    if content is None or actor.id is None:
        return None
    ReportLook.objects.create(report=report, form=form, by=actor.id, at=now)
    return bytes(content)


# --- shouwen verify -------------------------------------------------------------------------------------------------------


def differences() -> Iterator[Difference]:
    """Papers that are not what their hashes say: a file, a figure or a fact changed, or one gone from among the others."""
    link, schedule = "", 0
    rows = ArchivedReport.objects.order_by("schedule", "id")
    for report in rows.iterator(chunk_size=20):
        if report.schedule_id != schedule:
            link, schedule = "", report.schedule_id
        workbook, pdf = bytes(report.workbook), bytes(report.pdf) if report.pdf is not None else b""
        whole = _digest(workbook) == report.workbook_digest and (_digest(pdf) if pdf else "") == report.pdf_digest
        if not whole:
            yield _difference(report, "文件与归档时的 SHA-256 不符", "a file is not what its SHA-256 says")
        if _link(report, link) != report.link:
            yield _difference(
                report,
                "归档内容被改动，或之前的版本被删除",
                "the archived report was altered, or one before it was removed",
            )
        link = report.link


def _difference(report: ArchivedReport, zh: str, en: str) -> Difference:
    return Difference(f"report {report.id}", report.version, Text(zh, en))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _link(report: ArchivedReport, before: str) -> str:
    """SHA-256 over the paper, its facts and the link of the one before of the same schedule."""
    told = (
        before,
        report.schedule_id,
        report.first,
        report.last,
        report.version,
        report.policy,
        report.made_by,
        report.made_at.timestamp(),
        report.delivered_to,
        _digest(report.figures.encode()),
        report.workbook_digest,
        report.pdf_digest,
    )
    return _digest(msgspec.json.encode(told))
