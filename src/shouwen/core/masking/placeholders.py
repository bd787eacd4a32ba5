"""封存与还原: personal data leave a text and a placeholder that a person can read stands where they stood."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from shouwen.core.masking.finding import find
from shouwen.core.masking.forms import Kind, normalise

_LABELS = {
    Kind.NAME: "姓名",
    Kind.PHONE: "电话",
    Kind.IDENTITY: "证件号",
    Kind.CARD: "卡号",
    Kind.EMAIL: "邮箱",
    Kind.OTHER: "个人信息",
}
_KINDS = {label: kind for kind, label in _LABELS.items()}
_ENGLISH = {
    Kind.NAME: "name",
    Kind.PHONE: "phone",
    Kind.IDENTITY: "ID number",
    Kind.CARD: "card",
    Kind.EMAIL: "e-mail",
    Kind.OTHER: "personal data",
}

_LABEL = "|".join(_KINDS)
PLACEHOLDER = re.compile(rf"〔({_LABEL})([1-9][0-9]{{0,5}})(?:\.([1-9][0-9]{{0,5}}))?(?: 尾号([0-9]{{4}}))?〕")
# U+FE5D is 〔 again for whoever normalises the text later.
_FORGERY = re.compile(rf"[〔﹝](\s{{0,8}}(?:{_LABEL})[^〔﹝〕﹞]{{0,40}})([〕﹞]?)")
_SHORTEST_WITH_TAIL = 11

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Find(msgspec.Struct, frozen=True):
    """A value taken out of a text, exactly as it was written there, and the placeholder that stands for it."""

    kind: Kind
    value: str
    placeholder: str


class Sealed(msgspec.Struct, frozen=True):
    """A text without personal data, and what was taken out: each value once, in the order in which it first stands."""

    text: str
    finds: tuple[Find, ...] = ()


def seal(text: str, known: Iterable[tuple[str, str]] = (), already: Mapping[str, str] = _NOTHING) -> Sealed:
    """Put placeholders where personal data stand: 〔电话1 尾号5678〕, 〔证件号1〕, 〔卡号1 尾号1234〕, 〔姓名1〕, 〔邮箱1〕.

    `known` are (kind, value) pairs of the people concerned, found in any spelling. `already` (value → placeholder) are the
    finds of the complaint's other texts: numbers continue from there, the same value keeps its number, and those placeholders
    may be quoted. Any other bracket that reads like a placeholder was typed by somebody and becomes square, so that nobody
    can make a value appear, or a text lie about what was sealed. Hence a sealed text sealed again with its own finds in
    `already` does not change. One number spelled in two ways gets 〔电话1 …〕 and 〔电话1.2 …〕: each comes back as written.
    """
    quoted: list[tuple[int, int]] = []
    if "〔" in text or "﹝" in text:
        text, quoted = _without_forgeries(text, frozenset(already.values()))
    spans = find(text, known, quoted)
    if not spans:
        return Sealed(text)
    numbering = _Numbering(already)
    finds: dict[str, Find] = {}
    pieces, done = [], 0
    for span in spans:
        value = text[span.start : span.end]
        if value not in finds:
            finds[value] = Find(span.kind, value, numbering.placeholder(span.kind, value))
        pieces += [text[done : span.start], finds[value].placeholder]
        done = span.end
    return Sealed("".join([*pieces, text[done:]]), tuple(finds.values()))


def seal_whole(value: str, already: Mapping[str, str] = _NOTHING) -> Find:
    """The whole value behind one placeholder, 〔个人信息1〕, whatever stands in it. `already` as for `seal`."""
    return Find(Kind.OTHER, value, _Numbering(already).placeholder(Kind.OTHER, value))


def unseal(text: str, values: Mapping[str, str]) -> str:
    """The text with the values (placeholder → value) in their places; a placeholder without a value, erased, stays."""
    return PLACEHOLDER.sub(lambda match: values.get(match.group(), match.group()), text) if "〔" in text else text


def worded(text: str, language: str) -> str:
    """The sealed text for a screen in `language`: 〔电话1 尾号5678〕 reads [phone 1 ending 5678] in English. For display only."""
    return text if language.startswith("zh") or "〔" not in text else PLACEHOLDER.sub(_in_english, text)


def _in_english(placeholder: re.Match[str]) -> str:
    label, number, spelling, tail = placeholder.groups()
    words = f"{_ENGLISH[_KINDS[label]]} {number}{'.' + spelling if spelling else ''}"
    return f"[{words} ending {tail}]" if tail else f"[{words}]"


def _without_forgeries(text: str, genuine: frozenset[str]) -> tuple[str, list[tuple[int, int]]]:
    """Brackets change one for one, so that the places of the genuine placeholders, returned beside the text, stay right."""
    quoted: list[tuple[int, int]] = []

    def judge(match: re.Match[str]) -> str:
        if match.group() in genuine:
            quoted.append(match.span())
            return match.group()
        return f"[{match.group(1)}{']' if match.group(2) else ''}"

    return _FORGERY.sub(judge, text), quoted


class _Numbering:
    """Which number the next value of a kind gets."""

    def __init__(self, already: Mapping[str, str]) -> None:
        self._placeholders = dict(already)
        self._numbers: dict[tuple[Kind, str], int] = {}
        self._highest: dict[Kind, int] = {}
        self._spellings: dict[tuple[Kind, int], int] = {}
        for value, placeholder in already.items():
            match = PLACEHOLDER.fullmatch(placeholder)
            if match is None:
                raise ValueError("already maps values to placeholders made by seal()")
            kind, number = _KINDS[match[1]], int(match[2])
            self._note(kind, normalise(kind, value), number, int(match[3] or 1))

    def placeholder(self, kind: Kind, value: str) -> str:
        if value not in self._placeholders:
            self._placeholders[value] = self._next(kind, normalise(kind, value))
        return self._placeholders[value]

    def _next(self, kind: Kind, normal: str) -> str:
        number = self._numbers.get((kind, normal)) or self._highest.get(kind, 0) + 1
        spelling = self._spellings.get((kind, number), 0) + 1
        self._note(kind, normal, number, spelling)
        shown = f"{number}.{spelling}" if spelling > 1 else f"{number}"
        with_tail = kind in (Kind.PHONE, Kind.CARD) and len(normal) >= _SHORTEST_WITH_TAIL and normal[-4:].isdigit()
        return f"〔{_LABELS[kind]}{shown}{' 尾号' + normal[-4:] if with_tail else ''}〕"

    def _note(self, kind: Kind, normal: str, number: int, spelling: int) -> None:
        self._numbers[kind, normal] = number
        self._highest[kind] = max(self._highest.get(kind, 0), number)
        self._spellings[kind, number] = max(self._spellings.get((kind, number), 0), spelling)
