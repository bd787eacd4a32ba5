"""The desk's design language: contrast, icons, strict CSP, Chinese for every word. Read from the files, without a browser."""

import re
from pathlib import Path

import polib
import pytest

DESK = Path(__file__).resolve().parents[2] / "src" / "shouwen" / "desk"
STATIC = DESK / "static" / "desk"
TEMPLATES = sorted((DESK / "templates").rglob("*.html"))
PYTHON = sorted(DESK.rglob("*.py"))
AA_TEXT = 4.5
AA_CONTROL = 3.0
TEXT_ON_GROUND = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "ground", "sunk")),
    *((ink, ground) for ink in ("accent", "late", "near") for ground in ("paper", "ground")),
    *((tone, f"{tone}-soft") for tone in ("ok", "near", "late", "done", "info")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("accent", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("ink", "accent-soft"),
    ("ink-3", "accent-soft"),
    ("ink-2", "late-soft"),
    ("ink", "late-soft"),
    ("paper", "ink"),
    ("seal-ink", "seal"),
]
CONTROLS_ON_GROUND = [("control", "paper"), ("control", "ground"), ("accent", "paper")]


def themes() -> dict[str, dict[str, str]]:
    light, dark = (STATIC / "tokens.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    tokens = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    found = dict(tokens.findall(light))
    return {"light": found, "dark": {**found, **dict(tokens.findall(dark.split("@media")[0]))}}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [(*pair, AA_TEXT) for pair in TEXT_ON_GROUND] + [(*pair, AA_CONTROL) for pair in CONTROLS_ON_GROUND],
)
def test_every_pair_of_colours_that_meets_can_be_read(theme: str, front: str, back: str, least: float) -> None:
    tokens = themes()[theme]
    assert contrast(tokens[front], tokens[back]) >= least


def test_no_colour_stands_outside_the_tokens() -> None:
    allowed = {"#ffffff", "#000000"}  # paper and ink of a printed slip, whatever the screen's theme
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "tokens.css":
            assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text(encoding="utf-8"))) <= allowed, sheet.name


def test_templates_keep_the_strict_content_security_policy() -> None:
    forbidden = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)|javascript:|https?://", re.IGNORECASE)
    for template in TEMPLATES:
        assert not forbidden.search(template.read_text(encoding="utf-8")), template.name


def test_every_icon_that_a_page_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    for template in TEMPLATES:
        named = set(re.findall(r'{% icon "([\w-]+)"', template.read_text(encoding="utf-8")))
        assert named <= drawn, template.name


def test_every_mark_has_its_own_shape() -> None:
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    shapes = dict(re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', sprite))
    tags = (DESK / "templatetags" / "desk.py").read_text(encoding="utf-8")
    marks = re.findall(r'"(\w+)": gettext_lazy', tags)
    assert len({shapes[mark] for mark in marks}) == len(marks) == 19


def test_every_word_of_the_desk_has_its_chinese() -> None:
    path = str(DESK / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po")
    catalogue = polib.pofile(path, check_for_duplicates=True)  # of two Chinese texts for one English the last would win
    said = {entry.msgid for entry in catalogue if entry.msgstr or all(entry.msgstr_plural.values())}
    wanted: set[str] = set()
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        wanted |= {two or one for one, two in re.findall(r"""{% translate (?:'([^']+)'|"([^"]+)")""", text)}
        for block in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", text, re.DOTALL):
            one, _, _ = block.partition("{% plural %}")
            wanted.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", one))
    for module in PYTHON:
        text = module.read_text(encoding="utf-8")
        wanted |= set(re.findall(r'\b(?:gettext|gettext_lazy|_)\(\s*"((?:[^"\\]|\\.)*)"\s*\)', text))
    assert wanted - said == set()
