"""The papers say what is there: the picture of the stages, links, settings and commands."""

import re
from pathlib import Path

import pytest

from shouwen.cli import COMMANDS
from tests.docs import channels, stages

ROOT = Path(__file__).resolve().parent.parent.parent
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#]+)[^)]*\)")
GUIDES = ("docs/operator-guide.md", "docs/zh/operator-guide.md", "README.md", "README.en.md")


def test_the_picture_of_the_stages_is_what_the_code_does() -> None:
    assert stages.diagram() in stages.PAPER.read_text()


def test_every_command_was_tried_for_the_picture() -> None:
    assert not stages.commands_left_out()


def test_every_channel_of_the_pack_is_described() -> None:
    assert set(channels.DESCRIBED) == {channel.code for channel in channels.POLICY.channels}


@pytest.mark.parametrize("language", channels.PAPERS)
def test_the_table_of_the_channels_is_what_the_pack_and_the_code_say(language: str) -> None:
    """After a change: python -m tests.docs.channels"""
    assert channels.table(language) in channels.PAPERS[language].read_text()


def test_a_setting_that_switches_a_channel_on_is_in_the_list_of_settings() -> None:
    listed = (ROOT / ".env.example").read_text()
    named = {name for way in channels.DESCRIBED.values() for name in getattr(way, "SETTINGS", ())}
    assert {name for name in named if f"\n{name}=" not in listed} == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_a_link_between_papers_leads_somewhere(paper: Path) -> None:
    targets = [target for target in LINK.findall(paper.read_text()) if "://" not in target]
    assert [target for target in targets if not (paper.parent / target).exists()] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_names_only_commands_that_there_are(guide: str) -> None:
    named = set(re.findall(r"bin/shouwen ([a-z]+)", (ROOT / guide).read_text()))
    assert named <= {name for name, command in COMMANDS.items() if command.exists}


def test_the_mission_paper_has_every_row() -> None:
    rows = [
        f"{part}{number}" for part, last in zip("ABCDE", (9, 7, 7, 4, 7), strict=True) for number in range(1, last + 1)
    ]
    found = re.findall(r"^\| ([A-E]\d) ", (ROOT / "docs" / "mission.md").read_text(), re.MULTILINE)
    assert found == rows


def test_a_test_that_the_mission_paper_names_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+)`", (ROOT / "docs" / "mission.md").read_text()))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
