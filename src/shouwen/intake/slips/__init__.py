"""来件批量登记: the incoming slips of superior banks and authorities, from a file to live complaints (mission B6)."""

from shouwen.intake.slips.columns import COLUMNS
from shouwen.intake.slips.planning import Slip, SlipState, plan, read_slips
from shouwen.intake.slips.workbooks import rejects, template

__all__ = ["COLUMNS", "Slip", "SlipState", "plan", "read_slips", "rejects", "template"]
