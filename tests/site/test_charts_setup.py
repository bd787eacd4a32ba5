"""图表库 at set-up: fetched by whatever npm there is, kept whole, and left out with a sentence where it cannot be had."""

import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType

import pytest

from tests.site.processes import ROOT

NPM = """#!/bin/sh
echo "$@" > "{asked}"
{body}
"""
BRINGS = """mkdir -p node_modules/echarts/dist
echo 'export {}' > node_modules/echarts/dist/echarts.esm.min.js
echo licence > node_modules/echarts/LICENSE
echo notice > node_modules/echarts/NOTICE"""


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """install.py with its folders in a place of its own."""
    specification = importlib.util.spec_from_file_location("install_under_test", ROOT / "install.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / "venv")
    monkeypatch.setattr(module, "CHARTS", tmp_path / "charts")
    (tmp_path / "venv").mkdir()
    return module


@pytest.fixture
def npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Puts a program named npm first on the path; a test writes what it does."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "npm"
    program.write_text(NPM.format(asked=tmp_path / "asked", body=BRINGS))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return program


def test_the_library_comes_with_its_licence_and_runs_no_script_of_a_package(
    install: ModuleType, npm: Path, tmp_path: Path
) -> None:
    assert install.fetch_charts(dict(os.environ)) == 0
    assert sorted(path.name for path in install.CHARTS.iterdir()) == [
        "echarts-LICENSE.txt",
        "echarts-NOTICE.txt",
        "echarts.js",
    ]
    assert (tmp_path / "asked").read_text().split()[:2] == ["ci", "--ignore-scripts"]
    assert install.has_charts()
    assert not install.left_out()


@pytest.mark.parametrize("body", ["echo 'npm error code ECONNREFUSED' >&2; exit 1", "exit 0"])
def test_where_it_cannot_be_had_a_sentence_says_so_and_nothing_stops(
    install: ModuleType, npm: Path, tmp_path: Path, body: str, capsys: pytest.CaptureFixture[str]
) -> None:
    npm.write_text(NPM.format(asked=tmp_path / "asked", body=body))
    assert install.fetch_charts(dict(os.environ)) == 1
    assert install.left_out()
    said = capsys.readouterr().out
    assert "没有取得图表库" in said
    assert "Charts are left out" in said
    assert not install.has_charts()


def test_npm_that_never_answers_is_given_up(
    install: ModuleType, npm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "CHART_SECONDS", 0.2)
    npm.write_text(NPM.format(asked=tmp_path / "asked", body="exec sleep 30"))
    assert install.fetch_charts(dict(os.environ)) == 1


def test_what_could_not_be_had_is_not_tried_at_every_start(install: ModuleType) -> None:
    assert not install.left_out()
    (install.VENV / "charts-left-out").write_text(install.chart_fingerprint())
    assert install.left_out()


def test_the_lock_names_no_registry_and_has_a_digest_for_every_package() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert "http" not in text
    assert all(each["integrity"].startswith("sha512-") for name, each in packages.items() if name)
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()
    assert packages[""]["dependencies"] == json.loads((ROOT / "package.json").read_text())["dependencies"]
