"""The ways in of the demo bank: how often each is taken, who registers it, and the facts that it brings."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from shouwen.demo.stories import GIVEN_NAMES, SURNAMES

CHANNELS = {
    "hotline": 44,
    "web": 14,
    "visit": 12,
    "letter": 7,
    "email": 8,
    "opinion_book": 7,
    "transfer": 6,
    "media": 4,
}
REGISTRARS = {
    "hotline": "100101",
    "web": "100102",
    "email": "100103",
    "letter": "100201",
    "media": "100301",
    "transfer": "100210",
}
MONITOR = "100102"
"""Who notices media reports without being of the office: the program hands them over."""


def facts_of(channel: str, dice: Random, received: datetime, title: str) -> dict[str, Any]:
    """渠道要素 as the channel's form would bring them."""
    day = received.date()
    match channel:
        case "hotline":
            return {"call_id": f"C{day:%y%m%d}-{dice.randrange(10**5):05d}"}
        case "opinion_book":
            return {
                "found_in": dice.choice(("book", "box")),
                "page": str(dice.randrange(1, 90)),
                "written_on": (day - timedelta(days=dice.randrange(3))).isoformat(),
            }
        case "web":
            return {"site": dice.choice(("official_site", "mobile_bank"))}
        case "visit":
            return _visit(dice)
        case "letter":
            return {"dated": (day - timedelta(days=3)).isoformat(), "pages": dice.randrange(1, 6)}
        case "email":
            return {"mail_subject": title}
        case "media":
            return {
                "outlet": dice.choice(("示范晚报", "城市在线")),
                "medium": dice.choice(("newspaper", "online")),
                "published_on": day.isoformat(),
                "link": f"https://news.example/{day:%Y%m%d}/{dice.randrange(1000)}",
                "reach": f"阅读约{dice.randrange(2, 60)}万次",
                "deadline": (received + timedelta(days=dice.randrange(1, 4))).isoformat(),
            }
        case _:
            return _transfer(dice, received)


def _visit(dice: Random) -> dict[str, Any]:
    visitors = dice.choice((1, 1, 1, 2, 3, 8))
    if visitors < 3:
        return {"visitors": visitors}
    names = [dice.choice(SURNAMES) + dice.choice(GIVEN_NAMES) for _ in range(min(visitors - 1, 3))]
    return {"visitors": visitors, "representatives": len(names), "representative_names": "\n".join(names)}


def _transfer(dice: Random, received: datetime) -> dict[str, Any]:
    day = received.date()
    body, kind = dice.choice(
        (
            ("示范省银行业监管局", "government"),
            ("示范市消费者协会", "government"),
            ("示范银行总行办公室", "superior_bank"),
        )
    )
    return {
        "body": body,
        "body_kind": kind,
        "slip_kind": dice.choice(("transfer", "supervision")),
        "document_number": f"转〔{day.year}〕{dice.randrange(1, 10**8)}号",
        "document_date": (day - timedelta(days=1)).isoformat(),
        "reply_by": (day + timedelta(days=dice.randrange(12, 20))).isoformat(),
    }
