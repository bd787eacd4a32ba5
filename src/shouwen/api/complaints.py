"""投诉: register, look up, add to; each request builds one command for the one door."""

from typing import Annotated, Any

from django.utils import timezone
from ninja import File, Header, Path, Router, Status
from ninja.files import UploadedFile

from shouwen.api import terms
from shouwen.api.guard import BULK_WEIGHT, JSON, MULTIPART, ApiRequest, BearerToken
from shouwen.api.models import ApiToken
from shouwen.api.problems import FieldError, Problem, of_mistakes, of_refusal
from shouwen.api.tokens import Scope
from shouwen.casework import files
from shouwen.casework.door import handle
from shouwen.casework.models import JournalEntry
from shouwen.casework.queries import COMPLAINT_NUMBER, within
from shouwen.casework.vault import DETAIL_TITLES, Details, Vault
from shouwen.core.complaint import Complaint, read_complaint, read_event, replay
from shouwen.core.complaint.customer import AddStatement
from shouwen.core.complaint.receiving import Register
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

API = Actor(person=None, system="api")
FIELDS = {
    "class_": "class",
    **{field: f"contact.{field}" for field in DETAIL_TITLES},
}
REFUSED = dict.fromkeys((400, 401, 403, 404, 405, 409, 413, 415, 422, 429), terms.Problem)
ASKED = dict.fromkeys((401, 403, 404, 405, 422, 429), terms.Problem)
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[!-~]+$",
        description="由调用方生成；重发同一请求时用同一个键 · made by the caller, the same when the request is sent again",
    ),
]
ComplaintNumber = Annotated[str, Path(description="投诉编号 · complaint number", examples=["TS2026-00000001"])]
router = Router(tags=["complaints"])


@router.post(
    "/complaints",
    auth=BearerToken(Scope.COMPLAINTS_WRITE, JSON),
    response={201: terms.Registered, 200: terms.Registered, **REFUSED},
    by_alias=True,
    url_name="complaints",
)
def register(request: ApiRequest, key: IdempotencyKey, body: terms.NewComplaint) -> Any:
    """登记投诉. 201 with number, tracking code and due dates; the same key again answers 200 with the same number.

    The tracking code is told once. The same key with other content is refused with 409, and nothing is changed.
    """
    status, told = _register(request.auth, key, body)
    return Status(status, told)


@router.post(
    "/complaints/bulk",
    auth=BearerToken(Scope.COMPLAINTS_WRITE, JSON, weight=BULK_WEIGHT),
    response={207: terms.BulkAnswer, **REFUSED},
    by_alias=True,
    url_name="complaints_bulk",
)
def register_many(request: ApiRequest, body: terms.Bulk) -> Any:
    """批量登记, up to 100. Each item has its own result; what is taken stays taken whatever becomes of the others."""
    return Status(207, {"results": [_result(request.auth, item) for item in body.items]})


@router.get(
    "/complaints/{number}",
    auth=BearerToken(Scope.COMPLAINTS_READ),
    response={200: terms.ComplaintState, **ASKED},
    by_alias=True,
    url_name="complaint",
)
def look_up(request: ApiRequest, number: ComplaintNumber) -> Any:
    """查询环节和时限 of a complaint that the token's unit, or one below it, has had. No personal data."""
    return _state(_found(request.auth, number))


@router.post(
    "/complaints/{number}/statements",
    auth=BearerToken(Scope.COMPLAINTS_WRITE, JSON),
    response={201: terms.ComplaintState, **REFUSED},
    by_alias=True,
    url_name="complaint_statements",
)
def add_statement(request: ApiRequest, number: ComplaintNumber, key: IdempotencyKey, body: terms.NewStatement) -> Any:
    """客户补充. The responsible person is told. 409 once the complaint has ended."""
    complaint = _found(request.auth, number)
    command = AddStatement(text=body.text, way="api")
    added = handle(command, actor=API, complaint=complaint.id, key=_key(request.auth, key, number))
    return Status(201, _state(added))


@router.post(
    "/complaints/{number}/files",
    auth=BearerToken(Scope.COMPLAINTS_WRITE, MULTIPART),
    response={201: terms.FileKept, **REFUSED, 503: terms.Problem},
    url_name="complaint_files",
)
def add_file(
    request: ApiRequest, number: ComplaintNumber, key: IdempotencyKey, file: Annotated[UploadedFile, File()]
) -> Any:
    """上传附件, one at a time, at most 20 MB; PDF, pictures, Office, text, mail, sound and film. Checked by content."""
    complaint = _found(request.auth, number)
    if set(request.POST) or set(request.FILES) != {"file"} or len(request.FILES.getlist("file")) != 1:
        raise Problem(
            422,
            "one-file",
            Text("请在名为 file 的一项中发送一个文件。", "Send one file, in a part called file, and nothing else."),
        )
    checked = files.checked(file.name or "", file.read())
    kept = files.attach(complaint, checked, actor=API, key=_key(request.auth, key, number))
    attachment = next(each for each in kept.attachments if each.digest == checked.digest)
    return Status(
        201,
        {
            "name": attachment.name,
            "size": attachment.size,
            "media_type": attachment.media_type,
            "digest": attachment.digest,
        },
    )


def _key(token: ApiToken, key: str, about: str = "") -> str:
    """The key in a room of its own for each token and each complaint."""
    return f"token:{token.id}:{about}:{key}"


