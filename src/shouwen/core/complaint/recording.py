"""备注、附件、查看个人信息: what goes on the record without changing the stage."""

from typing import Annotated, ClassVar

import msgspec

from shouwen.core.complaint.state import Attachment, Code, Complaint, NoteText, ShortText
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text


class AddNote(Command, tag="add_note", frozen=True):
    """备注: a remark for colleagues, on the timeline for ever."""

    action = Action.NOTE
    while_merged = True
    title: ClassVar[Text] = Text("备注", "Add a note")

    text: NoteText


class NoteAdded(Event, tag="note_added", frozen=True):
    title: ClassVar[Text] = Text("备注", "Note added")

    text: str


@decides(AddNote)
def decide_add_note(complaint: Complaint, command: AddNote, context: Context) -> list[Event]:
    require_text(command.text, "text", Text("备注内容", "Note"))
    return [NoteAdded(at=context.now, by=context.actor.id, text=command.text.strip())]


@evolves(NoteAdded)
def evolve_note_added(complaint: Complaint, event: NoteAdded) -> Complaint:
    return changed(complaint, event)


class AttachFile(Command, tag="attach_file", frozen=True):
    """附件: a file that the door has already stored, encrypted, under its digest. The same file twice is refused."""

    action = Action.ATTACH
    while_merged = True
    title: ClassVar[Text] = Text("上传附件", "Attach a file")

    digest: Code
    name: ShortText
    size: Annotated[int, msgspec.Meta(ge=1)]
    media_type: Code


class FileAttached(Event, tag="file_attached", frozen=True):
    title: ClassVar[Text] = Text("上传附件", "File attached")

    digest: str
    name: str
    size: int
    media_type: str


@decides(AttachFile)
def decide_attach_file(complaint: Complaint, command: AttachFile, context: Context) -> list[Event]:
    if any(attachment.digest == command.digest for attachment in complaint.attachments):
        raise Refusal(
            "file-attached-already",
            Text(f"“{command.name}”已经在附件中，无需再次上传。", f"“{command.name}” is attached already."),
            field="file",
        )
    return [
        FileAttached(
            at=context.now,
            by=context.actor.id,
            digest=command.digest,
            name=command.name,
            size=command.size,
            media_type=command.media_type,
        )
    ]


@evolves(FileAttached)
def evolve_file_attached(complaint: Complaint, event: FileAttached) -> Complaint:
    attachment = Attachment(
        digest=event.digest, name=event.name, size=event.size, media_type=event.media_type, by=event.by, at=event.at
    )
    return changed(complaint, event, attachments=(*complaint.attachments, attachment))


class OpenFile(Command, tag="open_file", frozen=True):
    """打开附件: look into an attached file, which is in clear (mission D2). The look itself is on the record."""

    action = Action.OPEN_FILE
    while_merged = True
    title: ClassVar[Text] = Text("打开附件", "Open a file")

    digest: Code


class FileOpened(Event, tag="file_opened", frozen=True):
    title: ClassVar[Text] = Text("打开附件", "File opened")

    digest: str
    name: str


@decides(OpenFile)
def decide_open_file(complaint: Complaint, command: OpenFile, context: Context) -> list[Event]:
    attachment = complaint.attachment(command.digest)
    if attachment is None:
        raise Refusal(
            "file-unknown",
            Text("这件投诉没有这个附件，请刷新页面。", "The complaint has no such file. Reload the page."),
            field="file",
        )
    return [FileOpened(at=context.now, by=context.actor.id, digest=attachment.digest, name=attachment.name)]


@evolves(FileOpened)
def evolve_file_opened(complaint: Complaint, event: FileOpened) -> Complaint:
    """A look is no part in the case: who looked is no participant, and what the customer did last stays news."""
    return msgspec.structs.replace(complaint, version=complaint.version + 1)


class Reveal(Command, tag="reveal", frozen=True):
    """查看个人信息: look at the personal data in clear, with the reason (mission D2). The look itself is on the record."""

    action = Action.REVEAL
    while_merged = True
    title: ClassVar[Text] = Text("查看个人信息", "Reveal personal data")

    reason: NoteText


class Revealed(Event, tag="revealed", frozen=True):
    title: ClassVar[Text] = Text("查看个人信息", "Personal data revealed")

    reason: str


@decides(Reveal)
def decide_reveal(complaint: Complaint, command: Reveal, context: Context) -> list[Event]:
    require_text(command.reason, "reason", Text("查看理由", "Reason for looking"))
    return [Revealed(at=context.now, by=context.actor.id, reason=command.reason.strip())]


@evolves(Revealed)
def evolve_revealed(complaint: Complaint, event: Revealed) -> Complaint:
    return changed(complaint, event)


class Acknowledge(Command, tag="acknowledge", frozen=True):
    """受理回执: the notice with the tracking code is ready for the customer (mission A3). The program sends it by itself."""

    action = Action.PROGRAM
    while_merged = True
    title: ClassVar[Text] = Text("受理回执", "Acknowledge")


class Acknowledged(Event, tag="acknowledged", frozen=True):
    title: ClassVar[Text] = Text("生成受理回执", "Acknowledgement issued")


@decides(Acknowledge)
def decide_acknowledge(complaint: Complaint, command: Acknowledge, context: Context) -> list[Event]:
    return [Acknowledged(at=context.now, by=None)]


@evolves(Acknowledged)
def evolve_acknowledged(complaint: Complaint, event: Acknowledged) -> Complaint:
    return changed(complaint, event)
