"""核实撤诉: somebody who does not handle the complaint asks the customer whether anybody leaned on them (mission B5)."""

from typing import ClassVar

from shouwen.core.complaint.customer import Withdrawn
from shouwen.core.complaint.state import Complaint, FreeText, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

OPEN = frozenset(stage for stage in Stage if stage.is_open)


class CheckWithdrawal(Command, tag="check_withdrawal", frozen=True, kw_only=True):
    """核实撤诉: with how the customer was asked. Confirmed, the complaint ends; doubted, the work goes on.

    Refused: nothing to check; who handles the complaint or wrote the withdrawal down.
    """

    action = Action.CHECK_WITHDRAWAL
    stages = OPEN
    title: ClassVar[Text] = Text("核实撤诉", "Check the withdrawal")

    passed: bool
    opinion: FreeText


class WithdrawalDoubted(Event, tag="withdrawal_doubted", frozen=True):
    title: ClassVar[Text] = Text("撤诉未经核实，继续办理", "Withdrawal not confirmed, the work goes on")

    opinion: str


@decides(CheckWithdrawal)
def decide_check_withdrawal(complaint: Complaint, command: CheckWithdrawal, context: Context) -> list[Event]:
    asked = complaint.withdrawal_asked
    if asked is None:
        raise Refusal("no-withdrawal", Text("没有待核实的撤诉。", "There is no withdrawal to check."))
    if not who_could_lean(complaint).isdisjoint(context.actor.stands_for):
        raise Refusal(
            "own-withdrawal",
            Text(
                "办理投诉或记录撤诉的人不能核实撤诉，请由其他复核人、负责人或监督岗位向客户核实。",
                "Who handles the complaint or wrote the withdrawal down cannot check it. Another checker, the leader or a supervisor "
                "asks the customer.",
            ),
        )
    require_text(command.opinion, "opinion", Text("核实情况", "How the customer was asked"))
    opinion = command.opinion.strip()
    if not command.passed:
        return [WithdrawalDoubted(at=context.now, by=context.actor.id, opinion=opinion)]
    return [Withdrawn(at=context.now, by=context.actor.id, consent=asked.consent, way=asked.way, opinion=opinion)]


def who_could_lean(complaint: Complaint) -> frozenset[int]:
    """Those whose interest it is that the complaint ends: who handles it, who wrote an answer, and who wrote the withdrawal down."""
    asked, found, draft = complaint.withdrawal_asked, complaint.findings, complaint.draft
    people = (complaint.responsible, asked and asked.by, found and found.by, *(draft.writers if draft else ()))
    return frozenset(person for person in people if person)


@evolves(WithdrawalDoubted)
def evolve_withdrawal_doubted(complaint: Complaint, event: WithdrawalDoubted) -> Complaint:
    return changed(complaint, event, withdrawal_asked=None, news_at=event.at)
