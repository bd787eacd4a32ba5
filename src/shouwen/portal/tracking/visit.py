"""The customer's visit: which complaint this browser asked for and how much was proved, sealed in the session for 15 idle minutes."""

import hmac
from datetime import datetime, timedelta
from unicodedata import normalize

import msgspec
from django.http import HttpRequest

from shouwen.casework import tracking
from shouwen.casework.vault import Vault
from shouwen.core.complaint import Complaint
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.portal import guard, sealed_session
from shouwen.portal.models import Passphrase

NAME = "visit"
IDLE = timedelta(minutes=15)
LAST_DIGITS = 4

FACTOR_WRONG = Text(
    "与您提交时留下的不一致。请检查后再试；手机号请填最后四位数字。",
    "This is not what you gave us. Check it and try again; of a phone number, enter the last four digits.",
)


class Visit(msgspec.Struct, frozen=True):
    """`proved`: the second factor was right. `at` is the last time that this browser asked for anything."""

    complaint: int
    proved: bool
    at: datetime


class Visitor(msgspec.Struct, frozen=True):
    """Whose page is open: the complaint as it stands, and how much of it this browser may have.

    `factor` says what can be asked for: "contact" (phone or e-mail), "passphrase", or nothing, where nobody could be told from anybody.
    """

    complaint: Complaint
    proved: bool
    factor: str

    @property
    def sees_answer(self) -> bool:
        """The answer is for whoever proved to be the customer; an anonymous one without passphrase has nothing but the code."""
        return self.proved or (self.complaint.anonymous and not self.factor)


def begin(request: HttpRequest, complaint: Complaint, now: datetime) -> None:
    """Open the page of this complaint in this browser, under a new session key."""
    request.session.cycle_key()
    sealed_session.keep(request, NAME, Visit(complaint.id, False, now))


def current(request: HttpRequest, now: datetime) -> Visitor | None:
    """The visit of this browser, prolonged by this very request; none when it has lasted idle for 15 minutes."""
    visit = sealed_session.kept(request, NAME, Visit)
    if visit is None:
        return None
    complaint = tracking.read(visit.complaint) if now - visit.at <= IDLE else None
    if complaint is None:
        end(request)
        return None
    sealed_session.keep(request, NAME, msgspec.structs.replace(visit, at=now))
    return Visitor(complaint, visit.proved, factor_of(complaint))


def end(request: HttpRequest) -> None:
    sealed_session.forget(request, NAME)


def factor_of(complaint: Complaint) -> str:
    """What this customer can be asked for besides the code."""
    if Passphrase.is_chosen(complaint.id):
        return "passphrase"
    return "contact" if {"phone", "email"} & set(complaint.contact_given) else ""


def prove(request: HttpRequest, visitor: Visitor, given: str, now: datetime) -> None:
    """Take the second factor. Refused when it is wrong, or tried too often for this code or from this address."""
    number = visitor.complaint.number
    guard.require_few(guard.FACTORS_OF_ADDRESS, guard.client_address(request), now)
    guard.require_few(guard.FACTORS_OF_CODE, number, now)
    guard.require_few(guard.FACTORS_OF_CODE_DAILY, number, now)
    if not _fits(visitor, given):
        raise Refusal("factor-wrong", FACTOR_WRONG, field="factor")
    guard.forgive(guard.FACTORS_OF_CODE, number)
    guard.forgive(guard.FACTORS_OF_CODE_DAILY, number)
    request.session.cycle_key()
    sealed_session.keep(request, NAME, Visit(visitor.complaint.id, True, now))


def _fits(visitor: Visitor, given: str) -> bool:
    if visitor.factor == "passphrase":
        return Passphrase.fits(visitor.complaint.id, given)
    details = Vault.open(visitor.complaint.id).details
    typed = normalize("NFKC", given).strip()
    phone = "".join(sign for sign in normalize("NFKC", details.phone) if sign.isdecimal())
    digits = "".join(sign for sign in typed if sign.isdecimal())
    by_phone = len(phone) >= LAST_DIGITS and typed == digits and _same(phone[-LAST_DIGITS:], digits[-LAST_DIGITS:])
    by_phone = by_phone and len(digits) in (LAST_DIGITS, len(phone)) and phone.endswith(digits)
    by_email = bool(details.email.strip()) and _same(details.email.strip().casefold(), typed.casefold())
    return by_phone or by_email


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
