"""规则包文件: the policy packs that ship with the program, and those that a bank keeps in a file of its own.

The newest version of a shipped pack is `<code>.yaml`; an older one that is still wanted is kept as `<code>@<version>.yaml`.
A pack is read once by each process: a change takes effect, and is checked, at the next start.
"""

import re
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path

from shouwen.core.policy import Policy, PolicyError, load_policy
from shouwen.core.policy_tree import Mistake
from shouwen.core.text import Text

SHIPPED_NAME = re.compile(r"[a-z][a-z0-9_-]*(@[a-z0-9._-]+)?")
PINNED = re.compile(r"^(?P<field>(?:based_on|within): *)(?P<named>[a-z][a-z0-9_-]*)(?=\s*(?:#.*)?$)", re.MULTILINE)
"""A pack named without its version, as the author of a pack may."""


def load(code_or_path: str | Path) -> Policy:
    """The pack of this code ("boc-2008", the newest version), key ("boc-2008@1"), or file of the bank.

    Refused with `PolicyError`: no such pack, a file that cannot be read or is not UTF-8, any mistake in it.
    """
    return _loaded(str(code_or_path))


def text_of(code_or_path: str | Path) -> str:
    """The text of the pack as it stands now, to be kept beside the complaints that were received under it.

    A pack that stands on another one names it here by key: with the next version of that one, the text is another.
    """
    name = str(code_or_path)
    return PINNED.sub(_pinned, _decoded(_content(name), name))


def _pinned(found: re.Match[str]) -> str:
    named = found["named"]
    if "@" in named or not SHIPPED_NAME.fullmatch(named):
        return found[0]
    return f"{found['field']}{named}@{_loaded(named).version}"


def latest(code: str, *, on: date | None = None) -> Policy:
    """The version of a shipped pack that is valid on a day in the pack's zone; without a day, the newest."""
    if on is None:
        return load(code)
    valid = [policy for policy in versions(code) if policy.valid_from <= on]
    if not valid:
        raise _refused(
            code,
            f"规则包“{code}”在{on.isoformat()}尚未生效，请选择其他规则包",
            f"the policy pack “{code}” is not valid yet on {on.isoformat()}; choose another",
        )
    return max(valid, key=lambda policy: policy.valid_from)


def versions(code: str) -> tuple[Policy, ...]:
    """Every version of a shipped pack that ships; none for a pack that does not."""
    return tuple(load(name) for name in _names() if name.partition("@")[0] == code)


def shipped() -> tuple[str, ...]:
    """The codes of the packs that ship."""
    return tuple(name for name in _names() if "@" not in name)


@lru_cache(maxsize=32)
def _loaded(name: str) -> Policy:
    shown = f"{_shipped_file(name)}.yaml" if SHIPPED_NAME.fullmatch(name) else name
    return load_policy(text_of(name), name=shown, texts=_below)


def _below(name: str) -> str:
    """The text of a pack that another stands on: one that ships, for a file may change while complaints refer to it."""
    if not SHIPPED_NAME.fullmatch(name):
        raise _not_found(name)
    return text_of(name)


def _shipped_file(name: str) -> str:
    """The file, without its ending, that holds the pack of this code or key."""
    code, _, version = name.partition("@")
    if name in _names():
        return name
    if version and code in _names() and _loaded(code).key == name:
        return code
    raise _not_found(name)


def _content(name: str) -> bytes:
    if SHIPPED_NAME.fullmatch(name):
        return resources.files(__name__).joinpath(f"{_shipped_file(name)}.yaml").read_bytes()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise _not_found(name) from error


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            name,
            "文件不是 UTF-8 编码，请另存为 UTF-8",
            "the file is not UTF-8; save it as UTF-8",
            line=content.count(b"\n", 0, error.start) + 1,
        ) from error


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


def _not_found(name: str) -> PolicyError:
    known = ", ".join(shipped())
    return _refused(
        name,
        f"找不到规则包“{name}”；随程序提供的有：{known}；本行自有的规则包请给出可读的文件路径",
        f"there is no policy pack “{name}”; shipped: {known}; for a pack of the bank give the path of a readable file",
    )


def _refused(name: str, zh: str, en: str, *, line: int = 0) -> PolicyError:
    return PolicyError(name, (Mistake(line, Text(zh, en)),))
