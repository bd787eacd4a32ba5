"""查询码: find the complaint that a customer's code stands for (mission D1). The code itself is in no table, only its keyed hash."""

from unicodedata import normalize

from shouwen.casework import privacy
from shouwen.casework.models import Complainant, ComplaintRow
from shouwen.casework.vault import TRACKING_ALPHABET, TRACKING_LENGTH
from shouwen.core.complaint import Complaint, read_complaint

GROUP = 4
LONGEST_TYPED = 60


def written(code: str) -> str:
    """The code as people read it to each other, in groups of four: K7QM-2XPA-9HTR."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def plain(typed: str) -> str:
    """The code that somebody typed: small letters, full-width ones, blanks and hyphens are fine. Empty when it can be none."""
    if len(typed) > LONGEST_TYPED:
        return ""
    code = "".join(letter for letter in normalize("NFKC", typed).upper() if letter.isalnum())
    return code if len(code) == TRACKING_LENGTH and set(code) <= set(TRACKING_ALPHABET) else ""


def find(code: str) -> Complaint | None:
    """The complaint with this tracking code, however it is typed; none when there is no such code."""
    tracking = plain(code)
    if not tracking:
        return None
    index = privacy.keyring().blind_index("tracking", tracking)
    complaint_id = Complainant.objects.filter(tracking_index=index).values_list("id", flat=True).first()
    return read(complaint_id) if complaint_id is not None else None


def standing(complaint: Complaint) -> Complaint:
    """Whose stage a customer is told: of a duplicate the master's, which is handled for both."""
    if not complaint.merged_into:
        return complaint
    row = ComplaintRow.objects.only("state").get(number=complaint.merged_into)
    return read_complaint(row.state)


def read(complaint_id: int) -> Complaint | None:
    """The complaint as it stands now, for a customer who has shown its code before."""
    row = ComplaintRow.objects.filter(id=complaint_id).only("state").first()
    return read_complaint(row.state) if row else None
