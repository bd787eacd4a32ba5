"""投诉页: facts, clocks, timeline and exactly the actions that this person may take now (mission A3–A9, C3)."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from shouwen.casework import drafts, files, queries
from shouwen.casework.door import KeyUsedOtherwise, StalePage, handle
from shouwen.casework.rules import policy_of
from shouwen.casework.timeline import reached, timeline
from shouwen.casework.vault import Vault
from shouwen.core import masking
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.recording import Reveal
from shouwen.core.complaint.revisiting import RecordRevisit
from shouwen.core.duties import Action
from shouwen.core.refusal import Refusal
from shouwen.desk.case import actions, shown, story
from shouwen.desk.case.actions import BY_SLUG, offered
from shouwen.desk.case.forms import ActionForm, Matter
from shouwen.desk.case.next_step import awaited
from shouwen.desk.case.units import ASKED_BY, unit_lines
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.desk.trouble import posted
from shouwen.desk.worklist.rows import channel_title, class_title
from shouwen.insight.improvement.working import improvements_from
from shouwen.organisation.directory import directory
from shouwen.oversight.revisits import waiting_for

NEWEST = 100
"""How many entries of the timeline the page shows before it is asked for all."""
GENERATED = "demo"
"""What `shouwen.demo` writes as the source of the complaints that it makes up."""
REVEALED = "revealed"
REVEALED_FOR = 60.0
"""Seconds within which the page that shows personal data must be asked for after the look went on the record."""


@require_safe
@cache_control(no_store=True, private=True)
def case(request: DeskRequest, number: str) -> HttpResponse:
    """The page of one complaint. What a person may not see is not there."""
    complaint = _found(request, number)
    return _page(request, complaint, clear=_just_revealed(request, complaint))


@posted("desk:case", "number")
@cache_control(no_store=True, private=True)
def act(request: DeskRequest, number: str, action: str) -> HttpResponse:
    """Do one thing. A refusal, or a page that others have overtaken, comes back with everything that was typed."""
    complaint = _found(request, number)
    doing = BY_SLUG.get(action)
    if doing is None:
        raise Http404
    form = doing.form(_matter(request, complaint), request.POST)
    if not form.is_valid():
        return _page(request, complaint, given=(action, form), status=422)
    try:
        done = handle(
            *form.commands(),
            actor=request.actor,
            complaint=complaint.id,
            details=form.details(),
            key=f"{action}:{form.cleaned_data['key']}",
            seen=form.cleaned_data["seen"],
        )
    except StalePage as stale:
        form = doing.form(_matter(request, stale.complaint), _looked_at(request, stale.complaint))
        form.is_valid()
        form.add_error(None, in_reader_language(stale.message))
        return _page(request, stale.complaint, given=(action, form), status=409)
    except KeyUsedOtherwise as used:
        messages.warning(request, in_reader_language(used.message))
        return redirect("desk:case", number=number)
    except Refusal as refusal:
        _say(form, refusal)
        complaint = _found(request, number)  # meanwhile it may have become one that this person may not see
        return _page(request, complaint, given=(action, form), status=422)
    if doing.long:
        drafts.discard_action(_staff(request), complaint.id, action)
    _tell(request, doing, done)
    return _onwards(request, number)


def _tell(request: DeskRequest, doing: actions.Doing, complaint: Complaint) -> None:
    """What was done, where the complaint is now, until when, and the way back to the tasks."""
    said = _("Done: %(what)s.") % {"what": in_reader_language(doing.command.title)}
    where = awaited(complaint)
    parts = (said, in_reader_language(where) if where else "", reverse("desk:tasks"), _("Back to my tasks"))
    messages.success(request, format_html('{} {} <a href="{}">{}</a>', *parts))


@posted("desk:case", "number")
def save_draft(request: DeskRequest, number: str, action: str) -> HttpResponse:
    """草稿自动保存 of a long form, sealed and for its writer alone; with `discard` it goes."""
    complaint = _found(request, number)
    doing = BY_SLUG.get(action)
    if doing is None or not doing.long:
        raise Http404
    if "discard" in request.POST:
        drafts.discard_action(_staff(request), complaint.id, action)
        messages.success(request, _("The draft is discarded."))
        return redirect("desk:case", number=number)
    typed = {field: values for field, values in request.POST.lists() if field in doing.form.base_fields}
    if drafts.is_too_long(typed):
        return JsonResponse({"error": "too long"}, status=413)
    drafts.save_action(_staff(request), complaint.id, action, typed)
    return JsonResponse({"saved_at": f"{timezone.localtime():%H:%M}"})


def _staff(request: DeskRequest) -> int:
    assert request.actor.id is not None, "only signed-in people reach these pages"
    return request.actor.id


def _looked_at(request: DeskRequest, complaint: Complaint) -> Any:
    """What was typed, with the version that the person sees now: the next sending counts."""
    typed = request.POST.copy()
    typed["seen"] = str(complaint.version)
    return typed


def _say(form: ActionForm, refusal: Refusal) -> None:
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, in_reader_language(refusal.message))


def _onwards(request: DeskRequest, number: str) -> HttpResponse:
    """Back to the complaint; to the tasks when it is no longer this person's to see."""
    if queries.visible_to(request.actor).filter(number=number).exists():
        return redirect("desk:case", number=number)
    return redirect("desk:tasks")


