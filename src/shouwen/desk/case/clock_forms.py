"""中止计时、恢复计时、申请延期、批准延期: the forms that move a clock."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shouwen.casework.rules import policy_of
from shouwen.core import masking
from shouwen.core.clock import Clock, ExtensionRule
from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.clocks import ResumeClock, SuspendClock
from shouwen.core.complaint.extending import LEVELS, DecideExtension, RequestExtension, require_level
from shouwen.core.complaint.verbs import Context
from shouwen.core.policy_terms import PauseGround
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.case.forms import FEW_ROWS, ActionForm, Matter
from shouwen.desk.templatetags.texts import in_reader_language


def grounds_for(complaint: Complaint) -> list[PauseGround]:
    """The grounds of the pack that could stop a clock which runs now."""
    kinds = {clock.kind for clock in _can_move(complaint)}
    return [ground for ground in policy_of(complaint.policy).pauses if not kinds.isdisjoint(ground.clocks)]


def _can_move(complaint: Complaint) -> list[Clock]:
    """The clocks that count and whose limit has not passed."""
    now = timezone.now()
    return [clock for clock in complaint.clocks if clock.is_counting and clock.limit.at > now]


def may_be_paused(complaint: Complaint) -> bool:
    return complaint.pause is None and bool(grounds_for(complaint))


def is_paused(complaint: Complaint) -> bool:
    return complaint.pause is not None


def extensions_for(complaint: Complaint) -> list[ExtensionRule]:
    """The extensions of the pack that a running clock has not had."""
    policy = policy_of(complaint.policy)
    return [
        rule
        for clock in _can_move(complaint)
        if (limit := policy.limit_if_any(clock.limit.rule))
        for rule in limit.extensions
        if rule.code not in {each.code for each in clock.limit.extended}
    ]


def may_be_extended(complaint: Complaint) -> bool:
    return complaint.extension_pending is None and bool(extensions_for(complaint))


def extension_waits(complaint: Complaint) -> bool:
    return complaint.extension_pending is not None


def not_your_ground(matter: Matter) -> Text | None:
    """Why this person can pause nothing: the pack gives the grounds to other duties."""
    if any(not matter.actor.duties.isdisjoint(ground.by) for ground in grounds_for(matter.complaint)):
        return None
    return Text("规则包规定由其他岗位中止计时。", "By the policy pack, other duties pause the clock.")


def not_your_level(context: Context, matter: Matter) -> Text | None:
    """Why this person does not decide the extension: who asked for it, or the level that the pack names."""
    asked = matter.complaint.extension_pending
    if asked is None:
        return None
    if asked.by in matter.actor.stands_for:
        return Text("申请人不能批准自己的申请，请由上级批准。", "Who asked for it cannot decide it. A superior does.")
    rule = asked_rule(matter.complaint)
    try:
        if rule is not None:
            require_level(matter.complaint, rule, context)
    except Refusal as refusal:
        return refusal.message
    return None


def asked_rule(complaint: Complaint) -> ExtensionRule | None:
    """The extension that waits to be decided."""
    asked = complaint.extension_pending
    clock = complaint.clock(asked.kind) if asked else None
    if asked is None or clock is None:
        return None
    return policy_of(complaint.policy).extension(clock.limit.rule, asked.code)


def extension_in_words(rule: ExtensionRule) -> str:
    """“须外部单位配合核实（由上级机构第一责任人批准）”."""
    return _("%(title)s (decided by %(who)s)") % {
        "title": in_reader_language(rule.title),
        "who": in_reader_language(LEVELS[rule.approve]),
    }


class SuspendForm(ActionForm):
    ground = forms.ChoiceField(label=_("Ground of the pause"))
    evidence = forms.ChoiceField(
        label=_("Evidence"),
        required=False,
        help_text=_("Attach the file first, for example the letter that asks the customer for material."),
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(FEW_ROWS))

    def start(self) -> dict[str, Any]:
        """A single file is most likely the evidence."""
        files = self.matter.complaint.attachments
        return {"evidence": files[0].digest} if len(files) == 1 else {}

    def offer_choices(self) -> None:
        duties = self.matter.actor.duties
        grounds = [ground for ground in grounds_for(self.matter.complaint) if not duties.isdisjoint(ground.by)]
        said = [(ground.code, self._said(ground)) for ground in grounds]
        self.choose("ground", said, empty=len(said) != 1)
        language = get_language() or "zh-hans"
        files = [(each.digest, masking.worded(each.name, language)) for each in self.matter.complaint.attachments]
        self.choose("evidence", files)

    def _said(self, ground: PauseGround) -> str:
        title = in_reader_language(ground.title)
        if ground.max_days is None:
            return title
        return _("%(title)s (%(days)s calendar days at most)") % {"title": title, "days": ground.max_days}

    def commands(self) -> tuple[Command, ...]:
        asked = {field: self.cleaned_data[field] for field in ("ground", "reason", "evidence")}
        return (SuspendClock(**asked),)


class ResumeForm(ActionForm):
    reason = forms.CharField(label=_("Remark"), widget=forms.Textarea(FEW_ROWS), required=False)

    def commands(self) -> tuple[Command, ...]:
        return (ResumeClock(reason=self.cleaned_data["reason"]),)


class AskExtensionForm(ActionForm):
    extension = forms.ChoiceField(label=_("Extension"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(FEW_ROWS))

    def offer_choices(self) -> None:
        rules = extensions_for(self.matter.complaint)
        said = [(rule.code, extension_in_words(rule)) for rule in rules]
        self.choose("extension", said, empty=len(said) != 1)

    def commands(self) -> tuple[Command, ...]:
        return (RequestExtension(extension=self.cleaned_data["extension"], reason=self.cleaned_data["reason"]),)


class DecideExtensionForm(ActionForm):
    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Grant the extension")), ("no", _("Do not grant it"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    opinion = forms.CharField(label=_("Opinion"), widget=forms.Textarea(FEW_ROWS), required=False)

    def commands(self) -> tuple[Command, ...]:
        return (DecideExtension(granted=self.cleaned_data["granted"], opinion=self.cleaned_data["opinion"]),)
