"""Values that are already known, such as the complainant's name and phones, found in a text in any spelling."""

import re
from collections.abc import Iterator

from shouwen.core.masking.characters import INVISIBLE
from shouwen.core.masking.forms import MIDDLE_DOTS, Kind, compact, normalise, normalise_name

_IN_NAME = rf"[\s{MIDDLE_DOTS}{INVISIBLE}]{{0,2}}"
_BETWEEN_WORDS = r"\s{1,3}"
_IN_NUMBER = r"[ \-.()]{0,2}"
_SQUEEZE = {ord(gap): None for gap in " -.()"}
_SHORTEST_NUMBER = 5
_SHORTEST_SINGLE_WORD = 3


def known_names(text: str, names: list[str]) -> Iterator[tuple[int, int]]:
    """Where the names stand. A surname alone (王先生) is left: it names too many people to name one."""
    folded = text.casefold() if names else ""
    for name in names:
        normal = normalise_name(name)
        if len(normal) < 2:
            continue
        words = normal.split() if normal.isascii() else list(normal)
        if not all(word in folded for word in words if word != "·"):
            continue
        if not normal.isascii():
            pattern = re.compile(_IN_NAME.join(re.escape(letter) for letter in words if letter != "·"), re.IGNORECASE)
        elif len(words) > 1:
            pattern = re.compile(
                rf"(?<![A-Za-z]){_BETWEEN_WORDS.join(map(re.escape, words))}(?![A-Za-z])", re.IGNORECASE
            )
        elif len(normal) >= _SHORTEST_SINGLE_WORD:
            # A single word may be an ordinary one, May or Will: only as it was given.
            pattern = re.compile(rf"(?<![A-Za-z]){re.escape(name.strip())}(?![A-Za-z])")
        else:
            continue
        for match in pattern.finditer(text):
            yield match.span()


def known_numbers(plain: str, values: list[tuple[Kind, str]]) -> Iterator[tuple[int, int, Kind]]:
    """Where phones, documents, cards and addresses stand, in the places of the plain text, and never inside a longer token."""
    squeezed = plain.translate(_SQUEEZE).upper() if values else ""
    for kind, value in values:
        for form in sorted({compact(value), normalise(kind, value).upper()}):
            letters = form.lstrip("+").translate(_SQUEEZE)
            if len(letters) < _SHORTEST_NUMBER or letters not in squeezed:
                continue
            prefix = rf"\+?(?:\(?(?:00)?86\)?{_IN_NUMBER})?0?" if kind is Kind.PHONE else ""
            body = _IN_NUMBER.join(map(re.escape, letters))
            pattern = re.compile(rf"(?<![0-9A-Za-z]){prefix}{body}(?![0-9A-Za-z])", re.IGNORECASE)
            for match in pattern.finditer(plain):
                yield *match.span(), kind
