"""`shouwen import`: complaints, the organisation, or an empty template."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import xlsxwriter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shouwen.core.people import Unit, UnitKind
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake.bulk.mapping import Mapping, load_mapping, require_headings, shipped
from shouwen.intake.bulk.reading import headings_of, rows_of
from shouwen.intake.bulk.rows import Reader, Taken
from shouwen.intake.bulk.run import Reject, Rejects, Summary, run
from shouwen.organisation.commands import import_organisation
from shouwen.organisation.directory import directory

WIDE = 100
MANY = 10_000
"""Rows from which several processes are worth their start."""


def main(arguments: Sequence[str]) -> int:
    """导入: `complaints FILE`, `organisation FILE`, `template [FILE]`. Returns 1 when rows were rejected."""
    kinds = {"complaints": import_complaints, "organisation": import_organisation, "template": write_template}
    if not arguments or arguments[0] not in kinds:
        print(
            "用法 usage: shouwen import complaints|organisation|template|activity|denominators [--help]",
            file=sys.stderr,
        )
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    return kinds[arguments[0]](arguments[1:])


def import_complaints(arguments: Sequence[str]) -> int:
    """导入投诉 from CSV or Excel by a mapping. The same file twice adds nothing; after an interruption, run it again."""
    given = _parsed(arguments)
    mapping = load_mapping(given.mapping)
    headings = headings_of(given.file, given.sheet)
    require_headings(mapping, headings)
    unit = _receiving_unit(given.unit)
    if given.preview is not None:
        _preview(given, mapping, Reader(mapping, directory(), unit.id), unit)
    total = sum(1 for _ in rows_of(given.file, given.sheet))
    rejects = given.rejects or given.file.with_name(f"{given.file.name}.rejects.csv")
    with _progress() as bars, closing(_Later(rejects, headings)) as reject:
        bar = bars.add_task("导入 importing", total=total, rate="")

        def progress(summary: Summary) -> None:
            rate = summary.read / summary.seconds if summary.seconds else 0
            bars.update(bar, completed=summary.read, rate=f"{rate:,.0f}/s")

        try:
            summary = run(
                rows_of(given.file, given.sheet),
                mapping,
                unit.id,
                reject=reject,
                progress=progress,
                writes=given.preview is None,
                processes=given.processes or (1 if total < MANY else os.cpu_count() or 1),
            )
        except KeyboardInterrupt:
            print(
                "已中断：写完的批次保留。再次运行同一命令即可继续。\n"
                "Interrupted: finished batches stay. Run the same command again to go on.",
                file=sys.stderr,
            )
            return 130
    _tell(summary, rejects if reject.used else None, preview=given.preview is not None)
    return 1 if summary.rejected else 0


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="shouwen import complaints", description="导入投诉 · import complaints")
    parser.add_argument("file", type=Path, help=".csv .csv.gz .xlsx .xls")
    parser.add_argument(
        "--mapping", default="shouwen", help=f"列映射 · the mapping: {', '.join(shipped())}, 或 or FILE.yaml"
    )
    parser.add_argument("--sheet", help="工作表名 · name of the sheet")
    parser.add_argument(
        "--preview", nargs="?", type=int, const=20, help="只检查并显示前几行，不写入 · check and show, write nothing"
    )
    parser.add_argument("--unit", help="受理机构号 · code of the receiving unit")
    parser.add_argument("--rejects", type=Path, help="未导入的行写到此文件 · where rejected rows go")
    parser.add_argument(
        "--processes",
        type=int,
        help="同时运行的进程数，缺省时大文件用全部核心 · processes; all cores for a large file unless told",
    )
    return parser.parse_args(arguments)


def _receiving_unit(code: str | None) -> Unit:
    units = directory().open_units()
    if code:
        unit = directory().unit_by_code(code)
    else:
        unit = next((each for each in units if each.kind is UnitKind.HOTLINE), units[0] if units else None)
    if unit is None:
        raise Refusal(
            "unit-unknown",
            Text(
                f"没有机构“{code or ''}”。请先导入机构人员，再用 --unit 指定受理机构号。",
                f"There is no unit “{code or ''}”. Import the organisation first, then name the unit with --unit.",
            ),
        )
    return unit


class _Later:
    """The rejects file, made only when there is a reject."""

    def __init__(self, path: Path, headings: list[str]) -> None:
        self._path, self._headings = path, headings
        self._file: Rejects | None = None

    @property
    def used(self) -> bool:
        return self._file is not None

    def __call__(self, reject: Reject) -> None:
        if self._file is None:
            self._file = Rejects(self._path, self._headings)
        self._file(reject)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _preview(given: argparse.Namespace, mapping: Mapping, reader: Reader, unit: Unit) -> None:
    print(f"{mapping.title.zh} · {mapping.title.en} → {unit.code} {unit.name}")
    for place, (number, cells) in enumerate(rows_of(given.file, given.sheet)):
        if place >= given.preview:
            break
        found = reader.read(cells)
        if isinstance(found, Taken):
            command = found.command
            end = "已办结 ended" if found.end else "在办 open"
            print(
                f"{number:>6}  {command.received_at:%Y-%m-%d}  {command.channel:<12} {command.class_:<16} {end}  ",
                end="",
            )
            print(command.subject[:WIDE])
        else:
            print(f"{number:>6}  ✗ {'；'.join(reason.zh for reason in found)} · {'; '.join(r.en for r in found)}")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
    )


def _tell(summary: Summary, rejects: Path | None, *, preview: bool) -> None:
    rate = summary.read / summary.seconds if summary.seconds else 0
    done = Text("检查完毕，未写入", "checked, nothing written") if preview else Text("导入完毕", "imported")
    print(
        f"{done.zh}：读取 {summary.read} 行，新增 {summary.new} 件，已存在 {summary.known} 件，未导入 {summary.rejected} 行，"
        f"用时 {summary.seconds:.1f} 秒（{rate:,.0f} 行/秒）。\n"
        f"{done.en}: {summary.read:,} rows read, {summary.new:,} new, {summary.known:,} already there, "
        f"{summary.rejected:,} rejected, in {summary.seconds:.1f} s ({rate:,.0f} rows/s)."
    )
    if rejects is not None:
        print(f"未导入的行及原因 · rejected rows and why: {rejects}")


def write_template(arguments: Sequence[str]) -> int:
    """导入模板: an Excel file with the headings of our own mapping and one example."""
    path = Path(arguments[0] if arguments else "shouwen-import.xlsx")
    mapping = load_mapping("shouwen")
    columns = dict.fromkeys(
        column
        for rule in (*mapping.fields.values(), *mapping.details.values(), *mapping.facts["visit"].values())
        for column in rule.columns
    )
    headings = [mapping.key, *columns, "渠道说明", "受理机构号", "状态", "处理结果", "办结日期"]
    example = {
        "原编号": "2025-0001",
        "接到时间": "2025-03-18 10:20",
        "受理渠道": "电话",
        "标题": "示例：柜台排队时间过长",
    }
    example |= {
        "投诉内容": "示例行，导入前请删除。",
        "投诉人姓名": "张三",
        "联系电话": "13800000000",
        "分类": "服务态度",
    }
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("投诉")
        bold = book.add_format({"bold": True})
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, bold)
            sheet.write_string(1, place, example.get(heading, ""))
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    print(f"已写入模板 · template written: {path}")
    return 0