@posted("desk:case", "number")
@cache_control(no_store=True, private=True)
def reveal(request: DeskRequest, number: str) -> HttpResponse:
    """查看个人信息: once, on the page that follows, with the reason on the record. Loaded again, that page is masked."""
    complaint = _found(request, number)
    try:
        handle(Reveal(reason=request.POST.get("reason", "")), actor=request.actor, complaint=complaint.id)
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect("desk:case", number=number)
    request.session[REVEALED] = {"number": number, "at": timezone.now().timestamp()}
    return redirect("desk:case", number=number)


def _just_revealed(request: DeskRequest, complaint: Complaint) -> bool:
    """Whether this is the one page that follows a look on the record; asking takes the right away."""
    look = request.session.get(REVEALED)
    if look is None or look["number"] != complaint.number or request.method != "GET":
        return False
    del request.session[REVEALED]
    is_fresh = timezone.now().timestamp() - look["at"] < REVEALED_FOR
    return is_fresh and _matter(request, complaint).may(Action.REVEAL)


@require_safe
def units(request: DeskRequest) -> HttpResponse:
    """机构候选: the units that fit what is typed, as the options of the list beside the field."""
    text = next((request.GET[field] for field in ASKED_BY if field in request.GET), "")
    return render(request, "desk/case/unit_options.html", {"lines": unit_lines(request.actor, text[:200])})


@require_safe
def clock(request: DeskRequest, number: str) -> HttpResponse:
    """The clocks of one complaint alone, for a page that stays open."""
    complaint = _found(request, number)
    return render(request, "desk/case/clocks.html", {"faces": _faces(complaint)})


@posted("desk:case", "number")
def attachments(request: DeskRequest, number: str) -> HttpResponse:
    """上传附件."""
    complaint = _found(request, number)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("Choose a file first."))
        return redirect("desk:case", number=number)
    if upload.size is not None and upload.size > files.MOST_BYTES:
        messages.error(request, _("The file is larger than 20 MB. Compress or split it."))
        return redirect("desk:case", number=number)
    if not _matter(request, complaint).may(Action.ATTACH):
        messages.error(request, _("Your duty does not include attaching files to this complaint."))
        return redirect("desk:case", number=number)
    try:
        key = posted_key(request)
        file = files.checked(upload.name or "", upload.read())
        files.attach(complaint, file, actor=request.actor, key=f"file:{key}")
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
    else:
        messages.success(request, _("The file is attached."))
    return redirect("desk:case", number=number)


@require_safe
@cache_control(no_store=True, private=True)
def attachment(request: DeskRequest, number: str, digest: str) -> HttpResponse:
    """An attached file, always to be saved, never shown in the page. Who opens it stands on the journal."""
    complaint = _found(request, number)
    found = complaint.attachment(digest)
    if found is None:
        raise Http404
    if not _matter(request, complaint).may(Action.OPEN_FILE):
        messages.error(
            request,
            _("Your duty for this complaint does not include opening its files. Ask the responsible person."),
        )
        return redirect("desk:case", number=number)
    try:
        content = files.open_file(complaint, found, actor=request.actor)
    except Refusal as refusal:
        messages.error(request, in_reader_language(refusal.message))
        return redirect("desk:case", number=number)
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(files.safe_name(found.name), safe='')}"
    return answer


