"""组合: a pack that stands on another one. What it does not say itself, it takes from there.

`based_on` names a pack to take sections from, but for those named in `without`. `within` names a pack, as a rule a regulator's,
that this one must keep inside of (`policy_within`): its sections fill what is still missing, and its time limits and contents
of letters stand beside the pack's own unless those have the same code. `sources` are joined by code, any other section is
taken whole.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from shouwen.core.policy_tree import Mapping, Node, Scalar, Sequence, UnreadableError, parse_tree

__all__ = ["Texts", "joined", "named"]

Texts = Callable[[str], str]
"""The text of a pack by its code or key. Refuses with `PolicyError` when there is none."""

STANDS_ON: Final = ("based_on", "within")
OWN: Final = frozenset({"code", "version", "title", "valid_from", "without", *STANDS_ON})
"""What a pack says of itself: never taken from another."""
BY_CODE: Final = {"based_on": ("sources",), "within": ("sources", "time_limits", "letters")}
MOST: Final = 4
"""Packs that may stand on each other. More is a circle or cannot be followed by who reads them."""


def named(text: str) -> tuple[str, ...]:
    """The packs that this text stands on, as it names them."""
    tree = parse_tree(text)
    return tuple(field.text for _, field in _fields(tree)) if isinstance(tree, Mapping) else ()


def joined(tree: Node, texts: Texts | None, *, above: int = 0) -> Node:
    """The document with what it takes from the packs it stands on. Whatever is taken stands on the line that names its pack.

    Refused with `UnreadableError`: more than `MOST` packs on each other, or a pack that cannot be read on its own.
    """
    if not isinstance(tree, Mapping):
        return tree
    without = _words(tree.items.get("without"))
    for name, field in _fields(tree):
        if above == MOST or texts is None:
            raise UnreadableError(
                field.line,
                f"规则包相互叠加超过{MOST}层，请检查是否循环" if texts else "这里不能引用其他规则包",
                f"more than {MOST} packs stand on each other; look for a circle"
                if texts
                else "no other pack can be named here",
            )
        below = joined(_read(texts(field.text)), texts, above=above + 1)
        if isinstance(below, Mapping):
            tree = _filled(tree, below, name, field.line, left=without if name == "based_on" else frozenset())
    return tree


_read = lru_cache(maxsize=8)(parse_tree)
"""Several packs stand on the same few. What is taken from such a tree is copied, never changed."""


def _fields(tree: Mapping) -> list[tuple[str, Scalar]]:
    found = [(name, tree.items.get(name)) for name in STANDS_ON]
    return [(name, node) for name, node in found if isinstance(node, Scalar) and not node.is_empty]


def _words(node: Node | None) -> frozenset[str]:
    items = node.items if isinstance(node, Sequence) else ()
    return frozenset(item.text for item in items if isinstance(item, Scalar))


def _filled(tree: Mapping, below: Mapping, name: str, line: int, *, left: frozenset[str]) -> Mapping:
    items, lines = dict(tree.items), dict(tree.key_lines)
    for key, node in below.items.items():
        if key in OWN or key in left:
            continue
        if key not in items:
            items[key], lines[key] = _standing_on(node, line), line
        elif key in BY_CODE[name]:
            items[key] = _by_code(items[key], node, line)
    return Mapping(tree.line, items, lines)


def _by_code(own: Node, below: Node, line: int) -> Node:
    if not isinstance(own, Sequence) or not isinstance(below, Sequence):
        return own
    said = {_code(item) for item in own.items}
    return Sequence(
        own.line, [*own.items, *(_standing_on(item, line) for item in below.items if _code(item) not in said)]
    )


def _code(node: Node) -> str:
    code = node.items.get("code") if isinstance(node, Mapping) else None
    return code.text if isinstance(code, Scalar) else ""


def _standing_on(node: Node, line: int) -> Node:
    if isinstance(node, Scalar):
        return Scalar(line, node.text, node.plain)
    if isinstance(node, Sequence):
        return Sequence(line, [_standing_on(item, line) for item in node.items])
    return Mapping(
        line, {key: _standing_on(item, line) for key, item in node.items.items()}, dict.fromkeys(node.items, line)
    )
