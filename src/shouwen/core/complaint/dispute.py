"""经济纠纷: what the customer claims, what the bank offers, agrees and pays, the legal opinion, and who decided (mission B3)."""

from enum import StrEnum
from typing import ClassVar

from shouwen.core.complaint.state import Code, Complaint, Dispute, FreeText, ShortText, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action
from shouwen.core.money import Money, require_fit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

AMOUNTS = {
    "claimed": Text("客户主张", "Claimed"),
    "offered": Text("本行提出", "Offered"),
    "agreed": Text("双方商定", "Agreed"),
    "paid": Text("实际支付", "Paid"),
}
"""The amounts of a dispute, in the order in which they come about."""


class Way(StrEnum):
    """纠纷解决方式: how it ends, or where it lies."""

    OPEN = "open"
    SETTLED = "settled"
    MEDIATION = "mediation"
    ARBITRATION = "arbitration"
    COURT = "court"

    @property
    def label(self) -> Text:
        return WAY_TITLES[self]

    @property
    def by_a_body(self) -> bool:
        """Whether another body decides, whose name and case number are kept."""
        return self in (Way.MEDIATION, Way.ARBITRATION, Way.COURT)


WAY_TITLES = {
    Way.OPEN: Text("尚未解决", "Not settled yet"),
    Way.SETTLED: Text("协商解决", "Settled between the two"),
    Way.MEDIATION: Text("调解", "Mediation"),
    Way.ARBITRATION: Text("仲裁", "Arbitration"),
    Way.COURT: Text("诉讼", "Court"),
}


def amounts_of(dispute: Dispute) -> list[tuple[str, Text, Money]]:
    """The amounts that there are, by field and title."""
    found = ((field, title, getattr(dispute, field)) for field, title in AMOUNTS.items())
    return [(field, title, money) for field, title, money in found if money is not None]


def in_words(dispute: Dispute) -> str:
    """经济纠纷 on a paper between offices, in Chinese as those are."""
    said = [f"{title.zh}：{money}" for _, title, money in amounts_of(dispute)]
    said.append(
        f"解决方式：{Way(dispute.way).label.zh}" + (f"（{dispute.body}，{dispute.reference}）" if dispute.body else "")
    )
    return "；".join(said) + "。" + (f"\n法律意见：{dispute.legal_opinion}" if dispute.legal_opinion else "")


class RecordDispute(Command, tag="record_dispute", frozen=True, kw_only=True):
    """记录经济纠纷: may be done again as it goes on; the journal keeps each state.

    Refused: no claim, an amount that cannot be one, two currencies, more paid than was agreed, settled without an amount agreed,
    mediation, arbitration or court without the body and its case number.
    """

    action = Action.RECORD_DISPUTE
    stages = frozenset(stage for stage in Stage if stage.is_open)
    title: ClassVar[Text] = Text("记录经济纠纷", "Record the economic dispute")

    claimed: Money
    offered: Money | None = None
    agreed: Money | None = None
    paid: Money | None = None
    legal_opinion: FreeText = ""
    way: Code = Way.OPEN.value
    body: ShortText = ""
    reference: ShortText = ""


class DisputeRecorded(Event, tag="dispute_recorded", frozen=True):
    title: ClassVar[Text] = Text("记录经济纠纷", "Economic dispute recorded")

    dispute: Dispute


@decides(RecordDispute)
def decide_record_dispute(complaint: Complaint, command: RecordDispute, context: Context) -> list[Event]:
    rule = context.policy.dispute
    for field in AMOUNTS:
        money: Money | None = getattr(command, field)
        if money is not None:
            require_fit(money, field, currencies=rule.currencies, most=rule.most)
            _require_one_currency(money, command.claimed, field)
    if command.way not in set(Way):
        raise Refusal(
            "way-unknown",
            Text("请从列表中选择解决方式。", "Choose from the list how it is settled."),
            field="way",
        )
    way = Way(command.way)
    if way is Way.SETTLED and command.agreed is None:
        raise Refusal(
            "nothing-agreed",
            Text("协商解决的，请填写商定金额（可以为0）。", "It is settled: enter the amount agreed, which may be 0."),
            field="agreed",
        )
    if command.paid is not None and command.agreed is not None and command.paid.amount > command.agreed.amount:
        raise Refusal(
            "paid-more",
            Text(
                "实际支付超过商定金额。如另行商定，请先更改商定金额。",
                "More was paid than agreed. If something else was agreed, change that amount first.",
            ),
            field="paid",
        )
    if way.by_a_body:
        require_text(command.body, "body", Text("受理机构", "Body"))
        require_text(command.reference, "reference", Text("案号", "Case number"))
    dispute = Dispute(
        claimed=command.claimed,
        offered=command.offered,
        agreed=command.agreed,
        paid=command.paid,
        legal_opinion=command.legal_opinion.strip(),
        way=way.value,
        body=command.body.strip() if way.by_a_body else "",
        reference=command.reference.strip() if way.by_a_body else "",
    )
    if dispute == complaint.dispute:
        raise Refusal(
            "dispute-unchanged",
            Text("内容没有变化，无需再次记录。", "Nothing has changed; there is nothing to record."),
        )
    return [DisputeRecorded(at=context.now, by=context.actor.id, dispute=dispute)]


def _require_one_currency(money: Money, claimed: Money, field: str) -> None:
    if money.currency != claimed.currency:
        raise Refusal(
            "two-currencies",
            Text("各项金额请用同一币种。", "Enter all amounts in one currency."),
            field=field,
        )


@evolves(DisputeRecorded)
def evolve_dispute_recorded(complaint: Complaint, event: DisputeRecorded) -> Complaint:
    return changed(complaint, event, dispute=event.dispute)
