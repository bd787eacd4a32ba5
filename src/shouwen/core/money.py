"""金额: exact decimal money with its currency. No floats anywhere; in journals an amount is a text."""

import re
from decimal import Decimal
from unicodedata import normalize

import msgspec

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

CENTS = 2
"""Decimals that an amount may have: 分."""
WRITTEN = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?", re.ASCII)
"""An amount as people write it: plain, or with a comma before each three digits."""
LONGEST = 40


class Money(msgspec.Struct, frozen=True):
    """金额: `amount` as an exact decimal of at most two places, `currency` as its ISO 4217 code (CNY)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """Two places and commas, as it stands in a letter: CNY 12,345.60."""
        return f"{self.currency} {self.amount:,.2f}"


def read_amount(typed: str, field: str) -> Decimal:
    """An amount as somebody typed it: full-width digits, ¥, 元 and commas are fine. Refused: what is no amount."""
    text = normalize("NFKC", typed[:LONGEST]).strip().strip("¥元").strip()
    if len(typed) > LONGEST or not WRITTEN.fullmatch(text):
        raise Refusal(
            "no-amount",
            Text(
                f"“{typed[:LONGEST]}”不是金额，请只填数字，如 12345.60。",
                f"“{typed[:LONGEST]}” is no amount. Enter digits only, such as 12345.60.",
            ),
            field=field,
        )
    return Decimal(text.replace(",", ""))


def require_fit(money: Money, field: str, *, currencies: tuple[str, ...], most: Decimal) -> None:
    """Refuse what cannot be an amount of money here: negative, with parts of a cent, beyond `most`, in a currency not on the list."""
    if money.currency not in currencies:
        raise Refusal(
            "currency-unknown",
            Text(
                f"币种“{money.currency[:10]}”不在列表中，请选择：{'、'.join(currencies)}。",
                f"The currency “{money.currency[:10]}” is not on the list. Choose one of: {', '.join(currencies)}.",
            ),
            field="currency",
        )
    if not money.amount.is_finite() or money.amount < 0:
        raise Refusal("amount-negative", Text("金额不能为负数。", "An amount cannot be negative."), field=field)
    if money.amount > most:
        raise Refusal(
            "amount-absurd",
            Text(
                f"金额超过 {most:,.2f}，请检查位数。",
                f"The amount is above {most:,.2f}. Check the number of digits.",
            ),
            field=field,
        )
    exponent = money.amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > CENTS:
        raise Refusal(
            "parts-of-a-cent",
            Text("金额最多两位小数（到分）。", "An amount has two decimals at most."),
            field=field,
        )
