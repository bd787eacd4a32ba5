"""定期报送 of the demo bank: the head office's hotline reports to the union every month, the union has its returns every quarter.

Ordered through the door of the reports room; the worker draws up the periods that are over.
"""

from datetime import date, datetime, timedelta

from shouwen.core.duties import Duty
from shouwen.insight.reporting import schedules
from shouwen.insight.reporting.models import Rhythm
from shouwen.insight.reporting.report import Kind
from shouwen.insight.reporting.rhythms import last_closed
from shouwen.insight.tasks import draw_up_soon
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
    draw_up_soon()


def _order(who: str, kind: Kind, unit: str, rhythm: Rhythm, since: date, until: datetime) -> None:
    staff = Staff.objects.get(employee_no=who)
    actor = directory().actor_for(staff, on=working_calendar().local_date(until))
    schedules.order(actor, kind, directory().unit_by_code(unit), rhythm, Duty.UNION_OFFICER, since, until)
