"""The one table that `make bench` prints: figure beside goal, under the machine and the commit it was measured on."""

import os
import platform
import re
import subprocess
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent


class Figure(msgspec.Struct, frozen=True):
    """One line. `met` is None where there is no goal, or nothing was measured."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None


def at_least(what: str, measured: float, goal: float, unit: str) -> Figure:
    return Figure(what, f"{measured:,.0f} {unit}", f"≥ {goal:,.0f}", measured >= goal)


def quantiles(seconds: list[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[len(ordered) // 2], 1000 * ordered[int(len(ordered) * 0.95)]


def at_most(what: str, seconds: list[float], goal_p95: float | None) -> Figure:
    half, most = quantiles(seconds)
    shown = f"p50 {half:.1f} ms, p95 {most:.1f} ms"
    return (
        Figure(what, shown) if goal_p95 is None else Figure(what, shown, f"p95 ≤ {goal_p95:.0f} ms", most <= goal_p95)
    )


def machine(postgres: str) -> list[str]:
    """CPU, cores, memory, Python, PostgreSQL and commit, one line each."""
    processor = _first(Path("/proc/cpuinfo"), r"model name\s*: (.+)") or platform.processor() or platform.machine()
    memory = int(_first(Path("/proc/meminfo"), r"MemTotal:\s*(\d+)") or 0) / 2**20
    commit = _git("rev-parse", "--short=12", "HEAD") or "no commit"
    changed = " + uncommitted changes" if _git("status", "--porcelain", "--untracked-files=no") else ""
    return [
        f"machine  {processor}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}",
        f"with     Python {platform.python_version()}, PostgreSQL {postgres}",
        f"commit   {commit}{changed}",
    ]


def show(lines: list[str], figures: list[Figure]) -> None:
    table = Table("what", "figure", "goal", "met", title="Shouwen", title_justify="left")
    for figure in figures:
        table.add_row(figure.what, figure.figure, figure.goal, {True: "yes", False: "NO", None: ""}[figure.met])
    console = Console(width=120)
    console.print(*lines, sep="\n", highlight=False)
    console.print(table)


def _first(file: Path, pattern: str) -> str | None:
    found = re.search(pattern, file.read_text()) if file.exists() else None
    return found[1] if found else None


def _git(*arguments: str) -> str:
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        return ""
