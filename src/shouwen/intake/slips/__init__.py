"""来件批量登记: the incoming slips of superior banks and authorities, from a file to live complaints (mission B6)."""

from shouwen.intake.slips.columns import COLUMNS
from shouwen.intake.slips.keeping import Kept, keep, opened
from shouwen.intake.slips.planning import Slip, SlipState, plan, read_slips
from shouwen.intake.slips.registering import is_at_work, leave_to_job, planned, register
from shouwen.intake.slips.workbooks import rejects, template

__all__ = [
    "COLUMNS",
    "Kept",
    "Slip",
    "SlipState",
    "is_at_work",
    "keep",
    "leave_to_job",
    "opened",
    "plan",
    "planned",
    "read_slips",
    "register",
    "rejects",
    "template",
]
