"""The PDF: Chinese in embedded fonts, the same bytes for the same letter, and no word of it taken for markup."""

import re
from datetime import UTC, datetime

import msgspec
import pytest
import typst

from shouwen.core.refusal import Refusal
from shouwen.letters.paper import Paper, Table, across, lines, prose
from shouwen.letters.pdf import MOST_LETTERS, MOST_LINES, TEMPLATE, inputs, pdf
from shouwen.printing import typesetting as making
from shouwen.printing.fonts import FontMissing, PrintFonts, font_pack, print_fonts

HOSTILE = r'#panic("x") #eval("1/0") \ @nobody *b* _i_ $ x^2 $ = head `raw` <label> // no [c] {d} "q" \u{1F4A9} #image("/etc/passwd") ]#'


def a_paper(text: str = "请核实情况。", title: str = "客户投诉转办单") -> Paper:
    return Paper(
        language="zh",
        letterhead=text,
        title=title,
        number="TS2026-00000001-Z1",
        file_name="TS2026-00000001-Z1",
        greeting=text,
        parts=(prose(text), Table((across(text, text, tall=True),), title=text)),
        signs=(text,),
        seal=(text,),
        dated=datetime(2026, 3, 2, tzinfo=UTC),
        zone="Asia/Shanghai",
    )


def _strings(node: object) -> str:
    """All that typst sets as text, in the order of the page."""
    if isinstance(node, dict):
        return str(node.get("text", "")) + "".join(
            _strings(child) for key, child in node.items() if key not in ("func", "text")
        )
    return "".join(map(_strings, node)) if isinstance(node, list) else ""


def set_text(paper: Paper, selector: str) -> str:
    fonts = print_fonts()
    compiler = typst.Compiler(
        str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts.found, sys_inputs=inputs(paper, fonts)
    )
    return _strings(msgspec.json.decode(compiler.query(selector)))


def test_a_pdf_embeds_a_chinese_font() -> None:
    content = pdf(a_paper())
    assert content.startswith(b"%PDF-")
    assert b"/FontFile" in content


@pytest.mark.skipif(font_pack() is None, reason="the optional package justmytype-intl-cjk is not installed")
def test_a_pdf_is_chinese_on_a_machine_without_any_font() -> None:
    content = pdf(a_paper(), PrintFonts(pack=font_pack(), system=False))
    assert b"NotoSansSC" in content


def test_without_any_chinese_font_the_refusal_says_what_to_install() -> None:
    with pytest.raises(FontMissing) as refused:
        PrintFonts(pack=None, system=False)
    assert "shouwen[fonts]" in refused.value.message.zh


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert pdf(a_paper()) == pdf(a_paper())


@pytest.mark.parametrize("text", [HOSTILE, *HOSTILE.split(" ")])
def test_markup_in_a_letter_stands_there_as_it_was_written(text: str) -> None:
    pdf(a_paper(text, title=text))
    assert text in set_text(a_paper(text), "table")


def test_a_text_of_many_pages_is_printed_whole() -> None:
    paper = msgspec.structs.replace(a_paper(), parts=(Table((across("投诉内容", "投诉内容" * 12_000, tall=True),)),))
    assert set_text(paper, "table").count("投诉内容") == 12_001
    pages = re.search(rb"/Type/Pages/Count (\d+)", pdf(paper))
    assert pages is not None
    assert int(pages[1]) > 20


def test_marks_that_turn_the_direction_of_writing_are_left_out() -> None:
    assert lines("退款\u202e元001\u2066\x07") == ("退款元001",)


@pytest.mark.parametrize("text", ["中\n" * (MOST_LINES + 1), "长" * (MOST_LETTERS + 1)])
def test_a_letter_of_very_many_lines_or_letters_is_refused_as_pdf(text: str) -> None:
    paper = msgspec.structs.replace(a_paper(), parts=(Table((across("投诉内容", text, tall=True),)),))
    with pytest.raises(Refusal) as refused:
        pdf(paper)
    assert refused.value.rule == "letter-too-long"
    assert "打印网页" in refused.value.message.zh


def test_only_so_many_pdfs_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "WAIT", 0)
    for _ in range(making.AT_ONCE):
        making._MADE.acquire()
    try:
        with pytest.raises(Refusal) as refused:
            pdf(a_paper())
    finally:
        for _ in range(making.AT_ONCE):
            making._MADE.release()
    assert refused.value.rule == "pdf-later"
    assert pdf(a_paper()).startswith(b"%PDF-")
