"""机构人员导入: from a file to a plan that can be looked at, and from the plan to the rows, all or nothing."""

from shouwen.organisation.importing.plan import Plan, PlannedRow, RowState
from shouwen.organisation.importing.planning import plan_import
from shouwen.organisation.importing.reading import LARGEST, Table, read_tables
from shouwen.organisation.importing.workbooks import rejects, template
from shouwen.organisation.importing.writing import write

__all__ = [
    "LARGEST",
    "Plan",
    "PlannedRow",
    "RowState",
    "Table",
    "plan_import",
    "read_tables",
    "rejects",
    "template",
    "write",
]
