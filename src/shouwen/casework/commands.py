"""The operator's commands that belong to casework; `cli.COMMANDS` names them."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from django.db import connections
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shouwen.casework.processes import spread
from shouwen.casework.rebuild import Rebuilt, rebuild_range
from shouwen.casework.verify import Difference, Verified, id_range, verify_range

T = TypeVar("T")

CHUNK = 20_000
"""Complaints that one process takes at a time, unless told."""
SHOWN = 100
"""Differences that are printed one by one; the rest are counted."""


def verify(arguments: Sequence[str]) -> int:
    """核验: replay all journals. Returns 0 when nothing differs, 1 when something does."""
    parser = argparse.ArgumentParser(
        prog="shouwen verify", description="重放全部日志并比对 · replay every journal and compare"
    )
    started = time.perf_counter()
    total = Verified()
    for part in _of_all_complaints(verify_range, parser, arguments):
        total.complaints += part.complaints
        total.entries += part.entries
        total.differences.extend(part.differences)
    seconds = time.perf_counter() - started
    _name(total.differences)
    rate = total.entries / seconds if seconds else 0
    print(
        f"已核验 {total.complaints} 件投诉、{total.entries} 条日志，发现 {len(total.differences)} 处不符。\n"
        f"Verified {total.complaints:,} complaints and {total.entries:,} journal entries in {seconds:.1f} s "
        f"({rate:,.0f} entries/s): {len(total.differences)} differences."
    )
    return 1 if total.differences else 0


def rebuild(arguments: Sequence[str]) -> int:
    """重建: write rows and search words anew from their journals. Returns 1 when a journal itself is not whole."""
    parser = argparse.ArgumentParser(
        prog="shouwen rebuild",
        description="按日志重写与之不符的投诉记录和检索词，日志本身不动"
        " · write complaints and search words that differ anew from their journals, which stay as they are",
    )
    total = Rebuilt()
    for part in _of_all_complaints(rebuild_range, parser, arguments):
        total.complaints += part.complaints
        total.left.extend(part.left)
    _name(total.left)
    print(
        f"已按日志重建 {total.complaints} 件投诉，{len(total.left)} 处不符无法由日志改正。\n"
        f"Rebuilt {total.complaints:,} complaints from their journals; {len(total.left)} differences are not the rows' alone."
    )
    return 1 if total.left else 0


def _name(differences: Sequence[Difference]) -> None:
    for difference in differences[:SHOWN]:
        where = f" #{difference.seq}" if difference.seq else ""
        print(f"{difference.complaint}{where}: {difference.what.zh} · {difference.what.en}")


def _of_all_complaints(
    work: Callable[[int, int], T], parser: argparse.ArgumentParser, arguments: Sequence[str]
) -> Iterator[T]:
    """What `work` finds in one range of ids after the other, several at a time, with progress on the screen."""
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="同时运行的进程数 · processes at a time"
    )
    parser.add_argument(
        "--chunk", type=int, default=CHUNK, help="一个进程一次处理的投诉数 · complaints that a process takes at a time"
    )
    given = parser.parse_args(arguments)
    lowest, highest = id_range()
    with _progress() as progress:
        bar = progress.add_task(parser.prog, total=max(0, highest - lowest + 1))
        chunk = max(1, given.chunk)
        ranges = [(start, min(start + chunk - 1, highest)) for start in range(lowest, highest + 1, chunk)]
        processes = min(max(1, given.processes), len(ranges))
        if processes > 1:
            connections.close_all()
        for (start, end), part in zip(ranges, spread(partial(_in_range, work), ranges, processes), strict=True):
            progress.advance(bar, end - start + 1)
            yield part


def _in_range(work: Callable[[int, int], T], ends: tuple[int, int]) -> T:
    return work(*ends)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    )
