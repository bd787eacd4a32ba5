"""The letters of one complaint, as a page to print and as a PDF. A letter exists only when what it tells has happened."""

import re
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.casework.queries import COMPLAINT_NUMBER, find
from shouwen.core.duties import Action, may
from shouwen.desk.middleware import DeskRequest
from shouwen.letters import decline, receipt, reply, slip
from shouwen.letters.fonts import FontMissing
from shouwen.letters.paper import Paper
from shouwen.letters.pdf import pdf
from shouwen.letters.record import Record

View = Callable[..., HttpResponse]
Maker = Callable[[Record, int, DeskRequest], Paper | None]

UNSAFE_IN_A_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def page(make: Maker, *, translated: bool = False) -> View:
    """The letter as a page that prints on A4."""

    @require_safe
    @cache_control(no_store=True, private=True)
    def view(request: DeskRequest, number: str, n: int = 1) -> HttpResponse:
        record = _record(request, number)
        paper = _made(make, record, n, request)
        shown = {
            "paper": paper,
            "number": record.complaint.number,
            "clear": record.clear,
            "translated": translated and request.GET.get("part") != "elements",
            "is_reply": make is reply_paper,
            "part": request.GET.get("part", ""),
            "n": n,
        }
        return render(request, "desk/letters/paper.html", shown)

    return view


def printed(make: Maker) -> View:
    """The same letter as a PDF, shown in the browser."""

    @require_safe
    @cache_control(no_store=True, private=True)
    def view(request: DeskRequest, number: str, n: int = 1) -> HttpResponse:
        paper = _made(make, _record(request, number), n, request)
        try:
            content = pdf(paper)
        except FontMissing as missing:
            message = missing.message.into(get_language() or "zh-hans")
            return HttpResponse(message, content_type="text/plain; charset=utf-8", status=503)
        response = HttpResponse(content, content_type="application/pdf")
        name = UNSAFE_IN_A_FILE_NAME.sub("_", paper.file_name)
        response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
        return response

    return view


def _record(request: DeskRequest, number: str) -> Record:
    complaint = find(request.actor, number) if COMPLAINT_NUMBER.fullmatch(number) else None
    if complaint is None:
        raise Http404(_("There is no complaint with this number that you may see."))
    return Record.read(complaint, clear=may(request.actor, Action.REVEAL, complaint))


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
