"""Makes .venv and puts the locked packages into it. Called by make; needs nothing but Python's standard library.

    python3 install.py runtime     what `make run` needs
    python3 install.py dev         what `make test` needs as well

A second call with the same lock file returns at once. No file outside this folder changes, but the caches of pip and uv.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}
APT_LINE = "apt-get install -y python3 python3-venv"

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
        if not installed(wanted):
            install(wanted)


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
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    mirror = package_mirror()
    if mirror:
        environment.setdefault("UV_DEFAULT_INDEX", mirror)
    if not cache_is_writable():
        environment.setdefault("UV_CACHE_DIR", str(ROOT / ".cache" / "uv"))
        environment.setdefault("PIP_CACHE_DIR", str(ROOT / ".cache" / "pip"))
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        own = [PYTHON, "-m", "pip"]
        pip = own if (VENV / "bin" / "pip").exists() else [sys.executable, "-m", "pip", "--python", PYTHON]
        pip += ["install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        run([*pip, "--only-binary=:all:", "-r", ROOT / "requirements-uv.lock"], environment)
    command = [uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", ROOT / LOCKS[wanted]]
    run(command, environment)
    # The package itself runs from the source folder; a relative line survives when the whole folder is moved.
    for packages in (VENV / "lib").glob("python3*/site-packages"):
        (packages / "shouwen.pth").write_text("../../../../src\n")
    script = VENV / "bin" / "shouwen"
    script.write_text(COMMAND)
    script.chmod(0o755)
    for name in LOCKS if wanted == "dev" else (wanted,):
        (VENV / f"installed-{name}").write_text(fingerprint(name))


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
