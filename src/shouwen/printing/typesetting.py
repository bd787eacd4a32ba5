"""排版: typst makes a PDF of a template and its inputs. No word of them is ever markup: the template gets them as JSON."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore

import msgspec
import typst

from shouwen.core.refusal import RefusedForNow
from shouwen.core.text import Text
from shouwen.printing.fonts import PrintFonts, print_fonts

AT_ONCE = 2
WAIT = 20
"""Seconds for which a paper waits until another one is made."""

_MADE = BoundedSemaphore(AT_ONCE)


def typeset(template: Path, inputs: Mapping[str, str], dated: datetime, fonts: PrintFonts | None = None) -> bytes:
    """The PDF with its fonts embedded; the same inputs of the same moment give the same bytes. Raises `FontMissing`.

    The template finds the families of letters in `fonts`. Refused for now: others are being made all the time.
    """
    fonts = fonts or print_fonts()
    if not _MADE.acquire(timeout=WAIT):
        raise RefusedForNow(
            "pdf-later",
            Text(
                "正在生成的 PDF 较多，请稍后再试，或直接打印网页。",
                "Many PDFs are being made. Try again soon, or print the page.",
            ),
        )
    try:
        return bytes(
            typst.compile(
                str(template),
                root=str(template.parent),
                font_paths=fonts.found,
                ignore_system_fonts=True,
                sys_inputs={**inputs, "fonts": msgspec.json.encode(fonts.families).decode()},
                timestamp=int(dated.timestamp()),
            )
        )
    finally:
        _MADE.release()
