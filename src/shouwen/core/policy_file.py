"""Reading a YAML file into structs, so that each mistake is said with its line.

The text is read by what the struct wants, not by YAML's guesses: `no` is a word where a text is wanted.
"""

import difflib
import re
import types
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingABC
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.policy_base import Texts, joined
from shouwen.core.policy_tree import Mapping, Mistake, Node, Scalar, Sequence, UnreadableError, parse_tree
from shouwen.core.text import Text

__all__ = ["Lines", "Mistake", "Path", "PolicyError", "Together", "read_document"]

Path = tuple[str | int, ...]
S = TypeVar("S", bound=msgspec.Struct)
Together = MappingABC[type, Callable[[MappingABC[str, Any]], Iterator[tuple[str, str, str]]]]
"""For a struct that refuses some values together: what is wrong with them, as field, Chinese and English reason."""


class PolicyError(Exception):
    """规则包有误: a pack that cannot be used. `mistakes` has all that were found; `line` and `reason` are of the first."""

    def __init__(self, file: str, mistakes: tuple[Mistake, ...]) -> None:
        self.file = file
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__(self.told("en"))

    @property
    def line(self) -> int:
        return self.mistakes[0].line

    @property
    def reason(self) -> Text:
        return self.mistakes[0].reason

    def told(self, language: str) -> str:
        """Every mistake on a line of its own, as `file:line: reason`; without a line where the whole file is at fault."""
        return "\n".join(
            f"{self.file}:{each.line}: {each.reason.into(language)}"
            if each.line
            else f"{self.file}: {each.reason.into(language)}"
            for each in self.mistakes
        )


