"""Running our programs as the world does: as processes, with a clean environment, found again by a marker."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MARKER = "SHOUWEN_TEST_MARKER"


def environment(data: Path, **more: str) -> dict[str, str]:
    """The caller's environment without any setting of ours or of pytest, on a data folder of its own."""
    kept = {
        name: setting
        for name, setting in os.environ.items()
        if not name.startswith(("SHOUWEN_", "DJANGO_", "PYTEST_")) and name != "DATABASE_URL"
    }
    source = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    return {**kept, "PYTHONPATH": source, "SHOUWEN_DATA_DIR": str(data), MARKER: str(data), **more}


def shouwen(data: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs one `shouwen` command to its end."""
    program = [sys.executable, "-m", "shouwen.cli", *command]
    return subprocess.run(program, env=environment(data, **more), capture_output=True, text=True, timeout=120)


def marked(data: Path) -> list[str]:
    """The command lines of all living processes that descend from a program started with this data folder."""
    mark = f"{MARKER}={data}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it has just ended, or is another user's
    return [line for line in found if line]  # a process that has ended but is not yet collected has no command line


def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether the condition comes to hold. Waits for other processes, never for a moment of our own time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def answer(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Status and body; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers or {})), timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0, ""
