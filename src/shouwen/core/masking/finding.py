"""Where personal data stand in a free text. Every pattern is bounded: the work grows with the length of the text, no faster."""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from shouwen.core.masking.characters import PlainText, may_hold_number
from shouwen.core.masking.forms import Kind, check_character, is_digits, looks_like_identity_number, passes_luhn
from shouwen.core.masking.known import known_names, known_numbers


class Span(NamedTuple):
    """A place in the original text and what stands there."""

    start: int
    end: int
    kind: Kind


_GAP = r"[ \-]{0,2}"
_CHINA = rf"(?:\(?(?:\+|00)?86\)?{_GAP})?"

_RUN = re.compile(r"[0-9](?:[ \-.()]{0,3}[0-9]){8,}")
_GROUP = re.compile(r"[0-9]+")
_X = re.compile(r"[ \-]?[Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(
    rf"(?<![0-9]){_CHINA}0?(?:"
    rf"1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}"
    rf"|1[3-9][0-9]{{2}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}}"
    rf"|1[3-9][0-9]{{3}}{_GAP}[0-9]{{6}}"
    rf"|1[3-9][0-9]\.[0-9]{{4}}\.[0-9]{{4}}"
    rf"|1{_GAP}[3-9](?:[ \-]{{1,2}}[0-9]){{9}}"
    r")(?![0-9])"
)
_LANDLINE = re.compile(
    rf"(?<![0-9])(?:\(?0|\(?(?:\+|00)?86\)?{_GAP}\(?0?)(?:10|2[0-9]|(?!400|800)[3-9][0-9]{{2}})\)?{_GAP}[2-8][0-9]{{2,3}}{_GAP}[0-9]{{4}}"
    rf"(?: ?(?:转|分机|ext\.?|-) ?[0-9]{{1,6}})?(?![0-9])"
)
_INTERNATIONAL = re.compile(r"\+[1-9](?:[ \-()]{0,2}[0-9]){7,14}(?![0-9])")
_SERVICE_LINE = re.compile(r"\+86[ \-()]*(?:400|800|95[0-9]{3}(?![0-9]))")

_LABEL_FILLER = r"(?:号码|号|是|为|编号|尾号|no\.?|number|num|is|[\s:#.,，。：、\"'“”()]){0,8}"
_IDENTITY_LABEL = re.compile(rf"(?:身份证|证件|护照|identity|id ?card|\bid){_LABEL_FILLER}$", re.IGNORECASE)
_CARD_LABEL = re.compile(rf"(?:卡|账号|帐号|账户|帐户|\bcard|account|\bacct|a/c){_LABEL_FILLER}$", re.IGNORECASE)
_PASSPORT = re.compile(
    rf"(?:护照|通行证|回乡证|台胞证|军官证|士兵证|居留证|passport|permit){_LABEL_FILLER}([A-Za-z]{{0,3}}[0-9]{{6,10}})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_PASSPORT_WORDS = ("照", "证", "assport", "ASSPORT", "ermit", "ERMIT")
# How many digits stand together: all, in fours, as American Express prints them, or the issuer's six and the rest.
_CARD_GROUPS = re.compile(r"[0-9]+|4(?: 4){2,3}(?: [1-4])?|4 6 [45]|6 (?:[7-9]|1[0-3])|6(?: 4)+(?: [1-4])?")
_MOBILE_ALONE = re.compile(r"1[3-9][0-9]{9}")
_LABEL_REACH = 24

# A word of letters that runs straight into a number is part of an order number or a hash, unless it says what follows.
_WORD_BEFORE_NUMBER = re.compile(
    r"tele?|telephone|phone|mobile|mob|cell|call|fax|no|number|sj|dh|[wv]x|wechat|weixin|qq|alipay|zfb"
    r"|id|idcard|card|account|acct|sfz|kh",
    re.IGNORECASE,
)
_LETTERS_BEFORE = re.compile(r"[A-Za-z]{1,12}$")
_TOKEN_AFTER = re.compile(r"[0-9A-Za-z]{1,24}")

_AMOUNT_AFTER = re.compile(
    r"\.[0-9]{1,2}(?![0-9])| ?(?:元(?![旦月])|块钱|万|亿|美元|港元|港币|英镑|欧元|日元|RMB|CNY|USD|yuan)", re.IGNORECASE
)
_AMOUNT_BEFORE = re.compile(r"(?:[¥$€£]|RMB|CNY|USD|HKD|人民币) ?$", re.IGNORECASE)

_OUR_NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,4}(?:19|20)[0-9]{2}-[0-9]{6,10}(?![0-9A-Za-z])")

