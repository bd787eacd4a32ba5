"""The one door. Every way in builds a command and calls `handle`; nothing else writes a complaint.

One PostgreSQL transaction, all or nothing: lock the complaint, seal what is personal, decide, append the events to the journal,
evolve the row, queue the follow-up jobs.
"""

from datetime import datetime

import msgspec
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from shouwen.casework import beside, follow_ups, new_rows, privacy, rows
from shouwen.casework.journal import genesis, link
from shouwen.casework.models import ComplaintRow, JournalEntry, SearchWords
from shouwen.casework.rules import chosen_policy, policy_of, standing_policy
from shouwen.casework.timeline import happened_since
from shouwen.casework.vault import Details, Vault, has_free_text
from shouwen.core.complaint import Command, Complaint, Context, Event, decide, evolve, read_complaint, write_event
from shouwen.core.complaint.categorising import Categorised
from shouwen.core.complaint.clocks import ClocksRedated, TimeMarked
from shouwen.core.complaint.customer import AddStatement, ContactCorrected, CorrectContact, MessageSent, StatementAdded
from shouwen.core.complaint.media import LeadersTold, PressLogged
from shouwen.core.complaint.merging import DuplicateHeard
from shouwen.core.complaint.receiving import Register
from shouwen.core.complaint.recording import (
    Acknowledged,
    AddNote,
    AttachFile,
    FileAttached,
    FileOpened,
    NoteAdded,
    OpenFile,
    Revealed,
)
from shouwen.core.complaint.routing import PassedOn
from shouwen.core.complaint.state import reference_of
from shouwen.core.duties import audience, may_see
from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

UNAFFECTED_BY_OTHERS = (AddNote, AttachFile, OpenFile, AddStatement, CorrectContact)
AFFECTING_NOBODY = (
    Acknowledged,
    MessageSent,
    PassedOn,
    Revealed,
    NoteAdded,
    FileAttached,
    FileOpened,
    StatementAdded,
    ContactCorrected,
    TimeMarked,
    ClocksRedated,
    DuplicateHeard,
    PressLogged,
    LeadersTold,
    Categorised,
)
"""What the program did, and what people put on the record beside the work: no decision rests on it, so no page is stale by it."""


class StalePage(Refusal):
    """Somebody else changed the complaint since this person's page was made; `happened` says what, and who did it."""

    def __init__(self, complaint: Complaint, happened: list[tuple[Text, str]]) -> None:
        self.complaint = complaint
        zh = "、".join(f"{title.zh}({name})" if name else title.zh for title, name in happened)
        en = ", ".join(f"{title.en} ({name})" if name else title.en for title, name in happened)
        super().__init__(
            "stale-page",
            Text(
                f"您打开页面后，这件投诉有了变化：{zh}。您填写的内容已保留，请核对后再提交。",
                f"The complaint changed after you opened the page: {en}. What you typed is kept; check it and submit again.",
            ),
        )


