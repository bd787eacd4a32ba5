"""文字: a rule's bilingual text in the language of the customer, and moments as customers read them."""

from datetime import datetime

from django.utils.translation import get_language

from shouwen.core.text import Text
from shouwen.letters.paper import said, said_day
from shouwen.organisation.calendar import working_calendar


def language() -> str:
    """ "en" or "zh": the two languages of the pages."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def here(text: Text) -> str:
    return text.into(language())


def moment(at: datetime) -> str:
    """A moment in the bank's zone: 2026年11月20日 10:32."""
    return said(at, working_calendar().zone, language())


def day(at: datetime) -> str:
    return said_day(working_calendar().local_date(at), language())
