"""Child processes that cannot outlive this one, whatever kills it (子进程随父进程结束)."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

SHIM = Path(__file__).with_name("shim.py")


class Child:
    """One program under the shim: it ends when it wants, when it is told to, or when this process is gone.

    `stop_signal` is what the program is told; after `grace` seconds it is killed. `keep` are file descriptors that the
    program inherits; `held` are descriptors that only the shim holds (a lock that is free once all is over);
    `remove` is a folder that is deleted at the end.
    """

    def __init__(
        self,
        name: str,
        program: Sequence[str],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = 10.0,
        environment: Mapping[str, str] | None = None,
        output: IO[bytes] | int | None = None,
        keep: Sequence[int] = (),
        held: Sequence[int] = (),
        remove: Path | None = None,
    ) -> None:
        self.name = name
        self.grace = grace
        read, self._write = os.pipe()
        command = [sys.executable, "-I", "-S", str(SHIM), "--watch", str(read), "--signal", stop_signal.name]
        command += ["--grace", str(grace)]
        if keep:
            command += ["--keep", ",".join(map(str, keep))]
        if remove:
            command += ["--remove", str(remove)]
        try:
            self._shim = subprocess.Popen(
                [*command, "--", *program],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output is not None else None,
                env=environment,
                pass_fds=[read, *keep, *held],
                start_new_session=True,  # Ctrl-C reaches the parent first, which stops its children in order
            )
        except BaseException:
            os.close(self._write)
            raise
        finally:
            os.close(read)

    @property
    def pid(self) -> int:
        """The process id of the shim, which leads the child's family."""
        return self._shim.pid

    def ended(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._shim.poll()

    def ask_to_stop(self) -> None:
        """Starts the end without waiting for it, so that several children can end together."""
        if self._write >= 0:
            os.close(self._write)
            self._write = -1

    def stop(self) -> int:
        """Ends the program and returns its exit code."""
        self.ask_to_stop()
        return self._shim.wait(timeout=self.grace + 5)
