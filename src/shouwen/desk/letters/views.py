"""The letters of one complaint, as a page to print, as a PDF and for Word. A letter exists only when what it tells has happened."""

import re
from collections.abc import Callable

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from shouwen.casework.door import handle
from shouwen.casework.queries import COMPLAINT_NUMBER, find
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.recording import Reveal
from shouwen.core.complaint.verbs import require_text
from shouwen.core.duties import Action, may
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.middleware import DeskRequest
from shouwen.letters import decline, receipt, reply, slip
from shouwen.letters.paper import Paper
from shouwen.letters.pdf import pdf
from shouwen.letters.record import Record
from shouwen.letters.word import word
from shouwen.printing.fonts import FontMissing

View = Callable[..., HttpResponse]
Maker = Callable[[Record, int, DeskRequest], Paper | None]

UNSAFE_IN_A_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class Form(msgspec.Struct, frozen=True):
    """A file that a letter can be had as. `shown` is how a browser is to treat it."""

    suffix: str
    media_type: str
    draw: Callable[[Paper], bytes]
    shown: str


PDF = Form("pdf", "application/pdf", pdf, "inline")
WORD = Form("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", word, "attachment")


class Given(msgspec.Struct, frozen=True):
    """What a request gets: the letter, in clear when that was asked for with a reason; else `refused` says why it is not."""

    paper: Paper
    complaint: Complaint
    clear: bool = False
    refused: Text | None = None


def page(make: Maker, purpose: Text | None = None) -> View:
    """The letter as a page that prints on A4: masked; by a POST with a reason, which goes on the journal, in clear.

    `purpose` is the reason of those who hand the letter to the customer. A letter without one stays in the bank.
    """

    @require_http_methods(_methods(purpose))
    @cache_control(no_store=True, private=True)
    def view(request: DeskRequest, number: str, n: int = 1) -> HttpResponse:
        return _shown(request, _given(make, request, number, n, purpose), make, n, purpose)

    return view


def printed(make: Maker, purpose: Text | None = None, form: Form = PDF) -> View:
    """The same letter as a file: a PDF is shown in the browser, one for Word is saved; in clear by a POST with a reason too."""

    @require_http_methods(_methods(purpose))
    @cache_control(no_store=True, private=True)
    def view(request: DeskRequest, number: str, n: int = 1) -> HttpResponse:
        given = _given(make, request, number, n, purpose)
        if given.refused is not None:
            return _shown(request, given, make, n, purpose)
        try:
            content = form.draw(given.paper)
        except FontMissing as missing:
            message = missing.message.into(get_language() or "zh-hans")
            return HttpResponse(message, content_type="text/plain; charset=utf-8", status=503)
        except Refusal as refusal:
            refused = msgspec.structs.replace(given, refused=refusal.message)
            return _shown(request, refused, make, n, purpose)
        response = HttpResponse(content, content_type=form.media_type)
        name = UNSAFE_IN_A_FILE_NAME.sub("_", given.paper.file_name)
        response["Content-Disposition"] = f'{form.shown}; filename="{name}.{form.suffix}"'
        return response

    return view


def _methods(purpose: Text | None) -> list[str]:
    return ["GET", "HEAD", *(["POST"] if purpose else [])]


def _given(make: Maker, request: DeskRequest, number: str, n: int, purpose: Text | None) -> Given:
    complaint = find(request.actor, number) if COMPLAINT_NUMBER.fullmatch(number) else None
    if complaint is None:
        raise Http404(_("There is no complaint with this number that you may see."))
    masked = _made(make, Record.read(complaint, clear=False), n, request)
    if request.method != "POST" or purpose is None:
        return Given(masked, complaint)
    hands_out = may(request.actor, Action.HAND_OUT, complaint)
    typed = request.POST.get("reason", "").strip()
    try:
        if not hands_out:
            require_text(typed, "reason", Text("查看理由", "Reason for looking"))
        done = f"{purpose.zh} {masked.number}".strip()
        reason = Reveal(reason=f"{done}：{typed}" if typed else done)
        after = handle(reason, actor=request.actor, complaint=complaint.id)
    except Refusal as refusal:
        return Given(masked, complaint, refused=refusal.message)
    return Given(_made(make, Record.read(after, clear=True, with_code=hands_out), n, request), after, clear=True)


def _shown(request: DeskRequest, given: Given, make: Maker, n: int, purpose: Text | None) -> HttpResponse:
    part = request.GET.get("part", "")
    to_customer = purpose is not None and part != "elements"
    shown = {
        "paper": given.paper,
        "number": given.complaint.number,
        "clear": given.clear,
        "refused": given.refused,
        "translated": to_customer,
        "may_reveal": to_customer and may(request.actor, Action.REVEAL, given.complaint),
        "hands_out": may(request.actor, Action.HAND_OUT, given.complaint),
        "reason": request.POST.get("reason", ""),
        "is_reply": make is reply_paper,
        "part": part,
        "n": n,
    }
    return render(request, "desk/letters/paper.html", shown, status=422 if given.refused else 200)


def _made(make: Maker, record: Record, n: int, request: DeskRequest) -> Paper:
    paper = make(record, n, request)
    if paper is None:
        raise Http404(_("This letter does not exist: what it would tell has not happened."))
    return paper


def _language(request: DeskRequest) -> str:
    """Letters are in Chinese, whatever the language of the desk, unless English is asked for."""
    return "en" if request.GET.get("lang") == "en" else "zh"


def slip_paper(record: Record, n: int, request: DeskRequest) -> Paper | None:
    found = slip.slip(record, n)
    return slip.paper(found) if found else None


def reply_paper(record: Record, n: int, request: DeskRequest) -> Paper | None:
    """The letter to the customer; with `part=elements` the six elements for the transferring department."""
    found = reply.reply(record, n)
    if found is None:
        return None
    return (
        reply.six_elements(found) if request.GET.get("part") == "elements" else reply.letter(found, _language(request))
    )


def receipt_paper(record: Record, n: int, request: DeskRequest) -> Paper | None:
    found = receipt.receipt(record)
    return receipt.paper(found, _language(request)) if found else None


def decline_paper(record: Record, n: int, request: DeskRequest) -> Paper | None:
    found = decline.decline(record)
    return decline.paper(found, _language(request)) if found else None
