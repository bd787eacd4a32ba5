"""网络投诉: what a customer sends from the bank's own page becomes a registration (mission A1). The clerk classifies it."""

from datetime import datetime

import msgspec
from django.conf import settings

from shouwen.casework.door import KeyUsedOtherwise, handle
from shouwen.casework.models import ComplaintRow
from shouwen.casework.rules import standing_policy
from shouwen.casework.vault import Details
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.receiving import Register
from shouwen.core.people import Actor, Unit, UnitKind
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

CUSTOMER = Actor(person=None, system="customer")
"""客户: the program speaks for somebody outside; `core.duties.PARTS` says what that may do."""

CODE = "web"
ENTRY: tuple[str, ...] = ("/complain/", "/register/?channel=web", "/api/v1/complaints")
SETTINGS: tuple[str, ...] = ("SHOUWEN_WEB_UNIT", "SHOUWEN_EMAIL_URL", "SHOUWEN_SMS_URL")
REFUSES: tuple[Text, ...] = (
    Text(
        "没有写明经过；既不匿名又没有电话和邮箱；由程序代填或短时间内提交过多；没有任何机构有值班联系人时暂不受理（所填内容保留）；"
        "不合规的附件（其余照常提交）",
        "No words about what happened; neither anonymous nor phone nor e-mail; filled in by a program, or too many in a short time; "
        "anything while no unit has a contact on duty (what was typed is kept); a file that is not accepted (the rest is taken)",
    ),
)
OUR_SITE = {"site": "official_site"}
TITLE_LENGTH = 40
THE_NAMED_ONE = "outlet"
ENDS = "。！？!?\n；;"
CHOSEN_BY_CUSTOMERS = frozenset(
    {
        UnitKind.HEAD_OFFICE,
        UnitKind.TIER1_BRANCH,
        UnitKind.TIER2_BRANCH,
        UnitKind.SUB_BRANCH,
        UnitKind.OUTLET,
        UnitKind.HOTLINE,
    }
)


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer sent. `place` is the branch in the customer's own words; `checked` the contact detail that a code proved
    (phone, email or nothing); `language` the one the pages were read in (zh or en); `at` the moment of sending, aware."""

    kind: str
    statement: str
    wish: str = ""
    place: str = ""
    anonymous: bool = False
    details: Details = Details()
    checked: str = ""
    language: str = "zh"
    at: datetime


def places() -> tuple[Unit, ...]:
    """The units that a customer may name: where customers go or call, never a department."""
    return tuple(unit for unit in directory().open_units() if unit.kind in CHOSEN_BY_CUSTOMERS)


def place_named(words: str) -> Unit | None:
    """The unit that is meant, if exactly one has this name or code."""
    wanted = "".join(words.split()).casefold()
    if not wanted:
        return None
    found = [unit for unit in places() if wanted in ("".join(unit.name.split()).casefold(), unit.code.casefold())]
    return found[0] if len(found) == 1 else None


def receiving_unit(about: Unit | None, at: datetime) -> Unit:
    """Who receives it: the unit of SHOUWEN_WEB_UNIT, else the hotline centre; a unit where nobody is on duty is passed over.

    Refused when no unit has anybody on duty: then nobody would be responsible (mission A9).
    """
    today = working_calendar().local_date(at)
    for unit in _candidates(about):
        if unit is not None and directory().contact_on_duty(unit.id, today) is not None:
            return unit
    raise Refusal(
        "web-closed",
        Text(
            "网上暂时无法提交，您填写的内容已保留。请稍后再试，或拨打客服热线、到任一网点提出。",
            "We cannot take this here at the moment; what you typed is kept. Try again later, call our hotline, or come "
            "to any of our branches.",
        ),
    )


def _candidates(about: Unit | None) -> list[Unit | None]:
    chosen = str(settings.SHOUWEN_WEB_UNIT).strip()
    institution = directory().unit(about.institution_id) if about else None
    hotlines = [unit for unit in directory().open_units() if unit.kind is UnitKind.HOTLINE]
    first = institution if chosen == THE_NAMED_ONE else directory().unit_by_code(chosen) if chosen else None
    return [first, *hotlines, institution]


def title_of(statement: str) -> str:
    """The first sentence, shortened: what the lists show until a clerk has read it."""
    first = next((line.strip() for line in statement.splitlines() if line.strip()), "")
    ends = [place for mark in ENDS if (place := first.find(mark)) > 0]
    first = first[: min(ends)] if ends else first
    return first if len(first) <= TITLE_LENGTH else f"{first[: TITLE_LENGTH - 1]}…"


def command_for(sent: Sent) -> Register:
    """The registration: a place that is no unit of ours stays in the words, so that the clerk can find it."""
    about = place_named(sent.place)
    unit = receiving_unit(about, sent.at)
    said = sent.statement
    if sent.place.strip() and about is None:
        said = f"{said.rstrip()}\n\n（客户所指网点：{sent.place.strip()}）"
    return Register(
        channel=CODE,
        channel_facts=_facts(sent),
        kind=sent.kind,
        received_at=sent.at,
        receiving_unit=unit.id,
        anonymous=sent.anonymous,
        subject=title_of(sent.statement),
        statement=said,
        wish=sent.wish,
        unit_about=about.id if about else None,
    )


def _facts(sent: Sent) -> dict[str, str]:
    """What the pages know; a bank's own pack may do without some of it."""
    known = {**OUR_SITE, "contact_checked": sent.checked, "language": sent.language}
    asked = {fact.code for fact in standing_policy().channel(CODE).facts}
    return {code: value for code, value in known.items() if value and code in asked}


def register(sent: Sent, *, key: str) -> Complaint:
    """Register it once: the same form sent again, at whatever moment, is the same complaint. Raises `Refusal`."""
    command = command_for(sent)
    try:
        return handle(command, actor=CUSTOMER, details=sent.details, key=key)
    except KeyUsedOtherwise as known:
        first = ComplaintRow.objects.get(number=known.number).received_at
        again = msgspec.structs.replace(command, received_at=first)
        return handle(again, actor=CUSTOMER, details=sent.details, key=key)
