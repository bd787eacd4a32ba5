"""Keeps one child process alive no longer than its parent. Run by path, with the standard library only.

    python -I -S shim.py --watch FD --signal NAME --grace SECONDS [--remove FOLDER] -- PROGRAM ARGUMENTS…

FD is the read end of a pipe whose write end the parent holds. When the parent closes it, or dies in any way (kill -9
too, because the kernel closes it then), the whole process group of the child gets the signal, and after the grace
period SIGKILL. The exit code is the child's.
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def watch(
    parent: int, program: list[str], stop_signal: signal.Signals, grace: float, remove: str | None, keep: list[int]
) -> int:
    """Runs the program until it ends or the parent goes; returns its exit code (128 + signal when it was killed)."""
    wake, poke = os.pipe()
    os.set_blocking(poke, False)
    signal.set_wakeup_fd(poke, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    child = subprocess.Popen(program, start_new_session=True, preexec_fn=_die_with_me(stop_signal), pass_fds=keep)
    for descriptor in keep:
        os.close(descriptor)
    deadline: float | None = None
    while child.poll() is None:
        wait = None if deadline is None else max(0.0, deadline - time.monotonic())
        watched = [wake, parent] if deadline is None else [wake]
        ready, _, _ = select.select(watched, [], [], wait)
        if not ready:
            _signal_group(child.pid, signal.SIGKILL)
            child.wait()
            break
        told = set(os.read(wake, 64)) if wake in ready else set()
        if deadline is None and (parent in ready or told & {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}):
            _signal_group(child.pid, stop_signal)
            deadline = time.monotonic() + grace
    # What the child itself started and left behind (granian's workers after a kill -9 of granian) goes with it.
    _signal_group(child.pid, signal.SIGKILL)
    if remove:
        shutil.rmtree(remove, ignore_errors=True)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _die_with_me(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """On Linux the kernel signals the child when this shim itself is killed with -9."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return  # everybody in the group has gone already: that is what was wanted


def main(arguments: list[str]) -> int:
    split = arguments.index("--")
    options = dict(zip(arguments[:split:2], arguments[1:split:2], strict=True))
    return watch(
        parent=int(options["--watch"]),
        program=arguments[split + 1 :],
        stop_signal=signal.Signals[options["--signal"]],
        grace=float(options["--grace"]),
        remove=options.get("--remove"),
        keep=[int(number) for number in options.get("--keep", "").split(",") if number],
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
