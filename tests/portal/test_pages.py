"""The customer's templates: strict CSP, and Chinese for every word. Read from the files."""

import re
from pathlib import Path

import polib
import pytest

SHOUWEN = Path(__file__).resolve().parents[2] / "src" / "shouwen"
TEMPLATES = sorted((SHOUWEN / "portal" / "templates").rglob("*.html"))
PYTHON = sorted((SHOUWEN / "portal").rglob("*.py"))
FORBIDDEN = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)|javascript:|https?://", re.IGNORECASE)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_keeps_the_strict_content_security_policy(template: Path) -> None:
    assert not FORBIDDEN.search(template.read_text(encoding="utf-8"))


def test_every_word_of_the_customers_pages_has_its_chinese() -> None:
    catalogue = polib.pofile(str(SHOUWEN / "desk" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    said = {entry.msgid for entry in catalogue if entry.msgstr}
    wanted: set[str] = set()
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        wanted |= {two or one for one, two in re.findall(r"""{% translate (?:'([^']+)'|"([^"]+)")""", text)}
        for block in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", text, re.DOTALL):
            wanted.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", block))
    for module in PYTHON:
        text = module.read_text(encoding="utf-8")
        wanted |= set(re.findall(r'\b(?:gettext|gettext_lazy|_)\(\s*"((?:[^"\\]|\\.)*)"\s*\)', text))
    assert wanted - said == set()


def test_no_colour_stands_outside_the_tokens() -> None:
    for sheet in (SHOUWEN / "portal" / "static" / "portal").glob("*.css"):
        assert not re.findall(r"#[0-9a-fA-F]{6}\b", sheet.read_text(encoding="utf-8")), sheet.name
