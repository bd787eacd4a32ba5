"""The operator's commands that belong to the organisation; `cli.COMMANDS` names them."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.importing import Plan, RowState, plan_import, read_tables, rejects, write

SHOWN = 50


def import_organisation(arguments: Sequence[str]) -> int:
    """导入机构人员 from a file. Returns 0 when every row was good, 1 when some were left out; nothing is written with --preview."""
    parser = argparse.ArgumentParser(
        prog="shouwen import organisation", description="导入机构人员 · import units and staff"
    )
    parser.add_argument("file", type=Path, help=".xlsx .xls .csv")
    parser.add_argument("--preview", action="store_true", help="只预览，不写入 · show what would happen, write nothing")
    parser.add_argument("--rejects", type=Path, help="把有问题的行写入此 .xlsx 文件 · write bad rows to this .xlsx")
    given = parser.parse_args(arguments)
    tables = read_tables(_content(given.file))
    today = working_calendar().local_date(timezone.now())
    plan = plan_import(tables, today) if given.preview else write(tables, today)
    _print(plan, written=not given.preview)
    bad = plan.counts()[RowState.BAD]
    if bad and given.rejects:
        given.rejects.write_bytes(rejects(plan))
    return 1 if bad else 0


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Refusal(
            "no-such-file",
            Text(
                f"打不开文件 {path}，请核对路径和权限。",
                f"The file {path} cannot be read. Check its path and permissions.",
            ),
        ) from None


def _print(plan: Plan, *, written: bool) -> None:
    bad = [row for row in plan.rows if row.bad]
    for row in bad[:SHOWN]:
        sheet = row.subject.label
        for why in (problem.why for problem in row.problems):
            print(f"{sheet.zh}第 {row.number} 行：{why.zh}\n{sheet.en}, row {row.number}: {why.en}")
    if len(bad) > SHOWN:
        print(f"…… 另有 {len(bad) - SHOWN} 行 · and {len(bad) - SHOWN} more")
    counts = plan.counts()
    print(
        "　".join(f"{state.label.zh} {counts[state]}" for state in RowState),
        "已写入。" if written else "仅预览，未写入。",
    )
    print(
        ", ".join(f"{state.label.en} {counts[state]}" for state in RowState),
        "Written." if written else "Preview only; nothing written.",
    )
