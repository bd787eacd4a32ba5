"""Which characters people write numbers with: full-width, circled and Chinese digits, the dashes and blanks between them."""

import re
import unicodedata

ASCII_DIGITS = "0123456789"
SPOKEN = dict(zip("零〇○一幺壹二两贰貳三叁叄參四肆五伍六陆陸七柒八捌九玖", "000111222233334455666778899", strict=True))
"""Chinese numerals as people spell out a number, not as they count: 一三八 is 138, while 十 and 百 never stand in one."""

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0f\ufeff\u20e3"
"""Characters without a width, the frame of a keycap emoji among them: a number interrupted by them still reads as one."""

_BLANKS = "\u00a0\u3000\u202f\u205f\t" + "".join(map(chr, range(0x2000, 0x200B)))
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"


def _digits() -> dict[int, str]:
    """Every character of the basic plane, and the mathematical alphabet, that is one decimal digit in another shape."""
    codes = [*range(0xA0, 0x10000), *range(0x1D7CE, 0x1D800)]
    return {code: ASCII_DIGITS[unicodedata.digit(chr(code))] for code in codes if chr(code).isdigit()}


_DIGITS = _digits()
PLAIN: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    0xFFE5: "¥",
    0xFFE1: "£",
    **_DIGITS,
    **{ord(blank): " " for blank in _BLANKS},
    **{ord(dash): "-" for dash in _DASHES},
}
"""One character for one character, so that a place in the plain text is the same place in the original."""

SPELLED: dict[int, str] = {ord(numeral): digit for numeral, digit in SPOKEN.items()}

# \d stands for the decimal digits of every script; the rest, such as ①, must be named. A class that names characters beyond
# the basic plane is ten times slower in `re`.
_OTHER_DIGITS = "".join(chr(code) for code in _DIGITS if code < 0x10000 and not chr(code).isdecimal())
_ANY_GAP = re.escape(" -.()" + "（）．－" + _BLANKS + _DASHES + INVISIBLE)
_NUMERALS = "".join(SPOKEN)
_ANY_DIGIT = rf"[\d{_OTHER_DIGITS}{_NUMERALS}]"

_SEVEN_ASCII_DIGITS = re.compile(r"[0-9](?:[ \-.()]*[0-9]){6}")
_SEVEN_DIGITS = re.compile(f"{_ANY_DIGIT}(?:[{_ANY_GAP}]*{_ANY_DIGIT}){{6}}")

SPELLED_RUN = re.compile(f"[0-9{_NUMERALS}](?:[ -]{{0,2}}[0-9{_NUMERALS}]){{10,}}")


def may_hold_number(text: str) -> bool:
    """Seven digits in a row, whatever stands between them: nothing shorter is a number that identifies somebody."""
    return (_SEVEN_ASCII_DIGITS if text.isascii() else _SEVEN_DIGITS).search(text) is not None


class PlainText:
    """A text made plain for searching, and the way back from its places to the places of the original."""

    def __init__(self, text: str) -> None:
        self.places: list[int] | None = None
        if not text.isascii():
            if any(character in text for character in INVISIBLE):
                self.places = [place for place, character in enumerate(text) if character not in INVISIBLE]
                text = "".join([text[place] for place in self.places])
            text = text.translate(PLAIN)
            text = SPELLED_RUN.sub(lambda run: run.group().translate(SPELLED), text)
        self.text = text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of `text[start:end]`."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1