def _register(token: ApiToken, key: str, asked: terms.NewComplaint) -> tuple[int, dict[str, Any]]:
    now = timezone.now()
    try:
        complaint = handle(
            _command(token, asked), actor=API, details=_details(asked.contact), key=_key(token, key), now=now
        )
    except Refusal as refusal:
        raise of_refusal(refusal, _fields(asked)) from refusal
    is_new = complaint.registered_at == now
    tracking = Vault.open(complaint.id).tracking if is_new else None
    told = _as_registered(complaint) if complaint.secret else complaint
    return (201 if is_new else 200), {**_state(told), "tracking_code": tracking}


def _as_registered(complaint: Complaint) -> Complaint:
    """What the caller itself said: how a complaint that is secret has gone on is not told to who sends it again (mission D2)."""
    body = JournalEntry.objects.filter(complaint_id=complaint.id).order_by("seq").values_list("body", flat=True)[0]
    registered = replay([read_event(body)])
    assert registered is not None, "a journal begins with the registration"
    return registered


def _fields(asked: terms.NewComplaint) -> dict[str, str]:
    return {**FIELDS, **{fact: f"facts.{fact}" for fact in asked.facts}, "unit": "receiving_unit"}


def _result(token: ApiToken, item: terms.BulkItem | terms.Mistaken) -> dict[str, Any]:
    if isinstance(item, terms.Mistaken):
        problem = of_mistakes(item.mistakes)
        return {"key": None, "status": problem.status, "complaint": None, "problem": problem.body()}
    try:
        status, told = _register(token, item.key, item)
    except Problem as problem:
        return {"key": item.key, "status": problem.status, "complaint": None, "problem": problem.body()}
    return {"key": item.key, "status": status, "complaint": told, "problem": None}


def _details(contact: terms.Contact) -> Details:
    return Details(**{field: value.strip() for field, value in contact.model_dump().items()})


def _command(token: ApiToken, asked: terms.NewComplaint) -> Register:
    return Register(
        channel=asked.channel,
        channel_facts=dict(asked.facts),
        kind=asked.kind,
        received_at=asked.received_at,
        receiving_unit=_receiving_unit(token, asked.receiving_unit),
        anonymous=asked.anonymous,
        subject=asked.subject,
        statement=asked.statement,
        wish=asked.wish,
        class_=asked.class_,
        unit_about=_unit(asked.unit_about, "unit_about") if asked.unit_about else None,
        employee_about=_employee(asked.employee_about),
        earlier=_earlier(token, asked.earlier),
        source=f"api:{token.id}",
    )


def _receiving_unit(token: ApiToken, code: str) -> int:
    unit_id = _unit(code, "receiving_unit") if code else token.unit_id
    unit = directory().unit(unit_id)
    if unit is None or token.unit_id not in unit.line:
        raise _refused(
            "unit-not-yours",
            "receiving_unit",
            Text(
                "令牌不代表这个机构，请填写令牌的机构或其下级。",
                "The token does not speak for this unit. Give its own unit or one below it.",
            ),
        )
    return unit_id


def _unit(code: str, field: str) -> int:
    unit = directory().unit_by_code(code)
    if unit is None or unit not in directory().open_units():
        raise _refused(
            "unit-unknown",
            field,
            Text("没有这个机构代码，请见 GET /api/v1/units。", "There is no such unit code. See GET /api/v1/units."),
        )
    return unit.id


def _employee(number: str) -> int | None:
    if not number:
        return None
    staff = Staff.objects.filter(employee_no=number).values_list("id", flat=True).first()
    if staff is None:
        raise _refused(
            "employee-unknown",
            "employee_about",
            Text(
                "没有这个工号；不清楚时请留空。",
                "There is no such employee number. Leave it empty if you do not know it.",
            ),
        )
    return staff


def _earlier(token: ApiToken, numbers: list[str]) -> tuple[str, ...]:
    wanted = sorted(set(numbers))
    found = set(within(token.unit_id).filter(number__in=wanted).values_list("number", flat=True)) if wanted else set()
    if len(found) != len(wanted):
        raise _refused(
            "earlier-unknown",
            "earlier",
            Text("以往投诉的编号有误，请核对。", "A number of an earlier complaint is not known. Check it."),
        )
    return tuple(wanted)


def _refused(rule: str, field: str, message: Text) -> Problem:
    return Problem(422, rule, message, errors=(FieldError(field, rule, message),))


def _found(token: ApiToken, number: str) -> Complaint:
    row = (
        within(token.unit_id).filter(number=number).only("state").first()
        if COMPLAINT_NUMBER.fullmatch(number)
        else None
    )
    if row is None:
        raise Problem(
            404,
            "complaint-unknown",
            Text(
                "令牌的机构没有这件投诉，请核对编号。",
                "The token's unit has no complaint with this number. Check it.",
            ),
        )
    return read_complaint(row.state)


def _state(complaint: Complaint) -> dict[str, Any]:
    running = (*complaint.clocks, complaint.offer.sign_by) if complaint.offer else complaint.clocks
    return {
        "number": complaint.number,
        "stage": complaint.stage.value,
        "stage_title": _words(complaint.stage.label),
        "is_open": complaint.is_open,
        "channel": complaint.channel,
        "kind": complaint.kind,
        "class_": complaint.class_,
        "received_at": complaint.received_at,
        "registered_at": complaint.registered_at,
        "replied_at": complaint.replied_at,
        "ended_at": complaint.ended_at,
        "clocks": [
            {
                "kind": clock.kind,
                "title": _words(clock.limit.title),
                "due_at": clock.limit.at,
                "stopped_at": clock.stopped,
                "paused_at": clock.pause.since if clock.pause else None,
            }
            for clock in running
        ],
    }


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
