"""列映射: what each column of a file means, as a small YAML file that a bank writes itself (docs/import.md)."""

from pathlib import Path
from typing import Any

import msgspec
import yaml

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

SHIPPED = Path(__file__).parent / "mappings"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one field is made: the first column with a text, or a template of columns, or a constant; then looked up in `values`.

    A value that is not in `values` becomes `otherwise`, or makes the row a reject when there is none.
    """

    columns: tuple[str, ...] = ()
    template: str = ""
    constant: str = ""
    values: dict[str, str] = msgspec.field(default_factory=dict)
    otherwise: str | None = None
    longest: int = 0


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """办结: a row whose `column` has one of `values` was ended in the former system; `at` is the column of its day, if any.

    `open` are the values of what is still being worked on; where it is given, any other value makes the row a reject.
    """

    column: str
    values: tuple[str, ...]
    outcome: Rule
    at: str = ""
    open: tuple[str, ...] = ()


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of file. `key` is the column that makes a row unique in its `source`; `dates` are the forms that days may have.

    `contact_elsewhere`: the file does not say who complained, because its publisher keeps that.
    """

    name: str
    title: Text
    source: str
    key: str
    zone: str = "Asia/Shanghai"
    dates: tuple[str, ...]
    needed: tuple[str, ...]
    fields: dict[str, Rule]
    details: dict[str, Rule] = msgspec.field(default_factory=dict)
    facts: dict[str, dict[str, Rule]] = msgspec.field(default_factory=dict)
    kept: tuple[str, ...] = ()
    unit: Rule | None = None
    end: End | None = None
    contact_elsewhere: bool = False


FIELDS = frozenset({"received_at", "channel", "kind", "subject", "statement", "wish", "class_", "anonymous"})


def load_mapping(name: str) -> Mapping:
    """A shipped mapping by its name, or a file. Refused, with the place: a file that is not a mapping."""
    path = SHIPPED / f"{name}.yaml" if (SHIPPED / f"{name}.yaml").exists() else Path(name)
    try:
        plain: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        mapping = msgspec.convert(plain, Mapping)
    except FileNotFoundError:
        known = "、".join(shipped())
        raise Refusal(
            "mapping-unknown",
            Text(
                f"没有列映射“{name}”。自带的有：{known}；也可以给出 YAML 文件。",
                f"There is no mapping “{name}”. Shipped are {', '.join(shipped())}; a YAML file works as well.",
            ),
        ) from None
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeError, OSError) as error:
        raise Refusal(
            "mapping-wrong",
            Text(f"列映射“{path.name}”有误：{error}", f"The mapping {path.name} has a mistake: {error}"),
        ) from error
    unknown = sorted(set(mapping.fields) - FIELDS)
    if unknown:
        raise Refusal(
            "mapping-wrong",
            Text(
                f"列映射“{path.name}”中有未知字段：{'、'.join(unknown)}。",
                f"The mapping {path.name} names unknown fields: {', '.join(unknown)}.",
            ),
        )
    return mapping


def shipped() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def require_headings(mapping: Mapping, headings: list[str]) -> None:
    """Refuse a file without the columns that the mapping needs, naming each."""
    missing = [column for column in mapping.needed if column not in headings]
    if missing:
        raise Refusal(
            "columns-missing",
            Text(
                f"文件缺少列：{'、'.join(missing)}。请核对列映射“{mapping.name}”，或在文件中补上这些列。",
                f"The file lacks columns: {', '.join(missing)}. Check the mapping “{mapping.name}” or add them.",
            ),
        )