class Lines:
    """Where each part of a document stands."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree

    def of(self, path: Path) -> int:
        """The line of the part, or of the nearest part around it that the file has."""
        node, line = self._tree, self._tree.line
        for step in path:
            if isinstance(node, Mapping) and isinstance(step, str) and step in node.items:
                line, node = node.key_lines[step], node.items[step]
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                line = node.line
            else:
                break
        return line


def read_document(
    text: str, wanted: type[S], *, name: str, together: Together, texts: Texts | None = None
) -> tuple[S, Lines]:
    """Read `text` as one `wanted` struct. Refused with `PolicyError`, with all mistakes that can be told apart.

    `texts` gives the packs that the document stands on; without it a document stands alone.
    """
    reading = _Reading(together)
    try:
        tree = joined(parse_tree(text), texts)
    except UnreadableError as error:
        raise PolicyError(name, (error.mistake,)) from error
    struct = _way(wanted)(tree, reading)
    if reading.mistakes:
        raise PolicyError(name, tuple(reading.mistakes))
    return struct, Lines(tree)


class _Failed:
    """What reading yields where a mistake was noted."""


FAILED: Final = _Failed()


class _Reading:
    """One document being read."""

    def __init__(self, together: Together) -> None:
        self.mistakes: list[Mistake] = []
        self.together = together

    def fail(self, line: int, zh: str, en: str) -> _Failed:
        self.mistakes.append(Mistake(line, Text(zh, en)))
        return FAILED


Way = Callable[[Node, _Reading], Any]
"""Reads a node as what is wanted, or notes why it is not and yields `FAILED`."""


@cache
def _way(wanted: Any) -> Way:
    """How a type is read, found once: a pack holds thousands of values of some dozens of types."""
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        return _bounded(_way(parts[0]), [bound for bound in parts[1:] if isinstance(bound, msgspec.Meta)])
    if origin in (Union, types.UnionType):
        return _way(next(each for each in parts if each is not types.NoneType))
    if origin is tuple:
        return _list_of(_way(parts[0]))
    if origin is Literal:
        return _word_of(parts)
    if issubclass(wanted, msgspec.Struct):
        return _struct(wanted)
    if issubclass(wanted, StrEnum):
        word = _word_of(tuple(each.value for each in wanted))
        return _value(lambda node, reading: found if (found := word(node, reading)) is FAILED else wanted(found))
    return _value(_scalar(*SCALARS[wanted]))


def _bounded(way: Way, bounds: list[msgspec.Meta]) -> Way:
    def read(node: Node, reading: _Reading) -> Any:
        value = way(node, reading)
        for bound in bounds:
            if value is FAILED:
                break
            if bound.ge is not None and value < bound.ge:
                return reading.fail(
                    node.line, f"{value}太小，最小为{bound.ge}", f"{value} is too small, the least is {bound.ge}"
                )
            if bound.le is not None and value > bound.le:
                return reading.fail(
                    node.line, f"{value}太大，最大为{bound.le}", f"{value} is too large, the most is {bound.le}"
                )
        return value

    return read


@cache
def _fields_of(wanted: type[msgspec.Struct]) -> dict[str, tuple[str, bool, Way]]:
    """The fields of a struct by the names that a file gives them: own name, whether it must be there, how it is read."""
    return {
        field.encode_name: (field.name, field.required or wanted is Text, _way(field.type))
        for field in msgspec.structs.fields(wanted)
    }


def _struct(wanted: type[msgspec.Struct]) -> Way:
    def read(node: Node, reading: _Reading) -> Any:
        if not isinstance(node, Mapping):
            return reading.fail(
                node.line, "这里应当是一组字段（字段: 值）", "a group of fields is wanted here (field: value)"
            )
        fields = _fields_of(wanted)
        if not node.items.keys() <= fields.keys():
            _unknown_fields(node, fields, reading)
        values: dict[str, Any] = {}
        failed = False
        for key, (name, needed, way) in fields.items():
            if key in node.items:
                value = way(node.items[key], reading)
            elif needed:
                value = reading.fail(node.line, f"缺少字段“{key}”", f"the field “{key}” is missing")
            else:
                continue
            failed = failed or value is FAILED
            values[name] = value
        if not failed and wanted in reading.together:
            for key, zh, en in reading.together[wanted](values):
                failed = reading.fail(node.key_lines.get(key, node.line), zh, en) is FAILED
        return FAILED if failed else wanted(**values)

    return read


def _unknown_fields(node: Mapping, fields: MappingABC[str, object], reading: _Reading) -> None:
    for key, line in node.key_lines.items():
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            reading.fail(
                line,
                f"没有“{key}”这个字段" + (f"，是否想写“{near[0]}”？" if near else f"，可用：{'、'.join(fields)}"),
                f"there is no field “{key}”"
                + (f"; did you mean “{near[0]}”?" if near else f"; known: {', '.join(fields)}"),
            )


def _list_of(way: Way) -> Way:
    def read(node: Node, reading: _Reading) -> Any:
        if not isinstance(node, Sequence):
            return reading.fail(node.line, "这里应当是一个列表（- …）", "a list is wanted here (- …)")
        if not node.items:
            return reading.fail(
                node.line,
                "列表是空的，不需要时请去掉这个字段",
                "the list is empty; leave the field out where it is not needed",
            )
        items = [way(item, reading) for item in node.items]
        return FAILED if any(item is FAILED for item in items) else tuple(items)

    return read


def _word_of(words: tuple[str, ...]) -> Way:
    def read(node: Node, reading: _Reading) -> Any:
        if isinstance(node, Scalar) and node.text in words:
            return node.text
        given = f"“{node.text}”" if isinstance(node, Scalar) else "…"
        return reading.fail(
            node.line, f"{given}不在可用值之内：{'、'.join(words)}", f"{given} is not one of: {', '.join(words)}"
        )

    return read


def _value(way: Callable[[Scalar, _Reading], Any]) -> Way:
    """One value, that is not empty."""

    def read(node: Node, reading: _Reading) -> Any:
        if not isinstance(node, Scalar):
            return reading.fail(
                node.line,
                "这里应当是一个值，不是列表或字段组",
                "one value is wanted here, not a list or a group of fields",
            )
        if node.is_empty:
            return reading.fail(node.line, "内容为空", "it is empty")
        return way(node, reading)

    return read


def _scalar(parse: Callable[[Scalar], Any], form: Text) -> Callable[[Scalar, _Reading], Any]:
    def read(node: Scalar, reading: _Reading) -> Any:
        try:
            return parse(node)
        except (ValueError, ArithmeticError, LookupError, OSError):
            return reading.fail(node.line, f"“{node.text}”应{form.zh}", f"“{node.text}” should be {form.en}")

    return read


def _truth(node: Scalar) -> bool:
    if not node.plain or node.text not in ("true", "false"):
        raise ValueError(node.text)
    return node.text == "true"


def _whole(node: Scalar) -> int:
    if not node.plain or not re.fullmatch(r"-?[0-9]{1,9}", node.text):
        raise ValueError(node.text)
    return int(node.text)


def _decimal(node: Scalar) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", node.text):
        raise ValueError(node.text)
    return Decimal(node.text)


def _day(node: Scalar) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", node.text):
        raise ValueError(node.text)
    return date.fromisoformat(node.text)


def _wall_time(node: Scalar) -> time:
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}", node.text):
        raise ValueError(node.text)
    return time.fromisoformat(node.text)


def _like(example: str) -> Text:
    return Text(f"写成 {example}", f"written like {example}")


SCALARS: Final[dict[Any, tuple[Callable[[Scalar], Any], Text]]] = {
    str: (lambda node: node.text.strip(), Text("")),
    bool: (_truth, Text("为 true 或 false", "true or false")),
    int: (_whole, Text("为整数", "a whole number")),
    date: (_day, _like("2008-01-31")),
    time: (_wall_time, _like("18:00")),
    Decimal: (_decimal, _like("12.5")),
    ZoneInfo: (lambda node: ZoneInfo(node.text), _like("Asia/Shanghai")),
}
"""How a value of each type is read, and what is said of one that cannot be."""
