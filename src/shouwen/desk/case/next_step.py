"""下一步: what is expected next on a complaint, of whom, and by when. One table for the case page, the lists and the messages."""

from datetime import datetime

from shouwen.casework.models import ComplaintRow
from shouwen.casework.rules import policy_of
from shouwen.core.complaint import Complaint, Stage
from shouwen.core.complaint.signing import awaits_signature
from shouwen.core.text import Text
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

TITLES = {
    "sign-for": Text("签收", "sign for it"),
    "accept": Text("受理", "accept it"),
    "dispatch": Text("转办", "dispatch it"),
    "investigate": Text("调查", "investigate"),
    "draft": Text("拟写回复", "draft the reply"),
    "check": Text("复核", "check the reply"),
    "sign-reply": Text("签批", "sign the reply"),
    "reply": Text("回复客户", "reply to the customer"),
    "measure": Text("征询满意度", "ask how satisfied the customer is"),
    "answer-superior": Text("回复转来单位", "answer the transferring body"),
    "close": Text("办结", "close it"),
    "check-withdrawal": Text("核实撤诉", "check the withdrawal"),
    "answer-review": Text("答复核查申请", "answer the review"),
    "archive": Text("归档", "archive it"),
    "answer-slip": Text("答复督办单", "answer the supervision slip"),
    "accept-answer": Text("由督办方审核督办答复", "the issuer of the slip looks at its answer"),
}
AFTER_THE_REPLY = Text("征询满意度、办结", "ask about satisfaction, then close")
"""A row does not say whether the customer was asked already."""
OF_STAGE = {
    Stage.REGISTERED: "accept",
    Stage.ACCEPTED: "dispatch",
    Stage.DISPATCHED: "sign-for",
    Stage.SIGNED_FOR: "investigate",
    Stage.INVESTIGATING: "draft",
    Stage.REPLY_DRAFTED: "check",
    Stage.CHECKED: "reply",
    Stage.REPLIED: "measure",
    Stage.CLOSED: "archive",
    Stage.DECLINED: "archive",
    Stage.WITHDRAWN: "archive",
}


def next_step(complaint: Complaint) -> str:
    """The action that comes next, by its slug; empty for what is archived and at rest."""
    if complaint.merged_into:
        return ""
    if complaint.withdrawal_asked is not None and complaint.is_open:
        return "check-withdrawal"
    if complaint.offer is not None:
        return "sign-for"
    if complaint.review_asked_at is not None:
        return "answer-review"
    if complaint.stage is Stage.CHECKED and awaits_signature(complaint, policy_of(complaint.policy)):
        return "sign-reply"
    if complaint.stage is Stage.INVESTIGATING and _findings_are_old(complaint):
        return "investigate"
    if complaint.stage is Stage.REPLIED and complaint.satisfaction is not None:
        answers_body = policy_of(complaint.policy).channel(complaint.channel).answers_body
        if answers_body and complaint.superior_replied_at is None:
            return "answer-superior"
        return "answer-slip" if complaint.slip is not None and complaint.slip.is_unanswered else "close"
    if complaint.slip is not None and not complaint.is_open and complaint.stage is not Stage.ARCHIVED:
        return "answer-slip" if complaint.slip.is_unanswered else "accept-answer"
    return OF_STAGE.get(complaint.stage, "")


def _findings_are_old(complaint: Complaint) -> bool:
    """Whether what was found belongs to the time before the complaint was reopened."""
    clock = complaint.clock("reply")
    found = complaint.findings
    return found is None or bool(complaint.reopened and clock and found.at < clock.started)


def next_of_row(row: ComplaintRow) -> Text | None:
    """The next step as a list says it, from the columns alone."""
    if row.merged_into:
        return None
    if row.withdrawal_asked and row.is_open:
        return TITLES["check-withdrawal"]
    if row.review_asked_at is not None:
        return TITLES["answer-review"]
    if row.mover is not None and row.mover != row.responsible and row.is_open:
        return TITLES["sign-for"]
    if row.signature_awaited:
        return TITLES["sign-reply"]
    if row.stage == Stage.REPLIED:
        return AFTER_THE_REPLY
    slug = OF_STAGE.get(Stage(row.stage), "")
    return TITLES[slug] if slug else None


def awaited(complaint: Complaint) -> Text | None:
    """Who does the next step, and until when; none where nothing is awaited any more."""
    step = next_step(complaint)
    if not step:
        return None
    what = TITLES[step]
    due = _by(complaint)
    people = directory()
    if step == "check-withdrawal":
        return Text(
            "客户提出撤诉，等待没有办理这件投诉的复核人、负责人或监督岗位向客户核实。",
            "The customer wants to withdraw. A checker, the leader or a supervisor who does not handle it asks the customer.",
        )
    if complaint.offer is not None:
        person, unit = people.person(complaint.offer.to), people.unit(complaint.offer.unit)
        name, place = person.name if person else "", unit.name if unit else ""
        return Text(f"等待{place}{name}签收{due.zh}。", f"Waits for {name} ({place}) to sign for it{due.en}.")
    if step == "check":
        unit = people.unit(complaint.handling_unit)
        place = unit.name if unit else ""
        return Text(
            f"等待{place}的复核人或负责人复核{due.zh}。", f"Waits for a checker or the leader of {place}{due.en}."
        )
    if step == "sign-reply":
        unit = people.unit(complaint.handling_unit)
        place = unit.name if unit else ""
        return Text(
            f"等待{place}第一责任人签批{due.zh}。",
            f"Waits for the first responsible person of {place} to sign the reply{due.en}.",
        )
    if step in ("archive", "answer-review", "accept-answer"):
        return Text(f"下一步：{what.zh}。", f"Next: {what.en}.")
    person = people.person(complaint.responsible) if complaint.responsible else None
    name = person.name if person else ""
    return Text(f"下一步：由{name}{what.zh}{due.zh}。", f"Next: {name} is to {what.en}{due.en}.")


def _by(complaint: Complaint) -> Text:
    due = complaint.offer.sign_by.limit.at if complaint.offer else complaint.due_at
    if due is None:
        return Text("", "")
    said = _said(due)
    return Text(f"，{said}前", f" by {said}")


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(working_calendar().zone):%m-%d %H:%M}"
