"""YAML text as a tree that remembers its lines, with nothing guessed about types.

Tags, anchors and aliases are refused, so that a file says what it means in its own place and cannot build objects or blow
up in memory.
"""

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
    builder = _TreeBuilder()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _not_yaml(error, text) from error
    return builder.tree()


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


class _TreeBuilder:
    """Builds nodes from YAML events on a stack of its own: no depth of nesting can exhaust Python's."""

    def __init__(self) -> None:
        self._root: Node | None = None
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        match event:
            case yaml.AliasEvent():
                raise UnreadableError(
                    line,
                    "不能使用锚点和别名（& *），请把内容写全",
                    "anchors and aliases (& *) are not allowed: write it out",
                )
            case yaml.NodeEvent() if event.anchor is not None:
                raise UnreadableError(
                    line,
                    "不能使用锚点和别名（& *），请把内容写全",
                    "anchors and aliases (& *) are not allowed: write it out",
                )
            case yaml.ScalarEvent() | yaml.CollectionStartEvent() if event.tag is not None:
                raise UnreadableError(
                    line, f"不能使用 YAML 标签（{event.tag}）", f"YAML tags are not allowed ({event.tag})"
                )
            case yaml.ScalarEvent():
                self._add(Scalar(line, event.value, plain=not event.style))
            case yaml.SequenceStartEvent():
                self._enter(Sequence(line, []))
            case yaml.MappingStartEvent():
                self._enter(Mapping(line, {}, {}))
            case yaml.CollectionEndEvent():
                self._open.pop()
                self._keys.pop()
            case _:
                return

    def tree(self) -> Node:
        if self._root is None:
            raise UnreadableError(0, "文件是空的", "the file is empty")
        return self._root

    def _enter(self, node: Sequence | Mapping) -> None:
        self._add(node)
        if len(self._open) == MAX_DEPTH:
            raise UnreadableError(node.line, f"嵌套超过{MAX_DEPTH}层", f"nested deeper than {MAX_DEPTH} levels")
        self._open.append(node)
        self._keys.append(None)

    def _add(self, node: Node) -> None:
        if not self._open:
            if self._root is not None:
                raise UnreadableError(
                    node.line, "一个文件只能有一个 YAML 文档（---）", "a file holds one YAML document only (---)"
                )
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            self._take_key(parent, node)
        else:
            parent.items[key.text] = node
            self._keys[-1] = None

    def _take_key(self, parent: Mapping, node: Node) -> None:
        if not isinstance(node, Scalar):
            raise UnreadableError(node.line, "字段名必须是文字", "the name of a field must be a word")
        if node.text in parent.key_lines:
            raise UnreadableError(
                node.line,
                f"字段“{node.text}”重复，第一次在第{parent.key_lines[node.text]}行",
                f"the field “{node.text}” is given twice, first on line {parent.key_lines[node.text]}",
            )
        parent.key_lines[node.text] = node.line
        self._keys[-1] = node
