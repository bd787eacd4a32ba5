"""语言规范: words that a bank does not write to a customer, and what to say instead (mission A3, E5).

A phrase is found whatever is done to hide it: full-width and half-width forms, capitals, spaces, invisible characters and
dots between the letters make no difference, and 您 does not make a rude phrase polite.
"""

import re
import unicodedata
from functools import lru_cache

import msgspec

from shouwen.core.policy_terms import LanguageRule
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

FILLERS = frozenset("·・•‧∙.-_~*|/\\'`^+=‘’")
SAME_WORD = {"您": "你", "妳": "你"}
NAMED_IN_REFUSAL = 5


class Breach(msgspec.Struct, frozen=True):
    """One place where a rule is broken. `start` and `end` count characters of the text as it was written; `phrase` is that part."""

    rule: str
    phrase: str
    start: int
    end: int
    why: Text
    instead: Text


def folded(text: str) -> str:
    """The text as phrases are compared: NFKC, small letters, without spaces, fillers and invisible characters."""
    return "".join(character for character, _ in _folded_with_places(text))


def _folded_with_places(text: str) -> list[tuple[str, int]]:
    """Each character that counts, with the place in `text` where it comes from."""
    kept = []
    for place, character in enumerate(text):
        if "一" <= character <= "鿿":
            kept.append((SAME_WORD.get(character, character), place))
            continue
        for each in unicodedata.normalize("NFKC", character).casefold():
            if each in "\r\n":
                kept.append(("\n", place))
            elif not (each.isspace() or each in FILLERS or unicodedata.category(each) in ("Cf", "Mn", "Cc")):
                kept.append((SAME_WORD.get(each, each), place))
    return kept


class _Compiled(msgspec.Struct, frozen=True):
    """Rules made ready: one pattern for all phrases, the longest first, and for each phrase its rule."""

    pattern: re.Pattern[str]
    rules: dict[str, LanguageRule]
    unless: dict[str, re.Pattern[str] | None]


@lru_cache(maxsize=16)
def _compiled(rules: tuple[LanguageRule, ...]) -> _Compiled:
    by_phrase = {folded(phrase): rule for rule in rules for phrase in rule.phrases}
    return _Compiled(
        pattern=_any_of(tuple(by_phrase)),
        rules=by_phrase,
        unless={rule.code: _any_of(tuple(map(folded, rule.unless))) if rule.unless else None for rule in rules},
    )


def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True)))


def breaches(text: str, rules: tuple[LanguageRule, ...]) -> tuple[Breach, ...]:
    """Where `text` breaks a rule, in the order of the text. A place is named once, by the longest phrase that fits it."""
    if not rules or not text:
        return ()
    compiled = _compiled(rules)
    kept = _folded_with_places(text)
    plain = "".join(character for character, _ in kept)
    found = []
    for match in compiled.pattern.finditer(plain):
        rule = compiled.rules[match.group()]
        start, end = kept[match.start()][1], kept[match.end() - 1][1] + 1
        if _cuts_a_word(text, start, end) or _excused(plain, match, compiled.unless[rule.code]):
            continue
        found.append(
            Breach(rule=rule.code, phrase=text[start:end], start=start, end=end, why=rule.why, instead=rule.instead)
        )
    return tuple(found)


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """English phrases are words: "no way" is not in "casino wayside"."""
    before = text[start - 1 : start] + text[start]
    after = text[end - 1] + text[end : end + 1]
    return any(len(pair) == 2 and pair.isascii() and pair.isalnum() for pair in (before, after))


def _excused(plain: str, match: re.Match[str], unless: re.Pattern[str] | None) -> bool:
    if unless is None:
        return False
    return any(longer.start() <= match.start() and match.end() <= longer.end() for longer in unless.finditer(plain))


def require_fit_language(text: str, rules: tuple[LanguageRule, ...], *, field: str) -> None:
    """Refuse a text to a customer that breaks the language rules, naming the phrases and what to say instead."""
    found = breaches(text, rules)
    if not found:
        return
    named = list({breach.rule: breach for breach in found}.values())[:NAMED_IN_REFUSAL]
    raise Refusal(
        "language",
        Text(
            "给客户的文字不合语言规范，请修改："
            + "；".join(f"“{breach.phrase}”，建议：{breach.instead.zh}" for breach in named)
            + "。",
            "The words to the customer break the language rules. Please change: "
            + "; ".join(f"“{breach.phrase}”, say rather: {breach.instead.en}" for breach in named)
            + ".",
        ),
        field=field,
    )
