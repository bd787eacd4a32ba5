"""The kinds of personal data, and the one written form of each value that look-ups and comparisons use."""

import re
import unicodedata
from datetime import date
from enum import StrEnum

from shouwen.core.masking.characters import INVISIBLE, PLAIN, SPELLED


class Kind(StrEnum):
    """个人信息种类: name 姓名, phone 电话, identity 证件号 (also passports and permits), card 卡号 (also accounts), e-mail 邮箱.

    `OTHER` 个人信息 is a value that is personal as a whole, such as a list of names; it is never looked for in a text.
    """

    NAME = "name"
    PHONE = "phone"
    IDENTITY = "identity"
    CARD = "card"
    EMAIL = "email"
    OTHER = "other"


# GB 11643-1999: the first two digits are the province; 83 is the residence permit for people from Taiwan.
_PROVINCES = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83}
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

_DOUBLED = str.maketrans("0123456789", "0246813579")
"""Each digit twice, and of what has two digits their sum."""

_SEPARATORS = re.compile(r"[\s\-.()_/]+")
_EXTENSION = re.compile(r"(?:转|分机|ext|x|#).*$", re.IGNORECASE)
MIDDLE_DOTS = "·•‧・･∙⋅"
"""Keyboards know half a dozen dots for 阿依古丽·买买提."""

_OTHER_DOTS = dict.fromkeys(map(ord, MIDDLE_DOTS), "·")

# What staff write into the field for the name when there is none.
_NAMES_NOBODY = re.compile(
    r"匿名(?:客户|人|者)?|佚名|无名氏|无|未知|不详|不明|保密|客户|先生|女士|小姐|本人|储户|用户|投诉人"
    r"|anonymous|unknown|none|customer|client|n/a|withheld|-+"
)
_INVISIBLE = {ord(character): None for character in INVISIBLE}


def is_digits(text: str) -> bool:
    """Nothing but the digits 0 to 9: `isdigit` also knows digits of scripts that no number of ours is written in."""
    return text.isascii() and text.isdecimal()


def check_character(first17: str) -> str:
    """校验码 of a resident identity number (GB 11643-1999) for its first 17 digits."""
    return _CHECK_CHARACTERS[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def is_identity_number(value: str) -> bool:
    """居民身份证号: 18 characters with a province, a date of birth that exists and the right 校验码. Spelling is forgiven."""
    number = compact(value)
    return looks_like_identity_number(number) and len(number) == 18 and check_character(number[:17]) == number[17]


def looks_like_identity_number(number: str) -> bool:
    """Province and date of birth fit. A number with one mistyped digit is personal data all the same."""
    if len(number) == 15 and is_digits(number):
        number = f"{number[:6]}19{number[6:]}0"
    if len(number) != 18 or not is_digits(number[:17]) or number[17] not in "0123456789X":
        return False
    # A permanent residence card for foreigners starts with 9, then the province.
    province = number[1:3] if number[0] == "9" else number[:2]
    return int(province) in _PROVINCES and number[6:8] in ("19", "20") and _is_date(number[6:14])


def passes_luhn(number: str) -> bool:
    """The check digit of bank-card numbers (ISO/IEC 7812-1 annex B)."""
    return (sum(map(int, number[-1::-2])) + sum(map(int, number[-2::-2].translate(_DOUBLED)))) % 10 == 0


def normalise(kind: str, value: str) -> str:
    """The one form in which two spellings of a value are equal; empty when nothing is left.

    Width, blanks, dashes and case do not count; phones lose +86 and an extension, and gain the 0 of their area code; an old
    15-digit identity number becomes its 18 characters. A kind that is not in `Kind` is compared as an identity number is.
    """
    if kind == Kind.NAME:
        return normalise_name(value)
    if kind == Kind.PHONE:
        return normalise_phone(value)
    if kind == Kind.IDENTITY:
        return normalise_identity(value)
    if kind == Kind.EMAIL:
        return "".join(_plain(value).split()).casefold()
    return compact(value)


def normalise_name(value: str) -> str:
    """姓名 without blanks (张　三 is 张三); a Latin name keeps one blank between its words. Words for nobody, 匿名, are empty."""
    words = with_one_middle_dot(_plain(value).casefold()).split()
    name = (" " if all(word.isascii() for word in words) else "").join(words)
    return "" if _NAMES_NOBODY.fullmatch(name) else name


def compact(value: str) -> str:
    """A number or code in ASCII capitals without blanks and dashes."""
    return _SEPARATORS.sub("", _plain(value).translate(SPELLED)).upper()


def with_one_middle_dot(name: str) -> str:
    return name.translate(_OTHER_DOTS)


def normalise_phone(value: str) -> str:
    """电话: 13812345678, 01066123456, +85291234567."""
    text = _EXTENSION.sub("", _plain(value).translate(SPELLED).strip())
    international = text.lstrip("(").startswith("+")
    digits = "".join(character for character in text if "0" <= character <= "9")
    for prefix in ("0086", "86"):
        rest = digits.removeprefix(prefix)
        if rest != digits and len(rest) >= 10:
            return rest.removeprefix("0") if _is_mobile(rest.removeprefix("0")) else _with_area_code(rest)
    if international:
        return f"+{digits}"
    return digits.removeprefix("0") if _is_mobile(digits.removeprefix("0")) else digits


def normalise_identity(value: str) -> str:
    """证件号 in capitals without blanks; an old resident number of 15 digits becomes the 18 of the same person."""
    number = compact(value)
    if len(number) == 15 and looks_like_identity_number(number):
        first17 = f"{number[:6]}19{number[6:]}"
        return first17 + check_character(first17)
    return number


def _with_area_code(rest: str) -> str:
    return rest if rest.startswith(("0", "400", "800")) else f"0{rest}"


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789"


def _is_date(yyyymmdd: str) -> bool:
    try:
        date(int(yyyymmdd[:4]), int(yyyymmdd[4:6]), int(yyyymmdd[6:]))
    except ValueError:
        return False
    return True


def _plain(value: str) -> str:
    return unicodedata.normalize("NFKC", value.translate(_INVISIBLE).translate(PLAIN)).translate(PLAIN)
