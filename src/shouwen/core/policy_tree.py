"""YAML text as a tree that remembers its lines, with nothing guessed about types.

Tags, anchors and aliases are refused, so that a file says what it means in its own place and cannot build objects or blow
up in memory.
"""

from collections.abc import Iterable
from typing import Final

import msgspec
import yaml

from shouwen.core.text import Text

MAX_CHARACTERS: Final = 1_000_000
MAX_DEPTH: Final = 12
LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""The C parser is ten times faster; the events are the same, only its words for a syntax error differ."""


class Mistake(msgspec.Struct, frozen=True):
    """One thing that is wrong with a pack. `line` counts from 1; 0 when the file as a whole is at fault."""

    line: int
    reason: Text


class UnreadableError(Exception):
    """The text cannot be read as a tree."""

    def __init__(self, line: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.mistake = Mistake(line, Text(zh, en))


class Scalar(msgspec.Struct):
    line: int
    text: str
    plain: bool

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() or (self.plain and self.text in ("~", "null"))


class Sequence(msgspec.Struct):
    line: int
    items: list["Node"]


class Mapping(msgspec.Struct):
    line: int
    items: dict[str, "Node"]
    key_lines: dict[str, int]


Node = Scalar | Sequence | Mapping


def parse_tree(text: str) -> Node:
    """The document in `text`. Refused with `UnreadableError`: what is not one YAML document, tags, anchors, aliases, size."""
    if len(text) > MAX_CHARACTERS:
        raise UnreadableError(
            0, f"文件超过{MAX_CHARACTERS}个字符", f"the file has more than {MAX_CHARACTERS} characters"
        )
    try:
        root = _built(yaml.parse(text, Loader=LOADER))
    except yaml.YAMLError as error:
        raise _not_yaml(error, text) from error
    if root is None:
        raise UnreadableError(0, "文件是空的", "the file is empty")
    return root


def _not_yaml(error: yaml.YAMLError, text: str) -> UnreadableError:
    line, problem = 0, str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        problem = ", ".join(part for part in (error.context, error.problem) if part)
    elif isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        problem = error.reason
    return UnreadableError(line, f"YAML 语法错误：{problem}", f"not valid YAML: {problem}")


def _built(events: Iterable[yaml.Event]) -> Node | None:
    """Nodes from YAML events, on a stack of their own: no depth of nesting can exhaust Python's."""
    root: Node | None = None
    parent: Sequence | Mapping | None = None
    key: str | None = None
    around: list[tuple[Sequence | Mapping | None, str | None]] = []
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            node = _node(event)
        else:
            if isinstance(event, yaml.CollectionEndEvent):
                parent, key = around.pop()
            continue
        if isinstance(parent, Mapping):
            if key is None:
                key = _key(parent, node)
                continue
            parent.items[key], key = node, None
        elif isinstance(parent, Sequence):
            parent.items.append(node)
        elif root is not None:
            raise UnreadableError(
                node.line, "一个文件只能有一个 YAML 文档（---）", "a file holds one YAML document only (---)"
            )
        else:
            root = node
        if not isinstance(node, Scalar):
            if len(around) == MAX_DEPTH:
                raise UnreadableError(node.line, f"嵌套超过{MAX_DEPTH}层", f"nested deeper than {MAX_DEPTH} levels")
            around.append((parent, key))
            parent = node
    return root


def _node(event: yaml.NodeEvent) -> Node:
    line = event.start_mark.line + 1 if event.start_mark else 0
    if event.anchor is not None:
        raise UnreadableError(
            line,
            "不能使用锚点和别名（& *），请把内容写全",
            "anchors and aliases (& *) are not allowed: write it out",
        )
    assert isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent))
    if event.tag is not None:
        raise UnreadableError(line, f"不能使用 YAML 标签（{event.tag}）", f"YAML tags are not allowed ({event.tag})")
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line, event.value, not event.style)
    return Sequence(line, []) if isinstance(event, yaml.SequenceStartEvent) else Mapping(line, {}, {})


def _key(parent: Mapping, node: Node) -> str:
    """The name of the field that comes next."""
    if not isinstance(node, Scalar):
        raise UnreadableError(node.line, "字段名必须是文字", "the name of a field must be a word")
    first = parent.key_lines.setdefault(node.text, node.line)
    if node.text in parent.items:
        raise UnreadableError(
            node.line,
            f"字段“{node.text}”重复，第一次在第{first}行",
            f"the field “{node.text}” is given twice, first on line {first}",
        )
    return node.text
