"""`make run` (一条命令运行): database, pages and jobs under one foreground process, for trial and development.

Order: lock the folder → claim a port → PostgreSQL (meanwhile keys, interface texts, static files) → pages → migrations →
jobs → demonstration bank when the database is empty. However this process ends, kill -9 too, everything it started ends.
"""

import argparse
import fcntl
import importlib
import importlib.util
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from shouwen.site import config as settings_file
from shouwen.site.children import Child
from shouwen.site.config import Config
from shouwen.site.messages import compile_messages
from shouwen.site.postgres import EmbeddedPostgres, find_binaries
from shouwen.site.prepare import begin, collect_static, database_is_empty, migrate, set_up_django
from shouwen.site.serve import listen_on_next_free
from shouwen.site.trouble import Trouble

# A package built without the demonstration bank runs as well.
DEMO = "shouwen.demo"
ANSWER_SECONDS = 60.0
LOG_LIMIT = 10_000_000


class Told(BaseException):
    """A signal told us to stop."""


def main(arguments: Sequence[str] = ()) -> int:
    """Runs until Ctrl-C, SIGTERM, or the end of a child; with `--with-parent` also until the parent (make) is gone.

    Refuses a second run in the same folder. Returns the exit code.
    """
    parser = argparse.ArgumentParser(prog="shouwen run", description="一条命令运行全部 · run everything in one process")
    parser.add_argument("--with-parent", action="store_true", help="上级进程结束时停止 · stop when the parent ends")
    parent = os.getppid() if parser.parse_args(arguments).with_parent else None
    config = settings_file.load()
    config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_run(config) as lock_file, stopping_on_signals():
        run = Run(config, lock_file)
        try:
            run.start()
            return run.watch(parent)
        except Told:
            print("\n正在停止… Stopping…", flush=True)
            return 0
        finally:
            run.stop()


