"""What a policy pack is made of: the terms of 规则包, one small struct for each thing that the slides name.

Every term carries its Chinese and English title and its `source`: the code of one of the pack's sources and the place in it
("slides 17"), or several of them joined by ";". A number that the slides do not give says so by its source.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from shouwen.core.duties import Duty
from shouwen.core.people import UnitKind
from shouwen.core.text import Text
from shouwen.core.timelimits import Days
from shouwen.core.workdays import FIRST_YEAR, LAST_YEAR

Year = Annotated[int, msgspec.Meta(ge=FIRST_YEAR, le=LAST_YEAR)]


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A thing with a code, which journals keep for ever, a title for people, and where it comes from.

    `unconfirmed`: whoever wrote the pack has not read it in the source named; a person must look before relying on it.
    """

    code: str
    title: Text
    source: str
    unconfirmed: bool = False


class CountedAs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """统计归类: the category of a statistical axis that follows from this (`policy_statistics`)."""

    axis: str
    category: str


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """出处: a document that the pack takes its rules from, or the bank's own decision (`own`) where the document is silent."""

    code: str
    title: Text
    own: bool = False


class Rule(Term, frozen=True):
    """原则、方法: a sentence that the program or its people follow (slides 13 and 22)."""

    text: Text


class DutyTasks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """职能分工: what one side of the bank does, and which duties of the program do it (mission C1–C7)."""

    code: str
    title: Text
    held_by: tuple[Duty, ...]
    tasks: tuple[Text, ...]
    source: str


class FactType(StrEnum):
    """What kind of value a channel's own fact has."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    URL = "url"
    CHOICE = "choice"


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    code: str
    title: Text


class Fact(Term, frozen=True):
    """渠道要素: something that only this channel knows, such as the call id or the page of the opinion book (mission A1).

    `personal` facts are personal data and are sealed before they are stored. `max_length` counts characters; `minimum` and
    `maximum` bound a number; `choices` are for a choice. `clock` names the clock that runs to a day or moment given here.
    """

    type: FactType
    required: bool = False
    personal: bool = False
    max_length: int = 200
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[Choice, ...] = ()
    hint: Text | None = None
    clock: Literal["superior", "media"] | None = None


class ContactField(StrEnum):
    """投诉人信息: what may be asked about a complainant. All of it is personal data."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    ID_NUMBER = "id_number"
    CARD_NUMBER = "card_number"

    @property
    def label(self) -> Text:
        return CONTACT_LABELS[self]


CONTACT_LABELS = {
    ContactField.NAME: Text("姓名", "Name"),
    ContactField.PHONE: Text("电话", "Phone"),
    ContactField.EMAIL: Text("电子邮箱", "E-mail"),
    ContactField.ADDRESS: Text("通信地址", "Postal address"),
    ContactField.ID_NUMBER: Text("证件号码", "Identity number"),
    ContactField.CARD_NUMBER: Text("卡号或账号", "Card or account number"),
}


class ContactNeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that the form of a channel asks about the complainant; `required` unless the complainant is anonymous."""

    field: ContactField
    required: bool = False


class ComplaintClass(Term, frozen=True):
    """投诉分类, in two levels: a class with a `parent` is of the second level (mission A4).

    A class without classes below it is given to complaints and has a time limit. `secrecy` closes the complaint to all but those
    who must see it; `goes_to` is the kind of department that it goes to first. `chosen` is false for a class that follows from
    a fact (匿名) and is only counted. `investigated_anyway`: also when the customer withdraws (mission B5).
    """

    parent: str | None = None
    time_limit: str | None = None
    secrecy: bool = False
    goes_to: UnitKind | None = None
    chosen: bool = True
    investigated_anyway: bool = False
    counted_as: tuple[CountedAs, ...] = ()


class Cause(Term, frozen=True):
    """抱怨的原因 (mission A5). A cause that is the `customers_own` does not lower the duty to reply."""

    customers_own: bool = False
    counted_as: tuple[CountedAs, ...] = ()


class DeclineGround(Term, frozen=True):
    """不予受理的理由: `way_on` tells the customer how to go on (mission A2). A written reason is always needed too."""

    way_on: Text


class ElementCode(StrEnum):
    """六要素 of the reply to a transfer or supervision slip (mission A8)."""

    FACTS = "facts"
    RESPONSIBILITY = "responsibility"
    LESSON_AND_MEASURE = "lesson_and_measure"
    SATISFACTION = "satisfaction"
    HANDLED_AT = "handled_at"
    HANDLER_AND_PHONE = "handler_and_phone"


class SixElement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of the 六要素. `nothing_with` are the liabilities under which a bare "无" is a full answer to it."""

    code: ElementCode
    title: Text
    source: str
    nothing_with: tuple[str, ...] = ()


class EmptyWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words that, standing alone, leave an element empty: `placeholders` always, `nothing` unless the element allows it.

    `phone_digits` is the least number of digits of a phone or an extension.
    """

    placeholders: tuple[str, ...]
    nothing: tuple[str, ...]
    phone_digits: int
    source: str


class RightBody(StrEnum):
    """应找的单位: whether a finding that it is not ours must name who is responsible; `asked` takes a bare “无” for an answer."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    NAMED = "named"


class Liability(Term, frozen=True):
    """责任认定. `ours` when any part of the responsibility is the bank's (mission B1).

    Where it is not, `needs_evidence` wants what shows it, and `right_body` the body that the customer is to turn to.
    """

    ours: bool
    needs_evidence: bool = False
    right_body: RightBody = RightBody.NOT_ASKED


class DisputeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """经济纠纷: the currencies (ISO 4217) that amounts may be in, and the amount above which it is a slip of the finger."""

    currencies: tuple[str, ...] = ("CNY",)
    most: Decimal = Decimal("100000000000")
    source: str | None = None


class RepeatRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """再次投诉: whether a level above the one that handled the first must handle it (mission B4)."""

    higher_level: bool = False
    source: str | None = None


class WithdrawalRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """撤诉: whether somebody who does not handle the complaint makes sure that nobody leaned on the customer, where staff wrote the
    withdrawal down (mission B5)."""

    checked: bool = False
    source: str | None = None


class SignatureRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """签批: the channels and classes whose replies the first responsible person signs before they go out (mission C6). A class stands
    for those below it too."""

    channels: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    source: str | None = None


class ReplyMethod(Term, frozen=True):
    """回复方式: how the answer reaches the customer, and which contact it needs."""

    needs: ContactField | None = None


class RatioToOne(StrEnum):
    """Where expectation ÷ perception lies (slide 2); `unmeasured` when the customer gave no answer."""

    ABOVE = "above"
    EQUAL = "equal"
    BELOW = "below"
    UNMEASURED = "unmeasured"


class ScaleLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    value: int
    title: Text


class Verdict(Term, frozen=True):
    """满意程度: what a ratio means and what follows from it. `remark_needed`: why, or how an answer was sought."""

    ratio: RatioToOne
    leads_to: Text | None = None
    remark_needed: bool = False


class SatisfactionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """满意度: the two questions of the survey, their scales, and the verdict for each side of 1 (mission E1)."""

    expectation_question: Text
    perception_question: Text
    expectation: tuple[ScaleLevel, ...]
    perception: tuple[ScaleLevel, ...]
    scale_source: str
    verdicts: tuple[Verdict, ...]

    def verdict_for(self, ratio: RatioToOne) -> Verdict:
        return next(verdict for verdict in self.verdicts if verdict.ratio is ratio)


class LanguageRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """语言规范: words not to write to a customer (mission A3), `why`, and what to say `instead`.

    `unless` are longer phrases that contain one of them and are fine.
    """

    code: str
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()
    why: Text
    instead: Text
    source: str


class LoyaltyOutcome(Term, frozen=True):
    """客户忠诚度: of a hundred customers with this outcome, how many come back (mission E2). The slides count those who do not."""

    come_back_percent: Decimal


class Unsolved(StrEnum):
    """未解决的事实: what a record can say of a problem that the answer did not solve.

    `declined`: not taken on. `review`: the customer did not accept the answer, and it was not handled anew. `revisit`: dissatisfied when
    last called again. `dispute`: the customer lost the economic dispute.
    """

    DECLINED = "declined"
    REVIEW = "review"
    REVISIT = "revisit"
    DISPUTE = "dispute"


class LoyaltyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """忠诚度口径. `fast`: replied within the target of the reply clock (its limit where it has no target), or within the limit.

    A measured rate counts what customers did `observed_after_days` calendar days after the end of the complaint or later; from fewer than
    `fewest` customers it is shown and not used. `ratio_bounds` part the distribution of expectation ÷ perception, beside 1 itself.
    """

    fast: Literal["target", "limit"] = "target"
    unsolved_by: tuple[Unsolved, ...] = (Unsolved.DECLINED, Unsolved.REVIEW, Unsolved.REVISIT, Unsolved.DISPUTE)
    observed_after_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 90
    fewest: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 30
    confidence_percent: Annotated[Decimal, msgspec.Meta(ge=50, le=99)] = Decimal(95)
    ratio_bounds: tuple[Decimal, ...] = (Decimal("0.5"), Decimal("1.5"), Decimal(2))
    source: str | None = None


class DisputeOutcome(Term, frozen=True):
    """双赢: one of the four quadrants, by who wins (mission E4)."""

    bank_wins: bool
    customer_wins: bool


class Signatory(StrEnum):
    """Who may sign for a unit."""

    FIRST_CONTACT = "first_contact"
    SECOND_CONTACT = "second_contact"
    LEADER = "leader"


class SigningRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """逐级递交: the order in which unsigned work goes on, and the time limit that each of them has (mission C7)."""

    order: tuple[Signatory, ...]
    time_limit: str
    source: str


class PauseGround(Term, frozen=True):
    """中止计时事由: why a clock may stand still (mission A7). The days from the pausing day to the day before it goes on are not counted.

    `clocks` are the kinds of clock that it may stop, `by` the duties that may use it; `evidence`: only with an attached file.
    After `max_days` calendar days, the pausing day included, the clock goes on by itself.
    """

    clocks: tuple[Literal["accept", "reply", "review", "investigate", "check"], ...]
    by: tuple[Duty, ...]
    evidence: bool = False
    max_days: Days | None = None


class EscalationStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """逐级上报: who is told when a limit is missed and nothing has happened `after_days` working days later (mission C6, C7, E3).

    The responsible person hears of the missed limit itself. `second_contact` is 第二联系人 of the handling unit, `leader`
    its 第一责任人, `superior_leader` that of the next institution above with another leader. Who is absent is skipped.
    """

    to: Literal["responsible", "second_contact", "leader", "superior_leader"]
    after_days: Annotated[int, msgspec.Meta(ge=0, le=3650)]
    source: str

    @property
    def label(self) -> Text:
        return STEP_TITLES[self.to]


STEP_TITLES = {
    "responsible": Text("责任人", "the responsible person"),
    "second_contact": Text("第二联系人", "contact B"),
    "leader": Text("第一责任人", "the leader of the unit"),
    "superior_leader": Text("上级机构第一责任人", "the leader of the superior institution"),
}


class LetterKind(StrEnum):
    """Which letter to the customer: the answer, or the notice that a complaint is not taken on."""

    REPLY = "reply"
    DECLINE = "decline"


class LetterContent(Term, frozen=True):
    """函件必备内容: what a letter must say besides the answer itself, such as where the customer can turn next.

    The letters print `text` as it stands here, so a bank puts the wording that its regulator prescribes into its own pack. A
    content without a text is for the writer to say, or to enclose.
    """

    letters: tuple[LetterKind, ...]
    text: Text | None = None


class DayOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """休息日: a day on which the banks of that country do not work, weekends aside."""

    date: date
    title: Text


class CalendarRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """工作日历 of a pack for a bank outside mainland China: `days_off` besides Saturdays and Sundays, complete through `years`.

    Years that are not named know weekends only and are provisional. A pack without a calendar uses the official one of China.
    """

    years: tuple[Year, ...]
    days_off: tuple[DayOff, ...]
    source: str
    unconfirmed: bool = False


class LongestBreak(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """最长连休: how many days running may be off, so that a limit in working days can be held against one in calendar days."""

    days: Annotated[int, msgspec.Meta(ge=2, le=60)]
    source: str
    unconfirmed: bool = False
