"""The operator's commands that belong to the organisation; `cli.COMMANDS` names them."""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation import passwords
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.importing import Plan, RowState, plan_import, read_tables, rejects, write
from shouwen.organisation.models import Staff

SHOWN = 50

log = logging.getLogger("shouwen.organisation")


def password_code(arguments: Sequence[str]) -> int:
    """密码设置码 of one person, printed once: how the first administrator of a new bank gets in.

    Refuses a number that nobody in service has. The code is that of the person's page: three days, one use.
    """
    parser = argparse.ArgumentParser(
        prog="shouwen password", description="生成密码设置码 · make a code with which a person sets a password"
    )
    parser.add_argument("employee_no", metavar="NUMBER", help="工号 · employee number")
    number = parser.parse_args(arguments).employee_no
    staff = Staff.objects.filter(employee_no=number, is_active=True).first()
    if staff is None:
        raise Refusal(
            "no-such-person",
            Text(
                f"没有工号为 {number} 的在用人员。请核对工号，或先用 shouwen import organisation 导入机构人员。",
                f"Nobody in service has the number {number}. Check it, or import the staff first: shouwen import organisation.",
            ),
        )
    code = passwords.make_code(staff.pk, timezone.now())
    log.info("password code made for staff %s at the command line", staff.pk)
    print(
        f"{staff.name}（{number}）的密码设置码：{code}\n三天内有效，只能用一次。请本人打开 {settings.SHOUWEN_BASE_URL}/password/ 设置密码。\n"
        f"Code of {staff.name} ({number}): {code}\n"
        f"Good for three days and one use. Its owner opens {settings.SHOUWEN_BASE_URL}/password/ and sets a password."
    )
    return 0


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
