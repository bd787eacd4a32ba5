"""查询: the code alone shows stage and dates; who proves to be the customer reads the letters and may act."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwen.casework import files as attachments
from shouwen.casework import tracking
from shouwen.casework.door import handle
from shouwen.core.complaint import Complaint, Stage
from shouwen.core.duties import Action
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake.web import CUSTOMER
from shouwen.letters.pdf import pdf
from shouwen.portal import guard
from shouwen.portal.pages import TO_LANGUAGE, in_language, public, refused, shown, typed_in
from shouwen.portal.stages import progress
from shouwen.portal.tracking import letters, visit
from shouwen.portal.tracking.forms import (
    AddForm,
    CodeForm,
    ContactForm,
    Deed,
    FactorForm,
    ReviewForm,
    SurveyForm,
    WithdrawForm,
)
from shouwen.portal.tracking.visit import Visitor
from shouwen.portal.words import here, language
from shouwen.printing.fonts import FontMissing

UNSAFE_IN_A_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
MOST_FILES_AT_ONCE = 5
NOTICE = "portal.notice"
CODE_UNKNOWN = Text(
    "没有查到这个查询码。请对照回执再看一遍：共12位，没有数字0和1，也没有字母I和O。",
    "There is no such tracking code. Look at your receipt again: 12 characters, never 0 or 1, never the letters I or O.",
)
NOTICES = {
    "idle": Text(
        "您已15分钟没有操作，为保护您的信息，页面已关闭。请重新输入查询码。",
        "Nothing happened for 15 minutes, so we closed the page to protect you. Enter your code again.",
    ),
    "left": Text("已退出。", "You have left."),
    "add": Text("已收到您补充的内容。", "We have what you added."),
    "contact": Text("联系方式已更正。", "Your contact data are corrected."),
    "withdraw": Text("已收到您的撤回意愿。", "We have your wish to take it back."),
    "survey": Text("谢谢您的评价。", "Thank you for telling us."),
    "review": Text("已收到您的核查申请。", "We have your request for a review."),
}

View = Callable[..., HttpResponse]


def _notice(request: HttpRequest) -> str:
    text = NOTICES.get(str(request.session.pop(NOTICE, "")))
    return here(text) if text else ""


def visited(*methods: str, proved: bool = True) -> Callable[[View], View]:
    """A page of the visit that is open; without one, or without the second factor where it is needed, back to where it is asked."""

    def made(view: View) -> View:
        @public(*methods)
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            had_one = f"portal.{visit.NAME}" in request.session
            visitor = visit.current(request, timezone.now())
            if visitor is None:
                if had_one:
                    request.session[NOTICE] = "idle"
                return redirect("portal:track")
            if proved and not visitor.proved:
                return redirect("portal:status")
            if TO_LANGUAGE in request.POST:
                return in_language(request, request.path)
            return view(request, visitor, *args, **kwargs)

        return page

    return made


@public("GET", "HEAD", "POST")
def track(request: HttpRequest) -> HttpResponse:
    """输入查询码."""
    now = timezone.now()
    if request.method != "POST":
        notice = _notice(request)
        return shown(request, "tracking/track", {"form": CodeForm(), "notice": notice})
    if TO_LANGUAGE in request.POST:
        return in_language(request, reverse("portal:track"))
    form = CodeForm(typed_in(request))
    if form.is_valid():
        try:
            guard.require_few(guard.LOOK_UPS, guard.client_address(request), now)
            complaint = tracking.find(form.cleaned_data["code"])
            if complaint is None:
                raise Refusal("code-unknown", CODE_UNKNOWN, field="code")
        except Refusal as refusal:
            refused(form, refusal)
        else:
            visit.begin(request, complaint, now)
            return redirect("portal:status")
    return shown(request, "tracking/track", {"form": form})


@visited("GET", "HEAD", "POST", proved=False)
def status(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """办理进展: for the code alone stage and dates; with the second factor also the letters, and what can be done."""
    form = FactorForm(visitor.factor, typed_in(request) if request.method == "POST" else None)
    if request.method == "POST" and visitor.factor and not visitor.proved and form.is_valid():
        try:
            visit.prove(request, visitor, form.cleaned_data["factor"], timezone.now())
        except Refusal as refusal:
            refused(form, refusal)
        else:
            return redirect("portal:status")
    readable = letters.readable(visitor, letters.record_for(visitor)) if visitor.sees_answer else ()
    standing = tracking.standing(visitor.complaint)
    return shown(
        request,
        "tracking/status",
        {
            "pause": None if standing.secret else standing.pause,
            "form": form,
            "visitor": visitor,
            "complaint": visitor.complaint,
            "progress": progress(standing),
            "letters": readable,
            "may": possible(visitor.complaint) if visitor.proved else {},
            "measured": bool(visitor.complaint.satisfaction and visitor.complaint.satisfaction.expectation),
            "notice": _notice(request),
        },
    )


def possible(complaint: Complaint) -> dict[str, bool]:
    """What the customer may do now. The core decides; this only spares the customer what it would refuse."""
    in_hand = complaint.is_open or bool(complaint.merged_into)
    answered = complaint.stage in (Stage.REPLIED, Stage.CLOSED, Stage.ARCHIVED) and complaint.replied_at is not None
    measured = bool(complaint.satisfaction and complaint.satisfaction.expectation is not None)
    return {
        Action.ADD.value: in_hand,
        Action.CORRECT.value: in_hand and not complaint.anonymous,
        Action.WITHDRAW.value: complaint.is_open and complaint.withdrawal_noted_at is None,
        Action.MEASURE.value: complaint.stage in (Stage.REPLIED, Stage.CLOSED) and not measured,
        Action.ASK_REVIEW.value: answered and complaint.review_asked_at is None,
    }


def _do(request: HttpRequest, visitor: Visitor, name: str, form: Deed) -> bool:
    """Carry the command out once; a refusal is said at the form, with everything typed still there."""
    now = timezone.now()
    key = f"{visitor.complaint.id}:{name}:{form.cleaned_data['key']}"
    try:
        guard.require_few(guard.ACTIONS, guard.client_address(request), now)
        handle(form.command(), actor=CUSTOMER, complaint=visitor.complaint.id, details=form.details(), key=key, now=now)
    except Refusal as refusal:
        refused(form, refusal)
        return False
    request.session[NOTICE] = name
    return True


def _deed(request: HttpRequest, visitor: Visitor, name: str, kind: type[Deed], allowed: Action) -> HttpResponse:
    if request.method == "POST":
        form = kind(visitor.complaint, typed_in(request))
        if form.is_valid() and _do(request, visitor, name, form):
            return redirect("portal:status")
    elif not possible(visitor.complaint)[allowed]:
        return redirect("portal:status")
    else:
        form = kind(visitor.complaint)
    return shown(request, f"tracking/{name}", {"form": form, "complaint": visitor.complaint})


@visited("GET", "HEAD", "POST")
def add(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """补充情况和附件."""
    if request.method != "POST":
        return _deed(request, visitor, "add", AddForm, Action.ADD)
    uploads = request.FILES.getlist("files")
    form = AddForm(visitor.complaint, typed_in(request), with_files=bool(uploads))
    if form.is_valid():
        try:
            _attach(request, visitor.complaint, str(form.cleaned_data["key"]))
        except Refusal as refusal:
            refused(form, refusal)
        if form.is_valid() and (not form.cleaned_data["text"] or _do(request, visitor, "add", form)):
            request.session[NOTICE] = "add"
            return redirect("portal:status")
    return shown(request, "tracking/add", {"form": form, "complaint": visitor.complaint})


def _attach(request: HttpRequest, complaint: Complaint, key: str) -> None:
    """Attach what was chosen, all of it checked before the first is stored."""
    uploads = request.FILES.getlist("files")
    if not uploads:
        return
    if not complaint.is_open and not complaint.merged_into:
        raise Refusal(
            "ended", Text("这件事已经结束，不能再添加文件。", "This matter has ended; no more files can be added.")
        )
    if len(uploads) > MOST_FILES_AT_ONCE:
        raise Refusal(
            "too-many-files",
            Text(
                f"一次最多添加{MOST_FILES_AT_ONCE}个文件，请分几次添加。",
                f"Add at most {MOST_FILES_AT_ONCE} files at a time.",
            ),
        )
    chosen = []
    for place, upload in enumerate(uploads):
        guard.require_few(guard.UPLOADS, guard.client_address(request), timezone.now())
        name, content = attachments.safe_name(upload.name or ""), upload.read(attachments.MOST_BYTES + 1)
        try:
            chosen.append(attachments.checked(name, content, others=len(complaint.attachments) + place))
        except Refusal as refusal:
            raise Refusal(
                refusal.rule, Text(f"{name}：{refusal.message.zh}", f"{name}: {refusal.message.en}")
            ) from refusal
    for place, file in enumerate(chosen):
        complaint = attachments.attach(complaint, file, actor=CUSTOMER, key=f"{complaint.id}:file:{key}:{place}")


@visited("GET", "HEAD", "POST")
def correct(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """更正联系方式."""
    return _deed(request, visitor, "contact", ContactForm, Action.CORRECT)


@visited("GET", "HEAD", "POST")
def withdraw(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """撤回: what follows is said first, and it is asked twice."""
    if request.method != "POST":
        return _deed(request, visitor, "withdraw", WithdrawForm, Action.WITHDRAW)
    form = WithdrawForm(visitor.complaint, typed_in(request))
    valid = form.is_valid()
    if valid and "confirmed" in request.POST and _do(request, visitor, "withdraw", form):
        return redirect("portal:status")
    asked = form.is_valid() and "again" not in request.POST
    return shown(request, "tracking/withdraw", {"form": form, "complaint": visitor.complaint, "asked": asked})


@visited("GET", "HEAD", "POST")
def survey(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """满意度: expectation and perception."""
    return _deed(request, visitor, "survey", SurveyForm, Action.MEASURE)


@visited("GET", "HEAD", "POST")
def review(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """申请核查."""
    return _deed(request, visitor, "review", ReviewForm, Action.ASK_REVIEW)


@visited("GET", "HEAD", proved=False)
def letter(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    """A letter as it was sent, in the language of the page."""
    paper = letters.paper(visitor, code, language())
    if paper is None:
        raise Http404(_("There is no such letter."))
    return shown(request, "tracking/letter", {"paper": paper, "code": code})


@visited("GET", "HEAD", proved=False)
def letter_pdf(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    paper = letters.paper(visitor, code, language())
    if paper is None:
        raise Http404(_("There is no such letter."))
    try:
        content = pdf(paper)
    except FontMissing as missing:
        return HttpResponse(here(missing.message), content_type="text/plain; charset=utf-8", status=503)
    response = HttpResponse(content, content_type="application/pdf")
    name = UNSAFE_IN_A_FILE_NAME.sub("_", paper.file_name)
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@public("POST")
def leave(request: HttpRequest) -> HttpResponse:
    """退出: on a borrowed phone the next person sees nothing."""
    if visit.current(request, timezone.now()) is not None:
        visit.end(request)
        request.session[NOTICE] = "left"
    return redirect("portal:track")
