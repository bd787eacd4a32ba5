"""媒体投诉: whoever notices a report enters it, and it goes to the office of that level at once (mission B2, C5)."""

from datetime import date

from shouwen.core.channel import Channel
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Register
from shouwen.core.complaint.routing import HandOver
from shouwen.core.duties import Duty
from shouwen.core.people import Actor, Person, Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.directory import directory

CODE = "media"
ENTRY: tuple[str, ...] = ("/register/?channel=media",)
REFUSES: tuple[Text, ...] = (
    Text(
        "不是 http(s) 的链接；本级和上级机构都没有可签收的办公室；由办公室以外的人直接转办",
        "A link that is not http(s); an entry where neither this institution nor one above has an office that could sign; a "
        "dispatch by somebody who is not of the office",
    ),
)
REASON = "媒体投诉，按规定由办公室办理和协调。"


def checked(register: Register, channel: Channel) -> Register:
    return register


def at_once(register: Register, channel: Channel, actor: Actor, on: date) -> tuple[Command, ...]:
    """移交办公室: handed to the contact on duty of the office of the receiving institution, else of the institution above.

    Who is of the office keeps it. Refused where no office up to the head office has somebody to sign for it.
    """
    if channel.goes_to is None or is_of_the_office(register.receiving_unit, channel, actor):
        return ()
    office, contact = _office(register, channel, on)
    if contact.id == actor.id:
        return ()
    return (HandOver(to=contact.id, reason=f"{REASON}（{office.name}）"),)


def is_of_the_office(receiving_unit: int, channel: Channel, actor: Actor) -> bool:
    """Whether the one who registers belongs to the department that handles media complaints."""
    unit = directory().unit(receiving_unit)
    return Duty.OFFICE_OFFICER in actor.duties or (unit is not None and unit.kind is channel.goes_to)


def _office(register: Register, channel: Channel, on: date) -> tuple[Unit, Person]:
    known = directory()
    receiving = known.unit(register.receiving_unit)
    offices = {unit.parent_id: unit for unit in reversed(known.open_units()) if unit.kind is channel.goes_to}
    for institution in reversed(receiving.line if receiving else ()):
        office = offices.get(institution)
        if office is None:
            continue
        for person in known.signatories(office.id, on):
            if person.id != register.employee_about:
                return office, person
    raise Refusal(
        "no-office",
        Text(
            "本机构和上级机构都没有可签收的办公室，媒体投诉无人接办。请先在“机构人员”中设立办公室并指定联系人，或电话报告上级行办公室。",
            "Neither this institution nor one above has an office that could sign, so nobody would handle it. Have an office with a "
            "contact set up under “Organisation”, or report to the superior bank's office by phone.",
        ),
        field="receiving_unit",
    )
