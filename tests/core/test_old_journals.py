"""A journal that was written before the special ways replays to the very same row."""

import json

from shouwen.core.complaint import read_event, replay, write_complaint, write_event
from tests.core.bank import MAIN_LINE, told

NEW = {
    "registered": ("handled_before",),
    "dispatched": ("exception",),
    "investigated": ("evidence", "right_body", "no_appraisal"),
    "closed": ("dispute_outcome",),
}
"""Fields that events of before do not have."""
UNKNOWN_THEN = (
    *("recused", "handled_before", "level_exception", "reviewers", "dispute", "merged", "duplicates", "group_of"),
    *("members", "withdrawal_asked", "spokesperson", "leaders_told_at", "evidence", "right_body", "no_appraisal"),
    *("signed_by", "signed_at"),
)


def test_events_without_the_new_fields_make_the_same_complaint() -> None:
    case = told(len(MAIN_LINE))
    bodies = [json.loads(write_event(event)) for event in case.events]
    for body in bodies:
        for field in NEW.get(body["event"], ()):
            del body[field]
    assert replay(read_event(json.dumps(body)) for body in bodies) == case.complaint


def test_the_row_of_an_ordinary_complaint_says_nothing_of_the_special_ways() -> None:
    complaint = told(len(MAIN_LINE)).complaint
    assert complaint
    row = write_complaint(complaint).decode()
    assert [field for field in UNKNOWN_THEN if f'"{field}' in row] == []
