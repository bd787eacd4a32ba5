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


@cache
def _fields_of(wanted: type[msgspec.Struct]) -> dict[str, Any]:
    """The fields of a struct by the names that a file gives them."""
    return {field.encode_name: field for field in msgspec.structs.fields(wanted)}


@cache
def _parts_of(wanted: Any) -> tuple[Any, Any]:
    """What a type is built of: `tuple` and its items, an optional and what it may be; nothing of a plain one."""
    parts = get_args(wanted)
    return get_origin(wanted), next((each for each in parts if each is not types.NoneType), None)


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

    def __init__(self) -> None:
        self._lines: dict[Path, int] = {(): 1}

    def put(self, path: Path, line: int) -> None:
        self._lines[path] = line

    def of(self, path: Path) -> int:
        """The line of the part, or of the nearest part around it that the file has."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]


def read_document(
    text: str, wanted: type[S], *, name: str, together: Together, texts: Texts | None = None
) -> tuple[S, Lines]:
    """Read `text` as one `wanted` struct. Refused with `PolicyError`, with all mistakes that can be told apart.

    `texts` gives the packs that the document stands on; without it a document stands alone.
    """
    reader = _Reader(together)
    try:
        tree = joined(parse_tree(text), texts)
    except UnreadableError as error:
        raise PolicyError(name, (error.mistake,)) from error
    struct = reader.read(tree, wanted, ())
    if reader.mistakes:
        raise PolicyError(name, tuple(reader.mistakes))
    return struct, reader.lines


class _Failed:
    """What reading yields where a mistake was noted."""


FAILED: Final = _Failed()


class _Reader:
    def __init__(self, together: Together) -> None:
        self.mistakes: list[Mistake] = []
        self.lines = Lines()
        self._together = together

    def read(self, node: Node, wanted: Any, path: Path) -> Any:
        self.lines.put(path, node.line)
        origin, inner = _parts_of(wanted)
        if origin is Annotated:
            return self._read_bounded(node, wanted, path)
        if origin in (Union, types.UnionType):
            return self.read(node, inner, path)
        if origin is tuple:
            return self._read_list(node, inner, path)
        if origin is Literal:
            return self._read_word(node, get_args(wanted))
        if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
            return self._read_struct(node, wanted, path)
        if not isinstance(node, Scalar):
            return self._fail(
                node.line,
                "这里应当是一个值，不是列表或字段组",
                "one value is wanted here, not a list or a group of fields",
            )
        if node.is_empty:
            return self._fail(node.line, "内容为空", "it is empty")
        if isinstance(wanted, type) and issubclass(wanted, StrEnum):
            word = self._read_word(node, tuple(each.value for each in wanted))
            return word if word is FAILED else wanted(word)
        return self._read_scalar(node, wanted)

    def _read_bounded(self, node: Node, wanted: Any, path: Path) -> Any:
        value = self.read(node, get_args(wanted)[0], path)
        for bound in wanted.__metadata__:
            if value is FAILED or not isinstance(bound, msgspec.Meta):
                continue
            if bound.ge is not None and value < bound.ge:
                return self._fail(
                    node.line, f"{value}太小，最小为{bound.ge}", f"{value} is too small, the least is {bound.ge}"
                )
            if bound.le is not None and value > bound.le:
                return self._fail(
                    node.line, f"{value}太大，最大为{bound.le}", f"{value} is too large, the most is {bound.le}"
                )
        return value

    def _read_struct(self, node: Node, wanted: type[msgspec.Struct], path: Path) -> Any:
        if not isinstance(node, Mapping):
            return self._fail(
                node.line, "这里应当是一组字段（字段: 值）", "a group of fields is wanted here (field: value)"
            )
        fields = _fields_of(wanted)
        for key, line in node.key_lines.items():
            if key not in fields:
                self._unknown_field(key, line, fields)
        values: dict[str, Any] = {}
        for key, field in fields.items():
            if key in node.items:
                values[field.name] = self.read(node.items[key], field.type, (*path, key))
                self.lines.put((*path, key), node.key_lines[key])
            elif field.required or wanted is Text:
                values[field.name] = self._fail(node.line, f"缺少字段“{key}”", f"the field “{key}” is missing")
        if FAILED in values.values():
            return FAILED
        if wanted in self._together:
            for key, zh, en in self._together[wanted](values):
                values[key] = self._fail(node.key_lines.get(key, node.line), zh, en)
        return FAILED if FAILED in values.values() else wanted(**values)

    def _unknown_field(self, key: str, line: int, fields: MappingABC[str, object]) -> None:
        near = difflib.get_close_matches(key, fields, n=1)
        self._fail(
            line,
            f"没有“{key}”这个字段" + (f"，是否想写“{near[0]}”？" if near else f"，可用：{'、'.join(fields)}"),
            f"there is no field “{key}”"
            + (f"; did you mean “{near[0]}”?" if near else f"; known: {', '.join(fields)}"),
        )

    def _read_list(self, node: Node, wanted: Any, path: Path) -> Any:
        if not isinstance(node, Sequence):
            return self._fail(node.line, "这里应当是一个列表（- …）", "a list is wanted here (- …)")
        if not node.items:
            return self._fail(
                node.line,
                "列表是空的，不需要时请去掉这个字段",
                "the list is empty; leave the field out where it is not needed",
            )
        items = tuple(self.read(item, wanted, (*path, index)) for index, item in enumerate(node.items))
        return FAILED if FAILED in items else items

    def _read_word(self, node: Node, words: tuple[str, ...]) -> Any:
        if isinstance(node, Scalar) and node.text in words:
            return node.text
        given = f"“{node.text}”" if isinstance(node, Scalar) else "…"
        return self._fail(
            node.line, f"{given}不在可用值之内：{'、'.join(words)}", f"{given} is not one of: {', '.join(words)}"
        )

    def _read_scalar(self, node: Scalar, wanted: Any) -> Any:
        if wanted is str:
            return node.text.strip()
        if wanted is bool:
            if node.plain and node.text in ("true", "false"):
                return node.text == "true"
            return self._fail(node.line, f"“{node.text}”应为 true 或 false", f"“{node.text}” should be true or false")
        if wanted is int:
            if node.plain and re.fullmatch(r"-?[0-9]{1,9}", node.text):
                return int(node.text)
            return self._fail(node.line, f"“{node.text}”应为整数", f"“{node.text}” should be a whole number")
        parse, form = SCALAR_FORMS[wanted]
        try:
            return parse(node.text)
        except (ValueError, ArithmeticError, LookupError, OSError):
            return self._fail(node.line, f"“{node.text}”应写成 {form}", f"“{node.text}” should be written like {form}")

    def _fail(self, line: int, zh: str, en: str) -> _Failed:
        self.mistakes.append(Mistake(line, Text(zh, en)))
        return FAILED


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", text):
        raise ValueError(text)
    return Decimal(text)


def _day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _wall_time(text: str) -> time:
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}", text):
        raise ValueError(text)
    return time.fromisoformat(text)


SCALAR_FORMS: Final[dict[Any, tuple[Any, str]]] = {
    date: (_day, "2008-01-31"),
    time: (_wall_time, "18:00"),
    Decimal: (_decimal, "12.5"),
    ZoneInfo: (ZoneInfo, "Asia/Shanghai"),
}