class KeyUsedOtherwise(Refusal):
    """The same idempotency key came again with other content. `number` is the complaint that it became the first time."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(
            "key-used-otherwise",
            Text(
                f"这张表单已经提交过，对应投诉 {number}；这次的内容不同，未作更改。请打开该投诉补充，或重新登记。",
                f"This form was sent before and became complaint {number}; the content now differs and was not taken. "
                "Open that complaint to add to it, or register a new one.",
            ),
        )


class Case:
    """One complaint in the hands of the door: its state, the end of its chain, its vault, and the entries not yet written."""

    def __init__(self, complaint: Complaint | None, head: bytes, vault: Vault | None) -> None:
        self.complaint = complaint
        self.head = head
        self._vault = vault
        self.entries: list[JournalEntry] = []
        self.events: list[Event] = []

    @property
    def vault(self) -> Vault:
        if self._vault is None:
            assert self.complaint is not None
            self._vault = Vault.open(self.complaint.id)
        return self._vault

    @property
    def opened_vault(self) -> Vault | None:
        return self._vault

    @property
    def worked(self) -> tuple[int, ...]:
        """Who has worked on the answer, as far as this case was told here."""
        return tuple(dict.fromkeys(entry.by for entry in self.entries if entry.kind in beside.WORK and entry.by))

    def take(self, command: Command, context: Context) -> None:
        """Decide the command and note what happened. Raises `Refusal` and changes nothing."""
        sealed = (
            self.vault.seal_command(command, personal=_personal_facts(command, context))
            if has_free_text(command)
            else command
        )
        for event in decide(self.complaint, sealed, context):
            self._note(event)

    def _note(self, event: Event) -> None:
        body = write_event(event)
        evolved = evolve(self.complaint, event)
        self.head = link(self.head if self.complaint else genesis(evolved.number), evolved.version, body)
        self.complaint = evolved
        self.events.append(event)
        self.entries.append(
            JournalEntry(
                complaint_id=evolved.id,
                seq=evolved.version,
                kind=str(event.__struct_config__.tag),
                at=event.at,
                by=event.by,
                body=body.decode(),
                hash=self.head,
            )
        )


def _personal_facts(command: Command, context: Context) -> dict[str, int]:
    return context.policy.personal_facts(command.channel) if isinstance(command, Register) else {}


def handle(
    *commands: Command,
    actor: Actor,
    complaint: int | None = None,
    details: Details | None = None,
    key: str | None = None,
    seen: int | None = None,
    now: datetime | None = None,
) -> Complaint:
    """Carry out commands on one complaint, all or none, and return what is then true.

    `complaint` is its id, none for a registration; `details` the complainant's personal data for a registration or a
    correction (`CorrectContact`). `key` makes a
    repeated call harmless: the second one changes nothing and returns the complaint. `seen` is the version that the person
    looked at; if others have since done what a decision rests on, `StalePage` says what. Raises `Refusal`.
    """
    now = now or timezone.now()
    command_key = _command_key(actor, complaint, key) if key else None
    digest = _digest(commands, details) if command_key else b""
    try:
        with transaction.atomic():
            # A registration need not ask first: the journal's unique keys tell, and hardly any comes twice.
            if command_key and complaint is not None and (done := _done_before(command_key, digest)):
                return done
            assert not any(command.follows for command in commands), "what follows from a deed is not sent"
            if any(command.pairs for command in commands):
                _one_pair_at_a_time()
            case = _registration(commands[0], details) if complaint is None else _locked(complaint)
            if seen is not None and case.complaint and case.complaint.version != seen:
                _require_visible(actor, case.complaint)
                _require_unaffected(commands, case.complaint, seen)
            if complaint is None:
                _require_new_reference(commands[0])
            return _carry_out(case, _with_corrections(case, commands, details), actor, now, command_key, digest)
    except (IntegrityError, Refusal):
        if command_key and (done := _done_before(command_key, digest)):
            return done
        raise


def _one_pair_at_a_time() -> None:
    """Two people who merge two complaints into each other would wait for one another for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shouwen.pair'))")


def _command_key(actor: Actor, complaint: int | None, key: str) -> str:
    """A key counts for one person and one complaint."""
    whose = f"{actor.id or actor.system}"
    return f"{whose}:{key}"[:200] if complaint is None else f"{whose}:{complaint}:{key}"[:200]


def _digest(commands: tuple[Command, ...], details: Details | None) -> bytes:
    return privacy.keyring().blind_index("command", (msgspec.json.encode((commands, details))).decode())


def _done_before(command_key: str, digest: bytes) -> Complaint | None:
    entry = JournalEntry.objects.filter(command_key=command_key).first()
    if entry is None:
        return None
    row = ComplaintRow.objects.get(id=entry.complaint_id)
    if bytes(entry.command_digest or b"") != digest:
        raise KeyUsedOtherwise(row.number)
    return read_complaint(row.state)


def _with_corrections(case: Case, commands: tuple[Command, ...], details: Details | None) -> tuple[Command, ...]:
    """The commands, a correction among them filled in with which data differ; the values go into the vault."""
    filled: list[Command] = []
    for command in commands:
        if isinstance(command, CorrectContact):
            fields = case.vault.correct(details or Details())
            command = msgspec.structs.replace(command, fields=fields, contact_given=case.vault.details.given)
        filled.append(command)
    return tuple(filled)


def _require_new_reference(command: Command) -> None:
    """Refuse a slip that is on record: the same body has sent the same document number before (mission B6)."""
    assert isinstance(command, Register)
    reference = reference_of(command.channel_facts)
    if not reference:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"shouwen.reference:{reference}"])
    known = ComplaintRow.objects.filter(reference=reference[: rows.REFERENCE_LENGTH]).first()
    if known is not None:
        raise Refusal(
            "document-known",
            Text(
                f"该单位的这一文号已登记为投诉 {known.number}，未重复登记。请打开该投诉补充，或核对文号。",
                f"This document of this body is complaint {known.number} already and was not taken twice. "
                "Open that complaint to add to it, or check the number.",
            ),
            field="document_number",
        )


def _registration(command: Command, details: Details | None) -> Case:
    assert isinstance(command, Register), "only a registration starts a complaint"
    return Case(None, b"", Vault.new(next_ids(1)[0], details or Details()))


