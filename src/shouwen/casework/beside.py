"""另一件投诉: what the door puts beside a complaint for commands that name others (再次投诉, 重复登记, 群体投诉)."""

from collections.abc import Callable, Iterable, Mapping

from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.core.complaint import read_complaint
from shouwen.core.complaint.verbs import Beside

WORK = ("investigated", "reply_drafted", "reply_checked", "reply_signed", "replied")
"""What somebody did who worked on the answer; a checker who only returned a draft did not."""

Finder = Callable[[Iterable[str]], Mapping[str, Beside]]


def on_record(numbers: Iterable[str]) -> Mapping[str, Beside]:
    """The complaints with these numbers, with who worked on the answer of each. Those that do not exist are left out."""
    wanted = tuple(dict.fromkeys(numbers))
    if not wanted:
        return {}
    found = dict(ComplaintRow.objects.filter(number__in=wanted).values_list("id", "state"))
    worked: dict[int, list[int]] = {each: [] for each in found}
    entries = JournalEntry.objects.filter(complaint_id__in=found, kind__in=WORK, by__isnull=False).order_by("seq")
    for complaint_id, by in entries.values_list("complaint_id", "by"):
        if by is not None and by not in worked[complaint_id]:
            worked[complaint_id].append(by)
    complaints = {each: read_complaint(state) for each, state in found.items()}
    return {complaint.number: Beside(complaint, tuple(worked[each])) for each, complaint in complaints.items()}
