"""PDF of a letter, drawn by typst from data. No word of a letter is ever markup: the template gets it as JSON."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.letters.paper import Paper, Prose, Table
from shouwen.printing.fonts import PrintFonts, print_fonts
from shouwen.printing.typesetting import typeset

# Source: bank-default. A page of A4 has some forty lines; a statement may have 50,000 letters.
MOST_LINES = 3_000
MOST_LETTERS = 150_000
TEMPLATE = Path(__file__).parent / "templates" / "paper.typ"


def pdf(paper: Paper, fonts: PrintFonts | None = None) -> bytes:
    """The letter on A4 with its fonts embedded; the same letter gives the same bytes. Raises `FontMissing`.

    Refused: a letter of very many lines or letters, which its page prints as well; and when others are being made all the time.
    """
    fonts = fonts or print_fonts()
    require_fit(paper)
    return typeset(TEMPLATE, inputs(paper, fonts), paper.dated, fonts)


def require_fit(paper: Paper) -> None:
    """Refuse a letter so long that making a file of it would hold up others."""
    said = [line for part in paper.parts for line in _lines(part)]
    if len(said) > MOST_LINES or sum(map(len, said)) > MOST_LETTERS:
        raise Refusal(
            "letter-too-long",
            Text(
                "内容过长，不能生成文件。请直接打印网页，或将长文改为附件。",
                "The text is too long for a file. Print the page, or put the long text into an attachment.",
            ),
        )


def _lines(part: Prose | Table) -> Iterator[str]:
    if isinstance(part, Prose):
        yield from part.paragraphs
    else:
        yield from (line for row in part.rows for entry in row.entries for line in entry.value)


def inputs(paper: Paper, fonts: PrintFonts) -> dict[str, str]:
    """What the template is given."""
    return {
        "letter": msgspec.json.encode(paper).decode(),
        "fonts": msgspec.json.encode(fonts.families).decode(),
    }
