"""What a letter is written from: the complaint as it stood when the letter was made, its journal, its vault, its pack."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from shouwen.casework.rules import policy_of
from shouwen.casework.timeline import timeline
from shouwen.casework.vault import Details, Vault
from shouwen.core import masking
from shouwen.core.complaint import Complaint, Event, replay
from shouwen.core.people import Organisation, Person
from shouwen.core.policy import Policy
from shouwen.core.text import Text
from shouwen.organisation.directory import directory

E = TypeVar("E", bound=Event)

ANONYMOUS = Text("匿名", "Anonymous")
NOT_GIVEN = Text("未留", "Not given")


class Record(msgspec.Struct, frozen=True):
    """卷宗 of one complaint. Masked, unless `clear`: then letters to the customer carry the personal data, and the look is on the
    journal. `with_code`: the tracking code stands on the receipt too, for the one who hands it to the customer.
    """

    complaint: Complaint
    events: tuple[Event, ...]
    vault: Vault
    policy: Policy
    organisation: Organisation
    clear: bool
    with_code: bool = False

    @classmethod
    def read(cls, complaint: Complaint, *, clear: bool, with_code: bool = False) -> "Record":
        return cls(
            complaint,
            tuple(moment.event for moment in timeline(complaint.id)),
            Vault.open(complaint.id),
            policy_of(complaint.policy),
            directory(),
            clear,
            with_code,
        )

    def each(self, kind: type[E]) -> Iterator[tuple[int, E]]:
        """The events of a kind, with their places in the journal."""
        return ((place, event) for place, event in enumerate(self.events) if isinstance(event, kind))

    def first(self, kind: type[E]) -> tuple[int, E] | None:
        return next(self.each(kind), None)

    def as_of(self, place: int) -> Complaint:
        """The complaint as the event at this place left it: what a paper said does not change afterwards."""
        complaint = replay(self.events[: place + 1])
        assert complaint is not None
        return complaint

    def person(self, person_id: int | None) -> Person:
        found = self.organisation.person(person_id) if person_id is not None else None
        return found or Person(0, "", 0, "")

    def unit_name(self, unit_id: int | None) -> str:
        unit = self.organisation.unit(unit_id) if unit_id is not None else None
        return unit.name if unit else ""

    def letterhead(self, unit_id: int) -> str:
        """The institution in whose name a letter goes out, after the bank's own name: 示范银行江东省分行."""
        unit = self.organisation.unit(unit_id)
        if unit is None:
            return ""
        institution = self.organisation.unit(unit.institution_id) or unit
        head = self.organisation.unit(institution.line[0]) or institution
        bank = head.name.removesuffix("总行")
        return institution.name if institution.name.startswith(bank) else f"{bank}{institution.name}"

    def to_customer(self, text: str) -> str:
        """Words in a letter to the customer: personal data in their places where the reader's duty needs them."""
        return self.vault.unseal_text(text) if self.clear else text

    def addressee(self) -> str:
        """How the customer is addressed by name; empty for one who gave none."""
        name = self.vault.details.name
        return name if self.clear else masking.mask("name", name)

    def masked(self) -> "Complainant":
        """投诉人 on papers that stay in the bank."""
        details = self.vault.details
        if self.complaint.anonymous and not details.name:
            return Complainant(ANONYMOUS, _contact(details))
        return Complainant(Text(masking.mask("name", details.name)) if details.name else NOT_GIVEN, _contact(details))


class Complainant(msgspec.Struct, frozen=True):
    """投诉人 in part: enough to tell two cases apart, too little to find the person."""

    name: Text
    contact: Text


def _contact(details: Details) -> Text:
    if details.phone:
        return Text(masking.mask("phone", details.phone))
    return Text(masking.mask("email", details.email)) if details.email else NOT_GIVEN


def class_title(complaint: Complaint, policy: Policy) -> Text:
    """分类 in both levels: 服务质量 / 服务态度."""
    if not complaint.class_:
        return Text("未分类", "Not classified")
    class_ = policy.class_(complaint.class_)
    if class_.parent is None:
        return class_.title
    parent = policy.class_(class_.parent).title
    return Text(f"{parent.zh} / {class_.title.zh}", f"{parent.en} / {class_.title.en}")
