"""`shouwen import activity` and `shouwen import denominators`: what the bank sets beside the figures."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import xlsxwriter
from django.utils import timezone

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.insight import activity, denominators
from shouwen.insight.loading import Loading, Plan, load, read_rows, write_rejects
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.importing.plan import Column
from shouwen.organisation.importing.workbooks import write_headings, write_line

SHOWN = 20


class Door(msgspec.Struct, frozen=True):
    """One kind of file."""

    kind: str
    title: Text
    columns: tuple[Column, ...]
    examples: tuple[tuple[str, ...], ...]
    plan: Plan


ACTIVITY = Door(
    activity.KIND, Text("客户去留", "Customer activity"), activity.COLUMNS, activity.EXAMPLES, activity.plan
)
DENOMINATORS = Door(
    denominators.KIND,
    Text("网点和客户数", "Outlets and customers"),
    denominators.COLUMNS,
    denominators.EXAMPLES,
    denominators.plan,
)


def import_activity(arguments: Sequence[str]) -> int:
    """导入客户去留. Returns 1 when rows were rejected."""
    return _run(ACTIVITY, arguments)


def import_denominators(arguments: Sequence[str]) -> int:
    """导入网点和客户数. Returns 1 when rows were rejected."""
    return _run(DENOMINATORS, arguments)


def _run(door: Door, arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog=f"shouwen import {door.kind}", description=f"导入{door.title.zh} · import: {door.title.en}"
    )
    parser.add_argument("file", type=Path, nargs="?", help=".csv .xlsx .xls")
    parser.add_argument("--preview", action="store_true", help="只检查，不写入 · check, write nothing")
    parser.add_argument("--rejects", type=Path, help="未导入的行写到此文件 · where rejected rows go")
    parser.add_argument("--template", type=Path, help="输出空白模板 .xlsx · write an empty template")
    given = parser.parse_args(arguments)
    if given.template:
        return _template(door, given.template)
    if given.file is None:
        parser.print_usage(sys.stderr)
        return 2
    content, today = _content(given.file), working_calendar().local_date(timezone.now())
    loading = _checked(door, content, today) if given.preview else _loaded(door, given.file.name, content, today)
    rejects = given.rejects or given.file.with_name(f"{given.file.name}.rejects.csv")
    if loading.rejected:
        write_rejects(rejects, door.columns, loading.rejected)
    _tell(loading, rejects, preview=given.preview)
    return 1 if loading.rejected else 0


def _checked(door: Door, content: bytes, today: date) -> Loading:
    return door.plan(read_rows(content, door.columns), today, None)


def _loaded(door: Door, name: str, content: bytes, today: date) -> Loading:
    return load(door.kind, name, content, door.columns, door.plan, today)


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


def _tell(loading: Loading, rejects: Path, *, preview: bool) -> None:
    for row in loading.rejected[:SHOWN]:
        for why in row.reasons:
            print(f"第 {row.number} 行：{why.zh} · row {row.number}: {why.en}")
    done = Text("仅检查，未写入", "Checked, nothing written") if preview else Text("已写入", "Written")
    print(
        f"{done.zh}：读取 {loading.rows} 行，新增 {loading.new}，变更 {loading.changed}，不变 {loading.unchanged}，"
        f"未导入 {len(loading.rejected)}。\n"
        f"{done.en}: {loading.rows:,} rows read, {loading.new:,} new, {loading.changed:,} changed, "
        f"{loading.unchanged:,} unchanged, {len(loading.rejected):,} rejected."
    )
    if loading.rejected:
        print(f"未导入的行及原因 · rejected rows and why: {rejects}")


def _template(door: Door, path: Path) -> int:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(door.title.zh)
        write_headings(
            sheet,
            door.columns,
            "zh-hans",
            head=book.add_format({"bold": True, "bg_color": "#E1EFF0", "border": 1}),
            cells=book.add_format({"num_format": "@"}),
        )
        for number, example in enumerate(door.examples, 1):
            write_line(sheet, number, example)
    print(f"已写入模板，导入前请删去示例行 · template written, delete its examples before you import: {path}")
    return 0
