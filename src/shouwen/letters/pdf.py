"""PDF of a letter, drawn by typst from data. No word of a letter is ever markup: the template gets it as JSON."""

from pathlib import Path

import msgspec
import typst

from shouwen.letters.fonts import PrintFonts, print_fonts
from shouwen.letters.paper import Paper

TEMPLATE = Path(__file__).parent / "templates" / "paper.typ"


def pdf(paper: Paper, fonts: PrintFonts | None = None) -> bytes:
    """The letter on A4 with its fonts embedded; the same letter gives the same bytes. Raises `FontMissing`."""
    fonts = fonts or print_fonts()
    return bytes(
        typst.compile(
            str(TEMPLATE),
            root=str(TEMPLATE.parent),
            font_paths=fonts.found,
            ignore_system_fonts=True,
            sys_inputs=inputs(paper, fonts),
            timestamp=int(paper.dated.timestamp()),
        )
    )


def inputs(paper: Paper, fonts: PrintFonts) -> dict[str, str]:
    """What the template is given."""
    return {
        "letter": msgspec.json.encode(paper).decode(),
        "fonts": msgspec.json.encode(fonts.families).decode(),
    }
