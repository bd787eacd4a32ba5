"""印刷字体: where the Chinese letters of a PDF come from."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

PACK = "justmytype_intl_cjk"
"""The optional package `fonts`: with it a PDF looks the same on every machine."""

CHINESE = (
    "Noto Sans SC",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
    "Songti SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
)


class FontMissing(Refusal):
    """No font with Chinese letters: a PDF would show empty boxes, so none is made."""

    def __init__(self) -> None:
        super().__init__(
            "font-missing",
            Text(
                "服务器没有中文字体，不能生成 PDF。请用网页的“打印”，并请管理员安装 shouwen[fonts] 或系统中文字体。",
                "The server has no Chinese font, so no PDF can be made. Print the page instead, and ask the administrator to "
                "install shouwen[fonts] or a Chinese system font.",
            ),
        )


class PrintFonts:
    """The fonts that were found, and the families to set text in, best first."""

    def __init__(self, *, pack: Path | None, system: bool) -> None:
        self.found = typst.Fonts(include_system_fonts=system, font_paths=[str(pack)] if pack else [])
        present = set(self.found.families())
        self.families = tuple(family for family in CHINESE if family in present)
        if not self.families:
            raise FontMissing()


@cache
def print_fonts() -> PrintFonts:
    """Looked for once; a missing font is looked for again at the next letter."""
    pack = font_pack()
    return PrintFonts(pack=pack, system=pack is None)


def font_pack() -> Path | None:
    """The folder of the simplified Chinese font in the optional package. Its other scripts would only cost memory."""
    spec = find_spec(PACK)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "fonts" / "ofl" / "notosanssc"
    return folder if folder.is_dir() else None
