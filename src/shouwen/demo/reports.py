"""定期报送 of the demo bank: the head office's hotline reports to the union every month, the union has its returns every quarter.

Ordered through the door of the reports room, drawn up as the worker does; what is older the union has signed for.
"""

from datetime import date, datetime, timedelta

from shouwen.core.duties import Duty
from shouwen.core.people import Actor
from shouwen.insight.reporting import archive, schedules
from shouwen.insight.reporting.models import Rhythm
from shouwen.insight.reporting.report import Kind
from shouwen.insight.reporting.rhythms import last_closed
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

MONTHS = 3
HEAD_OFFICE, BRANCH = "100000", "110000"
SUPERVISOR, UNION, BRANCH_UNION = "100110", "100201", "110201"


def order_reports(until: datetime) -> None:
    """Order the reports as if some months ago, so that there is an archive to look at."""
    today = working_calendar().local_date(until)
    month = last_closed(Rhythm.MONTH, today)
    for _ in range(MONTHS - 1):
        month = last_closed(Rhythm.MONTH, month.first)
    quarter = last_closed(Rhythm.QUARTER, today).first
    _order(SUPERVISOR, Kind.STATISTICS, HEAD_OFFICE, Rhythm.MONTH, month.first, until)
    _order(UNION, Kind.RETURN, HEAD_OFFICE, Rhythm.QUARTER, quarter, until)
    _order(UNION, Kind.INSPECTION, HEAD_OFFICE, Rhythm.QUARTER, quarter, until)
    _order(BRANCH_UNION, Kind.INSPECTION, BRANCH, Rhythm.MONTH, today - timedelta(days=today.day), until)
    archive.draw_up_due(until)
    for report in archive.to_receive(_actor(UNION, until)):
        if report.first < last_closed(Rhythm.MONTH, today).first and report.schedule.rhythm == Rhythm.MONTH:
            archive.receive(_actor(UNION, until), report, until)


def _actor(who: str, until: datetime) -> Actor:
    staff = Staff.objects.get(employee_no=who)
    return directory().actor_for(staff, on=working_calendar().local_date(until))


def _order(who: str, kind: Kind, unit: str, rhythm: Rhythm, since: date, until: datetime) -> None:
    schedules.order(_actor(who, until), kind, directory().unit_by_code(unit), rhythm, Duty.UNION_OFFICER, since, until)
