"""非我方责任: not without evidence, and the customer learns whom to turn to (mission B1)."""

import msgspec
import pytest

from shouwen.core.complaint.answering import DraftReply, Investigate
from shouwen.core.complaint.recording import AttachFile
from tests.core.bank import DRAFT, came_to, told
from tests.core.test_secrecy import refused

NOT_OURS = Investigate(
    facts="我行当日已汇出。",
    cause="customers_own",
    liability="third_party",
    evidence="支付系统回执。",
    right_body="收款人开户银行",
)
FILE = AttachFile(digest="0" * 64, name="回执.pdf", size=1, media_type="application/pdf")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"evidence": " "}, "evidence-missing"),
        ({"right_body": ""}, "right-body-missing"),
        ({"right_body": "待定"}, "right-body-missing"),
        ({"right_body": "无"}, "right-body-missing"),
        ({"liability": "none", "right_body": ""}, "right-body-missing"),
        ({"liability": "customers_own", "evidence": ""}, "evidence-missing"),
    ],
)
def test_not_ours_is_shown_and_says_whose(changes: dict[str, str], rule: str) -> None:
    refused(told(4), "a", msgspec.structs.replace(NOT_OURS, **changes), rule)


def test_a_file_is_evidence() -> None:
    case = told(4)
    case.do("a", FILE)
    case.do("a", msgspec.structs.replace(NOT_OURS, evidence=""))


def test_where_nobody_else_is_responsible_it_says_so() -> None:
    told(4).do("a", msgspec.structs.replace(NOT_OURS, liability="none", right_body="无"))


def test_not_ours_does_not_count_in_the_appraisal_and_ours_does() -> None:
    case = told(4)
    case.do("a", NOT_OURS)
    assert case.complaint
    assert case.complaint.findings
    assert case.complaint.findings.no_appraisal
    case.do("a", msgspec.structs.replace(NOT_OURS, liability="partly"))
    assert (case.complaint.findings.no_appraisal, case.complaint.findings.right_body) == (False, "")


def test_the_letter_names_the_body() -> None:
    case = came_to(DraftReply)
    case.do("a", NOT_OURS)
    refusal = refused(case, "a", DRAFT, "right-body-unnamed")
    assert refusal.field == "letter"
    case.do("a", msgspec.structs.replace(DRAFT, letter="经核实，请您向收款人开户银行反映，我们可以协助联系。"))