def posted_key(request: DeskRequest) -> UUID:
    """The key of a form that is no Django form; a broken one counts as a form of its own."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _found(request: DeskRequest, number: str) -> Complaint:
    complaint = queries.find(request.actor, number) if queries.COMPLAINT_NUMBER.fullmatch(number) else None
    if complaint is None:
        raise Http404(_("There is no such complaint, or it is not among those that you may see."))
    return complaint


def _matter(request: DeskRequest, complaint: Complaint) -> Matter:
    above = complaint.merged_into or complaint.group_of
    master = queries.find(request.actor, above) if above else None
    return Matter(complaint, policy_of(complaint.policy), request.actor, master)


def _faces(complaint: Complaint) -> list[Any]:
    return story.faces(complaint, policy_of(complaint.policy), timezone.now())


def _page(
    request: DeskRequest,
    complaint: Complaint,
    *,
    given: tuple[str, ActionForm] | None = None,
    clear: bool = False,
    status: int = 200,
) -> HttpResponse:
    matter = _matter(request, complaint)
    vault = Vault.open(complaint.id)
    language = get_language() or "zh-hans"

    def read(text: str) -> str:
        return vault.unseal_text(text) if clear else masking.worded(text, language)

    reveals = matter.may(Action.REVEAL)
    earlier = queries.visible_numbers(request.actor, complaint.earlier)
    shows_all = "all" in request.GET
    moments = timeline(complaint.id, newest=None if shows_all else NEWEST)
    named = {number for moment in moments for number in story.numbers_in(moment.event)}
    visible = queries.visible_numbers(request.actor, named - set(complaint.earlier)) | earlier

    def seen(numbers: Iterable[str]) -> list[str]:
        return [number for number in numbers if number in visible]

    people = directory()
    responsible = people.person(complaint.responsible) if complaint.responsible else None
    can = offered(matter, given)
    context = {
        "complaint": complaint,
        "version": complaint.version,
        "title": read(complaint.title),
        "statement": read(complaint.statement),
        "wish": read(complaint.wish),
        "earlier": [number for number in complaint.earlier if number in earlier],
        "customer": shown.customer_data(vault, clear=clear, hides_name=complaint.anonymous and not reveals),
        "clear": clear,
        "may_reveal": bool(vault.details.given) and not clear and reveals,
        "may_attach": matter.may(Action.ATTACH),
        "class_name": class_title(matter.policy, complaint.class_),
        "channel_name": channel_title(matter.policy, complaint.channel),
        "facts": shown.channel_facts(complaint, matter.policy, read),
        "marks": shown.marks(complaint, is_repeat=bool(earlier)),
        "responsible": responsible.name if responsible else "",
        "units": shown.unit_names(complaint),
        "employee_about": shown.person_name(complaint.employee_about),
        "steps": story.steps(complaint, reached(complaint.id)),
        "faces": _faces(complaint),
        "left_out": complaint.version - len(moments),
        "happenings": story.story(moments, matter.policy, read, seen),
        "offered": [each for each in can if each.form or not each.is_beside],
        "refused_beside": [each for each in can if not each.form and each.is_beside],
        "generated": complaint.source == GENERATED,
        "imported_from": complaint.source if complaint.source != GENERATED else "",
        "has_special": any(each.doing.special and each.form and not each.is_open for each in can),
        "waits": awaited(complaint) if not any(each.is_open for each in can) else None,
        "returned": shown.returned(complaint, moments, read),
        "paper": shown.draft_paper(complaint) if any(each.doing.beside_letter and each.form for each in can) else None,
        "unit_lines": unit_lines(matter.actor) if _is_offered("dispatch", can) else (),
        "given": given[1] if given else None,
        "file_key": uuid4(),
        "may_open_files": matter.may(Action.OPEN_FILE),
        "files": [(each, read(each.name)) for each in complaint.attachments],
        "letters": shown.letters(complaint),
        "press": shown.press(complaint) if matter.policy.channel(complaint.channel).press else None,
        "duplicates": shown.others(request.actor, complaint.duplicates),
        "members": shown.others(request.actor, complaint.members),
        "master": matter.master,
        "dispute": shown.dispute(complaint, matter.policy, read),
        "not_ours": complaint.findings if complaint.findings and complaint.findings.no_appraisal else None,
        "revisit": waiting_for(complaint.id) if matter.may(Action.REVISIT) and _is_over(complaint) else None,
        "slips": shown.slips(complaint, read),
        "improvements": improvements_from(request.actor, complaint.number),
    }
    return render(request, "desk/case/case.html", context, status=status)


def _is_over(complaint: Complaint) -> bool:
    return complaint.stage in RecordRevisit.stages


def _is_offered(slug: str, can: list[actions.Offered]) -> bool:
    return any(each.doing.slug == slug and each.form is not None for each in can)
