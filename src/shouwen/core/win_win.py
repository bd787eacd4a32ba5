"""双赢 (mission E4, slide 9): how a complaint ended for the customer and for the bank, one of four outcomes.

Of an economic dispute it is what was recorded for both when it was closed. Of any other answered complaint the customer won who says in the
survey that the answer is at least what was expected, and the bank won that was neither at fault nor paid, as far as the pack counts that
(`win_win`). Without a survey that was answered, or without findings, nothing is said
(`core.figures.sides_of`).
"""

from enum import StrEnum

import msgspec

from shouwen.core.text import Text


class Sides(StrEnum):
    """四种结果, for the customer and for the bank."""

    BOTH_WIN = "both_win"
    CUSTOMER_WINS = "customer_wins"
    BANK_WINS = "bank_wins"
    BOTH_LOSE = "both_lose"

    @property
    def label(self) -> Text:
        return SIDES_TITLES[self]

    @property
    def customer_wins(self) -> bool:
        return self in (Sides.BOTH_WIN, Sides.CUSTOMER_WINS)

    @property
    def bank_wins(self) -> bool:
        return self in (Sides.BOTH_WIN, Sides.BANK_WINS)


SIDES_TITLES = {
    Sides.BOTH_WIN: Text("双赢", "Both win"),
    Sides.CUSTOMER_WINS: Text("客户赢、银行输", "The customer wins, the bank loses"),
    Sides.BANK_WINS: Text("银行赢、客户输", "The bank wins, the customer loses"),
    Sides.BOTH_LOSE: Text("双输", "Both lose"),
}


class Lost(StrEnum):
    """What the bank has lost by: it bears responsibility, or it paid."""

    LIABLE = "liable"
    PAID = "paid"


class WinWinRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """双赢口径 of complaints without an economic dispute: what the bank has lost by. Source: bank-default."""

    bank_loses_by: tuple[Lost, ...] = (Lost.LIABLE, Lost.PAID)
    source: str | None = None


def sides(*, customer_wins: bool, bank_wins: bool) -> Sides:
    if customer_wins:
        return Sides.BOTH_WIN if bank_wins else Sides.CUSTOMER_WINS
    return Sides.BANK_WINS if bank_wins else Sides.BOTH_LOSE
