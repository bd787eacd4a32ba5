"""部分显示: what a reader sees of a value whose rest is not needed for the work. The rest cannot be computed from it."""

import unicodedata

from shouwen.core.masking.forms import Kind, normalise, normalise_identity, normalise_phone, with_one_middle_dot

_COMPOUND_SURNAMES = (
    "欧阳 司马 上官 诸葛 司徒 司空 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 轩辕 端木 南宫 百里 呼延 闻人 东郭 "
    "西门 独孤 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 公羊 赫连 钟离 鲜于 闾丘 拓跋 万俟 第五 司寇 巫马 公西 歐陽 諸葛"
)


def mask(kind: str, value: str) -> str:
    """One value in part, by its kind; a kind unknown here is not shown at all."""
    return _BY_KIND[Kind(kind)](value) if kind in _BY_KIND else "***"


def mask_name(value: str) -> str:
    """张* · 欧阳** · 阿***·买** · J*** S****: the surname or first letter; the number of stars is the number of characters."""
    name = with_one_middle_dot(unicodedata.normalize("NFKC", value)).strip()
    if "·" in name:
        return "·".join(_first_then_stars(part, 1) for part in name.split("·"))
    if name.isascii():
        return " ".join(_first_then_stars(word, 1) for word in name.split())
    name = "".join(name.split())
    return _first_then_stars(name, 2 if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES else 1)


def mask_phone(value: str) -> str:
    """138****5678: three digits, four stars, four digits; of a short number only its last two."""
    phone = normalise_phone(value)
    sign, digits = ("+", phone[1:]) if phone.startswith("+") else ("", phone)
    if len(digits) >= 10:
        return f"{sign}{digits[:3]}****{digits[-4:]}"
    return f"{sign}{'*' * max(len(digits) - 2, 0)}{digits[-2:]}" if len(digits) >= 7 else "*" * len(digits)


def mask_identity(value: str) -> str:
    """110***********1234: province and last four of a resident number; of a passport or permit first and last two."""
    number = normalise_identity(value)
    if len(number) >= 15:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    return f"{number[0]}{'*' * (len(number) - 3)}{number[-2:]}" if len(number) >= 7 else "*" * len(number)


def mask_card(value: str) -> str:
    """6222 **** **** 1234 without the blanks: the first four and the last four."""
    number = normalise(Kind.CARD, value)
    if len(number) >= 12:
        return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"
    return f"{'*' * (len(number) - 2)}{number[-2:]}" if len(number) >= 7 else "*" * len(number)


def mask_email(value: str) -> str:
    """z***@example.com: always three stars, so that the length stays unknown."""
    local, at, domain = value.strip().rpartition("@")
    return f"{local[0]}***@{domain}" if at and len(local) > 1 else f"***@{domain}" if at else "***"


def _first_then_stars(word: str, shown: int) -> str:
    return word[:shown] + "*" * max(len(word) - shown, 1) if word else ""


_BY_KIND = {
    Kind.NAME: mask_name,
    Kind.PHONE: mask_phone,
    Kind.IDENTITY: mask_identity,
    Kind.CARD: mask_card,
    Kind.EMAIL: mask_email,
}
