"""词汇: what goes in and what comes out, as the documentation shows it. Unknown fields are refused, nothing is converted."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, WrapValidator
from pydantic_core import PydanticCustomError

from shouwen.core.text import Text

MOST_ITEMS = 100
LINE = r"^[^\x00-\x1f\x7f]*$"
NUMBER = r"^TS[0-9]{4}-[0-9]{8}$"
CODE = r"^[0-9A-Za-z_-]*$"
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
MOMENT_WANTED = Text(
    "请填写带时区的时间，例如 2026-03-01T09:30:00+08:00。",
    "Give a time with its offset, such as 2026-03-01T09:30:00+08:00.",
)


def _moment(value: Any) -> datetime:
    try:
        if isinstance(value, str) and MOMENT.fullmatch(value):
            return datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise PydanticCustomError("moment", "not a moment", {"text": MOMENT_WANTED}) from error
    raise PydanticCustomError("moment", "not a moment", {"text": MOMENT_WANTED})


Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Line = Annotated[str, Field(max_length=200, pattern=LINE)]
Code = Annotated[str, Field(max_length=64, pattern=CODE)]
Number = Annotated[str, Field(pattern=NUMBER)]
Key = Annotated[str, Field(min_length=8, max_length=100, pattern=r"^[!-~]+$")]
Fact = Annotated[str, Field(max_length=2000)] | Annotated[int, Field(ge=-(10**15), le=10**15)]


class Given(Schema):
    """What a caller sends."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Told(Schema):
    """What is answered."""

    model_config = ConfigDict(extra="forbid")


class Contact(Given):
    """投诉人信息. Sealed on the way in; never answered again."""

    name: Line = Field("", description="姓名 · name")
    phone: Line = Field("", description="联系电话 · phone")
    email: Line = Field("", description="电子邮箱 · e-mail")
    address: Line = Field("", description="通信地址 · postal address")
    id_number: Line = Field("", description="证件号码 · identity number")
    card_number: Line = Field("", description="卡号或账号 · card or account number")


class NewComplaint(Given):
    """登记. `channel`, `kind`, `class` and the channel's facts are those of `GET /policy`; units those of `GET /units`."""

    channel: Code = Field(description="受理渠道 · intake channel", examples=["hotline"])
    facts: dict[str, Fact] = Field({}, description="渠道要素 · the channel's own facts", max_length=50)
    kind: Code = Field("complaint", description="投诉、意见或建议 · complaint, opinion or suggestion")
    received_at: Moment = Field(
        description="接到时间 · when the customer said it", examples=["2026-03-01T09:30:00+08:00"]
    )
    receiving_unit: Code = Field("", description="受理机构，缺省为令牌的机构 · by default the unit of the token")
    anonymous: bool = Field(False, description="匿名 · the customer wants to stay anonymous")
    contact: Contact = Field(default_factory=lambda: Contact.model_validate({}))
    subject: Line = Field(min_length=1, description="标题 · title")
    statement: str = Field(min_length=1, max_length=50_000, description="投诉内容 · what the customer said")
    wish: str = Field("", max_length=50_000, description="客户诉求 · what the customer wants")
    class_: Code = Field("", alias="class", description="投诉分类 · class; empty: a person classifies it")
    unit_about: Code = Field("", description="被投诉机构 · unit complained about")
    employee_about: Code = Field("", description="被投诉员工工号 · employee number complained about")
    earlier: list[Number] = Field([], max_length=20, description="以往投诉编号 · numbers of earlier complaints")


class BulkItem(NewComplaint):
    """One complaint of many, with a key of its own."""

    key: Key = Field(description="Idempotency key of this item")


class Mistaken:
    """An item that does not have the documented form; it is answered by itself."""

    def __init__(self, mistakes: list[Any]) -> None:
        self.mistakes = mistakes


def _or_mistaken(value: Any, check: Any) -> Any:
    try:
        return check(value)
    except ValidationError as wrong:
        return Mistaken(wrong.errors(include_url=False, include_input=False))


