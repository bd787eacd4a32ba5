"""规则包 (policy pack): the rules that a bank may change, as data with their source.

A pack says what a complaint can be, which ways in there are, how long an answer may take and what it must contain. The slides'
rules are the pack `boc-2008`. A complaint keeps the `key` of the pack under which it was received. `load_policy` reads a pack
from its text and refuses it, naming every line at fault; it opens no file (that is `shouwen.packs`).
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.appraisal import AppraisalRule
from shouwen.core.channel import Channel
from shouwen.core.early_warning import EarlyWarningRule
from shouwen.core.improvement.item import ImprovementRule
from shouwen.core.policy_base import Texts
from shouwen.core.policy_checks import TOGETHER, check_policy, refuse
from shouwen.core.policy_file import PolicyError, read_document
from shouwen.core.policy_statistics import Axis
from shouwen.core.policy_terms import (
    CalendarRule,
    Cause,
    ComplaintClass,
    DeclineGround,
    DisputeOutcome,
    DisputeRule,
    DutyTasks,
    ElementCode,
    EmptyWords,
    EscalationStep,
    LanguageRule,
    LetterContent,
    LetterKind,
    Liability,
    LongestBreak,
    LoyaltyOutcome,
    LoyaltyRule,
    PauseGround,
    RepeatRule,
    ReplyMethod,
    Rule,
    SatisfactionRule,
    SignatureRule,
    SigningRule,
    SixElement,
    Source,
    Term,
    Verdict,
    WithdrawalRule,
)
from shouwen.core.policy_within import outside
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import BusinessHours, ExtensionRule, TimeLimit
from shouwen.core.win_win import WinWinRule

__all__ = ["Policy", "PolicyError", "load_policy"]

T = TypeVar("T", bound=Term)


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """规则包. `valid_from` is a day in `zone`; `business_hours` are wall time there.

    `based_on` and `within` name the packs that it stands on, by code or key; what it took from them is in its own fields.

    A look-up by code refuses an unknown code in words for the person who chose it, so that a caller need not check.
    """

    code: str
    version: str
    title: Text
    valid_from: date
    zone: ZoneInfo
    business_hours: BusinessHours
    sources: tuple[Source, ...]
    principles: tuple[Rule, ...]
    kinds: tuple[Term, ...]
    scopes: tuple[Term, ...]
    channel_groups: tuple[Term, ...]
    channels: tuple[Channel, ...]
    time_limits: tuple[TimeLimit, ...]
    classes: tuple[ComplaintClass, ...]
    causes: tuple[Cause, ...]
    decline_grounds: tuple[DeclineGround, ...]
    liabilities: tuple[Liability, ...]
    six_elements: tuple[SixElement, ...]
    empty_words: EmptyWords
    reply_methods: tuple[ReplyMethod, ...]
    satisfaction: SatisfactionRule
    signing: SigningRule
    duties: tuple[DutyTasks, ...]
    special_cases: tuple[Rule, ...]
    handler_qualities: tuple[Term, ...]
    loyalty: tuple[LoyaltyOutcome, ...]
    dispute_outcomes: tuple[DisputeOutcome, ...]
    language_rules: tuple[LanguageRule, ...]
    pauses: tuple[PauseGround, ...] = ()
    escalation: tuple[EscalationStep, ...] = ()
    dispute: DisputeRule = DisputeRule()
    repeat: RepeatRule = RepeatRule()
    withdrawal: WithdrawalRule = WithdrawalRule()
    signature: SignatureRule = SignatureRule()
    based_on: str | None = None
    within: str | None = None
    without: tuple[str, ...] = ()
    appraisal: AppraisalRule = AppraisalRule()
    loyalty_rule: LoyaltyRule = LoyaltyRule()
    improvement: ImprovementRule = ImprovementRule()
    win_win: WinWinRule = WinWinRule()
    early_warning: EarlyWarningRule = EarlyWarningRule()
    statistics: tuple[Axis, ...] = ()
    letters: tuple[LetterContent, ...] = ()
    calendar: CalendarRule | None = None
    longest_break: LongestBreak | None = None

    @property
    def key(self) -> str:
        """What a complaint keeps: code and version, `boc-2008@1`."""
        return f"{self.code}@{self.version}"

    def kind(self, code: str) -> Term:
        return self._of(self.kinds, code, "kind", Text("投诉类别", "kind"))

    def scope(self, code: str) -> Term:
        return self._of(self.scopes, code, "scope", Text("受理范围", "scope"))

    def channel(self, code: str) -> Channel:
        return self._of(self.channels, code, "channel", Text("受理渠道", "intake channel"))

    def channel_group(self, code: str) -> Term:
        return self._of(self.channel_groups, code, "channel_group", Text("受理渠道", "intake channel"))

    def class_(self, code: str) -> ComplaintClass:
        return self._of(self.classes, code, "class", Text("投诉分类", "class"), field="class_")

    def cause(self, code: str) -> Cause:
        return self._of(self.causes, code, "cause", Text("抱怨的原因", "cause"))

    def decline_ground(self, code: str) -> DeclineGround:
        return self._of(self.decline_grounds, code, "ground", Text("不予受理的理由", "ground for declining"))

    def liability(self, code: str) -> Liability:
        return self._of(self.liabilities, code, "liability", Text("责任认定", "liability"))

    def dispute_outcome(self, code: str) -> DisputeOutcome:
        return self._of(self.dispute_outcomes, code, "dispute_outcome", Text("纠纷结果", "outcome of the dispute"))

    def reply_method(self, code: str) -> ReplyMethod:
        return self._of(self.reply_methods, code, "method", Text("回复方式", "reply method"))

    def personal_facts(self, channel: str) -> dict[str, int]:
        """The facts of a channel that are sealed whole, with their lengths. None for a channel that there is not: the rules refuse it in words."""
        found = next((each for each in self.channels if each.code == channel), None)
        return {fact.code: fact.max_length for fact in found.facts if fact.personal} if found else {}

    def verdict(self, code: str) -> Verdict:
        return self._of(self.satisfaction.verdicts, code, "satisfaction", Text("满意程度", "satisfaction"))

    def time_limit(self, code: str) -> TimeLimit:
        for limit in self.time_limits:
            if limit.code == code:
                return limit
        raise self._unknown(code, "time-limit", Text("时限", "time limit"), None)

    def limit_if_any(self, code: str) -> TimeLimit | None:
        """A limit that a pack may leave out: `review`, `investigate` and `check`. Their clocks run only where it is given."""
        return next((limit for limit in self.time_limits if limit.code == code), None)

    def pause(self, code: str) -> PauseGround:
        return self._of(self.pauses, code, "pause", Text("中止计时事由", "ground for a pause"), field="ground")

    def extension(self, limit: str, code: str) -> ExtensionRule:
        """延期规则 of a time limit. Refused where the limit has none of this code."""
        rule = self.limit_if_any(limit)
        found = next((each for each in rule.extensions if each.code == code), None) if rule else None
        if found is None:
            raise self._unknown(code, "extension", Text("延期方式", "way to extend this limit"), "extension")
        return found

    def letter_contents(self, kind: LetterKind) -> tuple[LetterContent, ...]:
        """What a letter of this kind must say besides the answer, in the pack's order."""
        return tuple(content for content in self.letters if kind in content.letters)

    def element(self, code: ElementCode) -> SixElement:
        return next(element for element in self.six_elements if element.code is code)

    def classes_below(self, code: str) -> tuple[ComplaintClass, ...]:
        """The second level under a class; empty for a class that is given to complaints itself."""
        return tuple(class_ for class_ in self.classes if class_.parent == code)

    def needs_signature(self, channel: str, class_code: str) -> bool:
        """签批: whether a reply through this channel or in this class, or the one above it, is reserved."""
        rule = self.signature
        parents = (class_.parent for class_ in self.classes if class_.code == class_code)
        return channel in rule.channels or any(code in rule.classes for code in (class_code, *parents))

    @property
    def given_classes(self) -> tuple[ComplaintClass, ...]:
        """The classes that a person may choose for a complaint, in the pack's order."""
        return tuple(class_ for class_ in self.classes if class_.time_limit is not None and class_.chosen)

    def limit_for(self, class_code: str) -> TimeLimit:
        """处理时限 of a class, counted from receipt (mission A7). Refused for a first-level class that has classes below it."""
        class_ = self.class_(class_code)
        if class_.time_limit is None:
            below = self.classes_below(class_code)
            raise Refusal(
                "class-too-wide",
                Text(
                    f"“{class_.title.zh}”是大类，请选择其下的小类：{'、'.join(each.title.zh for each in below)}。",
                    f"“{class_.title.en}” is a first-level class. Choose one below it: "
                    f"{', '.join(each.title.en for each in below)}.",
                ),
                field="class_",
            )
        return self.time_limit(class_.time_limit)

    def is_own(self, source: str) -> bool:
        """Whether a rule is the bank's own choice alone, so that it binds no pack within this one."""
        own = {each.code for each in self.sources if each.own}
        return all(part.strip().partition(" ")[0] in own for part in source.split(";"))

    def cite(self, source: str) -> Text:
        """出处 in words: "slides 17" as the document's title and the place in it; a document cited twice is named once."""
        titles = {each.code: each.title for each in self.sources}
        places: dict[str, list[str]] = {}
        for part in source.split(";"):
            code, _, place = part.strip().partition(" ")
            places.setdefault(code, []).append(place)
        return Text(
            "；".join(f"{titles[code].zh} {'、'.join(found)}".strip() for code, found in places.items()),
            "; ".join(f"{titles[code].en} {', '.join(found)}".strip() for code, found in places.items()),
        )

    def _of(self, terms: Iterable[T], code: str, rule: str, what: Text, *, field: str | None = None) -> T:
        for term in terms:
            if term.code == code:
                return term
        raise self._unknown(code, rule.replace("_", "-"), what, field or rule)

    def _unknown(self, code: str, rule: str, what: Text, field: str | None) -> Refusal:
        return Refusal(
            f"{rule}-unknown",
            Text(
                f"规则包 {self.key} 中没有{what.zh}“{code[:64]}”，请从列表中重新选择。",
                f"The policy pack {self.key} has no {what.en} “{code[:64]}”. Choose one from the list.",
            ),
            field=field,
        )


def load_policy(text: str, *, name: str, texts: Texts | None = None) -> Policy:
    """Read a pack from its YAML text; `name` is what a mistake calls the file, `texts` gives the packs that it stands on.

    Refused with `PolicyError`: text that is not YAML, tags, anchors and aliases, unknown or missing fields, wrong types,
    duplicate codes, references to nothing, limits that cannot be kept, text without Chinese or English, a limit longer than
    that of the pack that it is `within`.
    """
    policy, lines = read_document(text, Policy, name=name, together=TOGETHER, texts=texts)
    check_policy(policy, lines, name=name)
    if policy.within and texts:
        upper = _upper(texts(policy.within), name=policy.within, texts=texts)
        refuse(outside(policy, upper), lines, name=name)
    return policy


_upper = lru_cache(maxsize=4)(load_policy)
"""The packs of a bank are within the same few."""
