"""定期回访: what the customer of a closed complaint says some time later (mission C3). Who is not satisfied is heard again."""

from typing import ClassVar

from shouwen.core.complaint.customer import ReviewAsked
from shouwen.core.complaint.recording import Revealed
from shouwen.core.complaint.state import Code, Complaint, FreeText, Revisit, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

WAY = "phone"
UNREACHED = Text("未联系上", "Not reached")
SATISFIED = Text("满意", "Satisfied")
DISSATISFIED = Text("不满意", "Not satisfied")


def revisit_result(reached: bool, satisfied: bool | None) -> Text:
    """What came of a try, in words."""
    if not reached:
        return UNREACHED
    return SATISFIED if satisfied else DISSATISFIED


class LookForRevisit(Command, tag="look_for_revisit", frozen=True):
    """查看回访电话: who is to call a drawn customer looks at name, phone and mail address; the look is on the record like any other.

    It is a right of its own, because the contact and the leader who call are often not responsible and may not look otherwise.
    """

    action = Action.REVISIT
    stages = frozenset({Stage.CLOSED, Stage.ARCHIVED})
    title: ClassVar[Text] = Text("查看回访电话", "Look up the number for a revisit")

    sample: Code


@decides(LookForRevisit)
def decide_look_for_revisit(complaint: Complaint, command: LookForRevisit, context: Context) -> list[Event]:
    return [Revealed(at=context.now, by=context.actor.id, reason=f"{Revisited.title.zh} {command.sample}")]


class RecordRevisit(Command, tag="record_revisit", frozen=True, kw_only=True):
    """回访结果: whether the customer was reached and is satisfied; `sample` names the draw that asked for it.

    One try may follow another until the customer is reached, then no more. A customer who is not satisfied has asked for a review
    (核查) with the same words, unless there is one already: the superior upholds the answer or reopens the complaint.
    Refused: reached without an answer, not satisfied or not reached without words.
    """

    action = Action.REVISIT
    stages = frozenset({Stage.CLOSED, Stage.ARCHIVED})
    title: ClassVar[Text] = Text("记录回访结果", "Record the revisit")

    sample: Code
    reached: bool
    satisfied: bool | None = None
    words: FreeText = ""


class Revisited(Event, tag="revisited", frozen=True):
    title: ClassVar[Text] = Text("定期回访", "Customer revisited")

    sample: str
    reached: bool
    satisfied: bool | None
    text: str


@decides(RecordRevisit)
def decide_record_revisit(complaint: Complaint, command: RecordRevisit, context: Context) -> list[Event]:
    if any(revisit.sample == command.sample and revisit.reached for revisit in complaint.revisits):
        raise Refusal(
            "revisited-already",
            Text(
                "这次抽样的客户已经回访，结果不再更改。",
                "This customer was revisited for this sample. The result stands.",
            ),
        )
    if complaint.draft is not None and not complaint.draft.writers.isdisjoint(context.actor.stands_for):
        raise Refusal(
            "own-answer",
            Text(
                "拟写答复的人及其代理人不能回访这位客户，请由本单位其他联系人、负责人或监督岗位回访。",
                "Neither the writer of the answer nor a deputy of the writer calls this customer. Another contact, the leader or a "
                "supervisor does.",
            ),
        )
    if command.reached and command.satisfied is None:
        raise Refusal(
            "revisit-unanswered",
            Text(
                "已联系上客户，请选择客户是否满意。", "The customer was reached. Say whether the customer is satisfied."
            ),
            field="satisfied",
        )
    satisfied = command.satisfied if command.reached else None
    if not command.reached:
        require_text(command.words, "words", Text("联系经过", "How it was tried"))
    elif not satisfied:
        require_text(command.words, "words", Text("客户不满意的原因", "Why the customer is not satisfied"))
    words = command.words.strip()
    events: list[Event] = [
        Revisited(
            at=context.now,
            by=context.actor.id,
            sample=command.sample,
            reached=command.reached,
            satisfied=satisfied,
            text=words,
        )
    ]
    if satisfied is False and complaint.review_asked_at is None and complaint.replied_at is not None:
        asked = ReviewAsked(
            at=context.now, by=context.actor.id, reason=words, way=WAY, clocks=context.step_clock("review")
        )
        events.append(asked)
    return events


@evolves(Revisited)
def evolve_revisited(complaint: Complaint, event: Revisited) -> Complaint:
    revisit = Revisit(sample=event.sample, reached=event.reached, satisfied=event.satisfied, by=event.by, at=event.at)
    return changed(complaint, event, revisits=(*complaint.revisits, revisit))