@contextmanager
def only_run(config: Config) -> Iterator[TextIO]:
    """Holds the folder's lock; the file says where the run answers, for the person who starts a second one."""
    path = config.data_dir / "run.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            where = file.read().strip()
            raise Trouble(
                f"首问已在此文件夹中运行{f'：{where}' if where else ''}。请先停止它，或用 SHOUWEN_DATA_DIR 另选数据目录。",
                f"Shouwen already runs in this folder{f': {where}' if where else ''}. "
                "Stop it first, or choose another SHOUWEN_DATA_DIR.",
            ) from None
        file.truncate(0)
        yield file


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Signals become `Told`, once. Explicitly, because a shell starts background jobs with SIGINT ignored."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def tell(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Told

    former = {number: signal.signal(number, tell) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class Run:
    """One `make run`: what was started, in the order in which it was."""

    def __init__(self, config: Config, lock_file: TextIO) -> None:
        self.config = config
        self.lock_file = lock_file
        self.database: EmbeddedPostgres | None = None
        self.children: list[Child] = []
        self.loading: Child | None = None
        self.began = time.monotonic()

    def start(self) -> None:
        config = self.config
        claimed = listen_on_next_free(config.host, config.port)
        port = claimed.getsockname()[1]
        everywhere = config.host in ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
        shown = "127.0.0.1" if everywhere else config.host
        self.url = f"http://{shown}:{port}"
        config.make_signing_key()
        # What follows, in this process and in its children, sees one and the same installation.
        os.environ.setdefault("SHOUWEN_BASE_URL", self.url)
        os.environ["SHOUWEN_DATA_DIR"] = str(config.data_dir)
        with ThreadPoolExecutor(1) as beside:
            if config.database_url is None:
                # A trial has no mail server and no gateway: what would go out can be read at /settings/outbox/.
                os.environ.setdefault("SHOUWEN_MESSAGES_ON_SCREEN", "true")
                self.database = EmbeddedPostgres(config.database_home, binaries=find_binaries(config.pg_bin))
                os.environ["DATABASE_URL"] = self.database.url
                started = beside.submit(self.database.start)
            compile_messages()
            set_up_django()
            collect_static(config)
            if self.database:
                started.result()
        self._child("web", "serve", "--fd", str(claimed.fileno()), keep=[claimed.fileno()])
        claimed.close()  # the pages' process has its own copy; when it goes, callers must be refused, not kept waiting
        self.lock_file.write(self.url)
        self.lock_file.flush()
        migrate()
        begin()
        self._child("worker", "worker")
        self._load_demo()
        self._await_answer()
        print(banner(self.url, self.config, time.monotonic() - self.began), flush=True)

    def watch(self, parent: int | None) -> int:
        """Waits for the end of a child, which is a failure, or of the parent."""
        while True:
            time.sleep(0.25)
            if parent is not None and os.getppid() != parent:
                return 1
            if self.database and self.database.ended() is not None:
                raise Trouble(
                    f"数据库已停止，原因见 {self.database.log}。",
                    f"The database has ended; {self.database.log} says why.",
                )
            self._fail_if_ended(self.children)
            if self.loading and (code := self.loading.ended()) is not None:
                self.loading = None
                if code:
                    raise Trouble("演示数据载入失败，原因见上。", "The demonstration bank was not loaded; see above.")

    def stop(self) -> None:
        """Pages and jobs first and together, then the database."""
        running = [*self.children, *([self.loading] if self.loading else [])]
        for child in running:
            child.ask_to_stop()
        for child in running:
            child.stop()
        if self.database:
            self.database.stop()

    def _child(self, name: str, *command: str, keep: Sequence[int] = ()) -> None:
        log = self.config.data_dir / "log" / f"{name}.log"
        log.parent.mkdir(exist_ok=True, mode=0o700)
        mode = "wb" if log.exists() and log.stat().st_size > LOG_LIMIT else "ab"
        with log.open(mode) as output:
            program = [sys.executable, "-m", "shouwen.cli", *command]
            self.children.append(Child(name, program, output=output, keep=keep))

    def _fail_if_ended(self, children: Sequence[Child]) -> None:
        for child in children:
            if (code := child.ended()) is not None:
                log = self.config.data_dir / "log" / f"{child.name}.log"
                last = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
                raise Trouble(
                    f"{child.name} 进程已结束（代码 {code}）。日志 {log} 的最后几行：\n{last}",
                    f"The process {child.name} has ended (code {code}). The last lines of {log} are above.",
                )

    def _load_demo(self) -> None:
        if not has_demo() or not database_is_empty():
            return
        print("正在载入演示数据… Loading the demonstration bank…", flush=True)
        self.loading = Child("demo", [sys.executable, "-m", "shouwen.cli", "demo", "load"])

    def _await_answer(self) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            self._fail_if_ended(self.children)
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):  # noqa: S310 - an address of our own
                    return
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                time.sleep(0.05)
        raise Trouble(
            f"网页服务在 {ANSWER_SECONDS:.0f} 秒内没有应答，见 {self.config.data_dir / 'log' / 'web.log'}。",
            f"The pages did not answer within {ANSWER_SECONDS:.0f} seconds; see {self.config.data_dir / 'log'}.",
        )


def has_demo() -> bool:
    return importlib.util.find_spec(DEMO) is not None and importlib.util.find_spec(f"{DEMO}.command") is not None


def banner(url: str, config: Config, seconds: float) -> str:
    lines = [
        "",
        f"  首问 Shouwen  →  {url}",
        f"  用时 {seconds:.1f} 秒 · 日志 {config.data_dir / 'log'} · 按 Ctrl-C 停止",
        f"  Ready in {seconds:.1f} s · logs in {config.data_dir / 'log'} · Ctrl-C stops everything",
    ]
    if has_demo():
        lines += ["", "  演示账号 Demo accounts:", importlib.import_module(f"{DEMO}.command").accounts()]
    return "\n".join([*lines, ""])