class Bulk(Given):
    """批量登记. Each item is taken or refused by itself, in this order."""

    items: list[Annotated[BulkItem, WrapValidator(_or_mistaken)]] = Field(min_length=1, max_length=MOST_ITEMS)


class NewStatement(Given):
    """客户补充."""

    text: str = Field(min_length=1, max_length=50_000, description="客户补充的内容 · what the customer adds")


class Words(Told):
    """Both languages."""

    zh: str
    en: str


class FieldError(Told):
    """字段错误. `field` is the path in what was sent."""

    field: str
    rule: str
    detail: str
    message: Words


class Problem(Told):
    """问题说明 (RFC 9457)."""

    type: str = Field(description="urn:shouwen:rule:<rule>")
    title: str
    status: int
    detail: str = Field(description="In the language of Accept-Language, Chinese by default")
    rule: str = Field(description="A stable word for programs")
    message: Words
    errors: list[FieldError]


class Clock(Told):
    """时限. `kind`: accept, sign, reply, superior, media, check, investigate or review. With `paused_at` it stands still, and `due_at` will move."""

    kind: str
    title: Words
    due_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None = None


class ComplaintState(Told):
    """投诉的环节和时限: no personal data, no words of the customer."""

    number: str
    stage: str
    stage_title: Words
    is_open: bool
    channel: str
    kind: str
    class_: str = Field(serialization_alias="class")
    received_at: datetime
    registered_at: datetime
    replied_at: datetime | None
    ended_at: datetime | None
    clocks: list[Clock]


class Registered(ComplaintState):
    """已登记. `tracking_code` is told once, with the first answer; a repeated request finds it empty."""

    tracking_code: str | None


class BulkResult(Told):
    """One item's own result: `status` as it would have been alone."""

    key: str | None
    status: int
    complaint: Registered | None
    problem: Problem | None


class BulkAnswer(Told):
    results: list[BulkResult]


class FileKept(Told):
    """附件. `digest` is the SHA-256 of the content."""

    name: str
    size: int
    media_type: str
    digest: str


class Term(Told):
    code: str
    title: Words


class FactAsked(Term):
    type: str
    required: bool
    choices: list[Term]


class ContactAsked(Told):
    field: str
    required: bool


class ChannelTold(Term):
    """受理渠道, with what it asks. Of `reply_by` one is needed, unless the customer is anonymous."""

    facts: list[FactAsked]
    contact: list[ContactAsked]
    reply_by: list[str]


class ClassTold(Term):
    """投诉分类 that may be given, with its time limit."""

    days: int
    day_unit: str


class PolicyTold(Told):
    """规则包."""

    key: str
    title: Words
    channels: list[ChannelTold]
    classes: list[ClassTold]
    kinds: list[Term]


class UnitTold(Told):
    """机构. `own`: the token's unit or below, where complaints can be received."""

    code: str
    name: str
    kind: str
    parent: str | None
    own: bool


class UnitsTold(Told):
    """One page of units; `next` is the `after` of the following page."""

    units: list[UnitTold]
    next: str | None


class PeriodTold(Told):
    """期间, both days included, in the bank's zone."""

    first: date
    last: date


class ColumnTold(Told):
    """`form` is count, share (of 1), change (a share with its sign) days or rate (per so many outlets or customers)."""

    title: Words
    form: str


class LineTold(Told):
    """一行; `level` 1 and more stand below another line. A value is null where there is nothing to divide by."""

    title: Words
    level: int
    values: list[int | float | None]


class TableTold(Told):
    """统计表. `unconfirmed`: its titles have not been checked against the standard."""

    name: str
    title: Words
    unconfirmed: bool
    columns: list[ColumnTold]
    lines: list[LineTold]


class ReportTold(Told):
    """报表; `periods` are this one, the one before, and the same a year before."""

    kind: str
    title: Words
    unit: str
    unit_name: str
    periods: list[PeriodTold]
    made_at: datetime
    tables: list[TableTold]
    notes: list[Words]
