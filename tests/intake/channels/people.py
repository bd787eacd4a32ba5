"""People of the demo bank who take what comes in at the counter."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.utils import timezone

from shouwen.casework.models import ComplaintRow
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.organisation.models import Staff, Unit

AGENT, CLERK, UNION, OFFICE, BRANCH_UNION = "100101", "11110103", "100201", "100301", "120201"


def entry(unit: str, **changes: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "kind": "complaint",
        "received_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "receiving_unit": Unit.objects.get(code=unit).id,
        "name": "王小明",
        "phone": "13812345678",
        "subject": "柜台排队",
        "statement": "排队两小时无人疏导。",
        "class_": "attitude",
        "do": "register",
        **changes,
    }


def page(answer: HttpResponse) -> str:
    return answer.content.decode()


def only_complaint() -> Complaint:
    return read_complaint(ComplaintRow.objects.get().state)


def person(employee_no: str) -> int:
    return Staff.objects.get(employee_no=employee_no).id