_LOCAL_PART = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-"
_DOMAIN = re.compile(r"(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z])")


def find(text: str, known: Iterable[tuple[str, str]] = (), quoted: Iterable[tuple[int, int]] = ()) -> list[Span]:
    """Every value in `text`, in order, none overlapping another; `quoted` places are not looked at.

    `known` are (kind, value) pairs of the people concerned, found in any spelling. What was found is blanked and the text
    searched again until nothing is left, so that a text sealed once holds nothing for a second search.
    """
    people = tuple((Kind(kind), value) for kind, value in known)
    number = may_hold_number(text)
    address = "@" in text or "＠" in text
    if not (people or number or address):
        return []
    spans: list[Span] = []
    blanked = _blank(text, quoted)
    while True:
        fresh = _search(text, blanked, people, number, address)
        if not fresh:
            return sorted(spans)
        spans += fresh
        blanked = _blank(blanked, ((span.start, span.end) for span in fresh))


def shortened(text: str, longest: int, known: Iterable[tuple[str, str]] = ()) -> str:
    """The beginning of a text. A value that the end would cut in two is left out: half a number is not found and not sealed."""
    if len(text) <= longest:
        return text
    cut = next((span for span in find(text, known) if span.start < longest < span.end), None)
    return text[: cut.start if cut else longest]


def _blank(text: str, places: Iterable[tuple[int, int]]) -> str:
    pieces, done = [], 0
    for start, end in sorted(places):
        pieces += [text[done:start], "\0" * (end - start)]
        done = end
    return "".join([*pieces, text[done:]]) if pieces else text


def _search(text: str, blanked: str, known: tuple[tuple[Kind, str], ...], number: bool, address: bool) -> list[Span]:
    taken = bytearray(len(text))
    spans: list[Span] = []

    def take(start: int, end: int, kind: Kind) -> None:
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\1" * (end - start)
            spans.append(Span(start, end, kind))

    if number or address:
        plain = PlainText(blanked)
        for start, end, kind in known_numbers(plain.text, [pair for pair in known if pair[0] is not Kind.NAME]):
            take(*plain.span(start, end), kind)
        if address:
            for start, end in _addresses(plain.text):
                take(*plain.span(start, end), Kind.EMAIL)
        if number:
            for start, end, kind in _numbers(plain.text):
                take(*plain.span(start, end), kind)
    for start, end in known_names(blanked, [value for kind, value in known if kind is Kind.NAME]):
        take(start, end, Kind.NAME)
    return spans


def _addresses(plain: str) -> Iterator[tuple[int, int]]:
    at = plain.find("@")
    while at >= 0:
        window = plain[max(0, at - 64) : at]
        local = window[len(window.rstrip(_LOCAL_PART)) :].lstrip(".")
        domain = _DOMAIN.match(plain, at + 1, at + 256) if local else None
        if domain:
            yield at - len(local), domain.end()
        at = plain.find("@", at + 1)