def next_ids(count: int) -> list[int]:
    """Complaint ids from the one sequence. A refused registration leaves a gap in the numbers, as in any sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('casework_complaint_number') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def _locked(complaint_id: int) -> Case:
    row = ComplaintRow.objects.select_for_update().filter(id=complaint_id).only("state", "head").first()
    if row is None:
        raise _unknown()
    return Case(read_complaint(row.state), bytes(row.head), None)


def _unknown() -> Refusal:
    return Refusal(
        "complaint-unknown", Text("没有这件投诉，请检查编号。", "There is no such complaint. Check the number.")
    )


def _require_visible(actor: Actor, complaint: Complaint) -> None:
    """What has happened since is not told to somebody who meanwhile may not see the complaint."""
    if not may_see(actor, complaint):
        raise _unknown()


def _require_unaffected(commands: tuple[Command, ...], complaint: Complaint, seen: int) -> None:
    if all(isinstance(command, UNAFFECTED_BY_OTHERS) for command in commands):
        return
    happened = [
        (moment.title, moment.by)
        for moment in happened_since(complaint.id, seen)
        if not isinstance(moment.event, AFFECTING_NOBODY)
    ]
    if happened or seen > complaint.version:
        raise StalePage(complaint, happened)


def context_for(actor: Actor, now: datetime, policy: Policy) -> Context:
    return Context(now=now, actor=actor, policy=policy, calendar=working_calendar(), organisation=directory())


def filled_in(command: Register, case_id: int, details: Details, context: Context) -> Register:
    """The registration with what the door knows: its number, and which contact details were given (not what they are)."""
    return msgspec.structs.replace(
        command,
        id=case_id,
        number=f"TS{context.today.year}-{case_id:08d}",
        complainant=case_id,
        contact_given=details.given,
        anonymous=command.anonymous,
    )


def carry_out(
    case: Case, commands: tuple[Command, ...], actor: Actor, now: datetime, find: beside.Finder = beside.on_record
) -> list[tuple[str, Command]]:
    """Take the commands one after the other under the policy that the complaint was received under. `find` knows other complaints.

    Returns what the same deeds do to others, by their numbers.
    """
    consequences: list[tuple[str, Command]] = []
    for command in commands:
        context = context_for(actor, now, _policy_for(command, case.complaint))
        named = command.names(case.complaint)
        if case.complaint is not None and case.complaint.merged_into:
            named = (*named, case.complaint.merged_into)
        if named:
            context = msgspec.structs.replace(context, beside=find(named))
        if isinstance(command, Register):
            command = filled_in(command, case.vault.complaint_id, case.vault.details, context)
        before = case.complaint
        case.take(command, context)
        if before is not None and (consequence := command.consequence(before)) is not None:
            consequences.append(consequence)
    return consequences


def _policy_for(command: Command, complaint: Complaint | None) -> Policy:
    """The version of the pack that stood on the day of receipt; the rules themselves refuse a moment without zone."""
    if complaint is not None:
        return standing_policy() if command.by_standing_rules else policy_of(complaint.policy)
    chosen = chosen_policy()
    if not isinstance(command, Register) or command.received_at.tzinfo is None:
        return standing_policy()
    return standing_policy(command.received_at.astimezone(chosen.zone).date())


def _carry_out(
    case: Case, commands: tuple[Command, ...], actor: Actor, now: datetime, command_key: str | None, digest: bytes
) -> Complaint:
    before = case.complaint
    consequences = carry_out(case, commands, actor, now)
    assert case.complaint is not None
    assert case.entries
    if command_key:
        case.entries[0].command_key = command_key
        case.entries[0].command_digest = digest
    if before is None:
        jobs = follow_ups.jobs_of(case.complaint, case.events)
        new_rows.insert(case.complaint, case.head, case.vault.columns(now), case.entries, jobs)
    else:
        _update(case, before)
        JournalEntry.objects.bulk_create(case.entries)
        follow_ups.queue(case.complaint, case.events)
    for number, command in consequences:
        _follow(number, command, actor, now)
    return case.complaint


def _follow(number: str, command: Command, actor: Actor, now: datetime) -> None:
    """Do to the other complaint what the same deed does to it. What it refuses, all is refused."""
    other = ComplaintRow.objects.filter(number=number).values_list("id", flat=True).first()
    case = _locked(other or 0)
    before = case.complaint
    assert before is not None
    carry_out(case, (command,), actor, now)
    assert case.complaint is not None
    _update(case, before)
    JournalEntry.objects.bulk_create(case.entries)
    follow_ups.queue(case.complaint, case.events)


def _update(case: Case, before: Complaint) -> None:
    complaint = case.complaint
    assert complaint is not None
    if case.opened_vault is not None:
        case.opened_vault.save()
    columns = rows.columns_of(complaint)
    ComplaintRow.objects.filter(id=columns.pop("id")).update(**columns, head=case.head)
    if audience(complaint) != audience(before):
        SearchWords.objects.filter(complaint_id=complaint.id).update(audience=sorted(audience(complaint)))