def _numbers(plain: str) -> Iterator[tuple[int, int, Kind]]:
    """In order of certainty: what a label names, identity numbers, cards, phones."""
    if "-" in plain:
        plain = _OUR_NUMBER.sub(lambda number: "\0" * len(number.group()), plain)
    if any(word in plain for word in _PASSPORT_WORDS):
        for passport in _PASSPORT.finditer(plain):
            yield *passport.span(1), Kind.IDENTITY
    runs = [run.span() for run in _RUN.finditer(plain)]
    for start, end in runs:
        yield from _long_numbers(plain, start, end)
    for start, end in runs:
        for pattern in (_MOBILE, _LANDLINE, _INTERNATIONAL):
            # Two characters before a run may belong to it, "(+"; an extension may follow it.
            for match in pattern.finditer(plain, max(0, start - 2), end + 12):
                if pattern is _INTERNATIONAL and _SERVICE_LINE.match(plain, match.start()):
                    continue
                if _stands_free(plain, *match.span()) and not _is_amount(plain, *match.span()):
                    yield *match.span(), Kind.PHONE


def _long_numbers(plain: str, start: int, end: int) -> Iterator[tuple[int, int, Kind]]:
    """Identity and card numbers: each chain of up to six groups of digits in a run, the longest first."""
    groups = [group.span() for group in _GROUP.finditer(plain, start, end)]
    digits = list(accumulate((b - a for a, b in groups), initial=0))
    done = 0
    for first, (begin, _) in enumerate(groups):
        if first < done:
            continue
        for last in range(min(first + 6, len(groups)) - 1, first - 1, -1):
            if not 9 <= digits[last + 1] - digits[first] <= 19:
                continue
            parts = [plain[a:b] for a, b in groups[first : last + 1]]
            number = "".join(parts)
            finish = groups[last][1]
            if len(number) == 17 and (crossed := _X.match(plain, finish)):
                number, finish = f"{number}X", crossed.end()
            kind = _kind_of(plain, begin, number, parts)
            if (
                kind
                and _stands_free(plain, begin, finish)
                and not (kind is Kind.CARD and _is_amount(plain, begin, finish))
            ):
                yield begin, finish, kind
                done = last + 1
                break


def _kind_of(plain: str, begin: int, number: str, parts: list[str]) -> Kind | None:
    if len(number) == 18 and looks_like_identity_number(number) and check_character(number[:17]) == number[17]:
        return Kind.IDENTITY
    if is_digits(number) and _is_card(number, parts):
        return Kind.CARD
    if len(parts) > 1:
        return None
    if looks_like_identity_number(number):
        return Kind.IDENTITY
    before = plain[max(0, begin - _LABEL_REACH) : begin]
    if len(number) in (15, 18) and _IDENTITY_LABEL.search(before):
        return Kind.IDENTITY
    # An account that is a mobile number, as of a wallet, is a mobile number.
    labelled = is_digits(number) and not _MOBILE_ALONE.fullmatch(number) and _CARD_LABEL.search(before)
    return Kind.CARD if labelled else None


def _is_card(number: str, parts: list[str]) -> bool:
    """13 to 19 digits of a network's range with the right check digit, alone or in the groups that are printed on cards."""
    if not 13 <= len(number) <= 19 or not passes_luhn(number):
        return False
    if not _CARD_GROUPS.fullmatch(" ".join(str(len(part)) for part in parts)):
        return False
    # 2 is also how a time stamp starts; of the 2s only 2221–2720 are cards.
    return number[0] in "345689" or (len(number) == 16 and "2221" <= number[:4] <= "2720")


def _stands_free(plain: str, start: int, end: int) -> bool:
    after = _TOKEN_AFTER.match(plain, end)
    if after and (not after.group().isalpha() or after.end() - end == 24):
        return False
    before = _LETTERS_BEFORE.search(plain[max(0, start - 12) : start])
    if before is None:
        return True
    word = before.group()
    beyond = start - len(word) - 1
    return _WORD_BEFORE_NUMBER.fullmatch(word) is not None and not (beyond >= 0 and plain[beyond].isdigit())


def _is_amount(plain: str, start: int, end: int) -> bool:
    return bool(_AMOUNT_AFTER.match(plain, end) or _AMOUNT_BEFORE.search(plain[max(0, start - 5) : start]))
