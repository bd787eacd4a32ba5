"""`shouwen verify` finds what was tampered with, and names the complaint and the entry."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.rebuild import rebuild_range
from shouwen.casework.verify import id_range, verify_range
from shouwen.demo import load
from tests.site.processes import shouwen

TAMPERINGS = {
    "body": ("UPDATE casework_journalentry SET body = replace(body::text, '{', '{ ')::json WHERE {entry}", True),
    "time": ("UPDATE casework_journalentry SET at = at + interval '1 day' WHERE {entry}", True),
    "removed": ("DELETE FROM casework_journalentry WHERE {entry}", True),
    "cut off": ("DELETE FROM casework_journalentry WHERE complaint_id = {id} AND seq >= 2", True),
    "stage": ("UPDATE casework_complaintrow SET stage = 'registered' WHERE id = {id}", False),
    "title": ("UPDATE casework_complaintrow SET title = 'x' WHERE id = {id}", False),
    "state": (
        "UPDATE casework_complaintrow SET state = replace(state::text, '\"version\"', '\"id2\"')::json WHERE id = {id}",
        False,
    ),
    "all but the sealed record": (
        "DELETE FROM casework_journalentry WHERE complaint_id = {id};"
        " DELETE FROM casework_searchwords WHERE complaint_id = {id};"
        " DELETE FROM casework_complaintrow WHERE id = {id}",
        False,
    ),
    "search words": ("DELETE FROM casework_searchwords WHERE complaint_id = {id}", False),
    "readers of the search": ("UPDATE casework_searchwords SET audience = '{1}' WHERE complaint_id = {id}", False),
    "responsible": ("UPDATE casework_complaintrow SET responsible = 1 WHERE id = {id}", False),
}


@pytest.fixture
def demo(committed_db: None) -> None:
    load.load(complaints=12)


def test_the_demo_bank_is_whole(demo: None) -> None:
    verified = verify_range(*id_range())
    assert (verified.complaints, verified.differences) == (12, [])
    assert verified.entries == JournalEntry.objects.count()


NOT_TO_BE_REBUILT = {"body", "time", "removed", "cut off", "all but the sealed record"}


def tamper(what: str) -> ComplaintRow:
    row = ComplaintRow.objects.filter(version__gte=4).first()
    assert row
    entry = f"complaint_id = {row.id} AND seq = 2"
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(TAMPERINGS[what][0].replace("{entry}", entry).replace("{id}", str(row.id)))
        cursor.execute("SET session_replication_role = origin")
    return row


@pytest.mark.parametrize("what", TAMPERINGS)
def test_each_tampering_is_found_and_named(demo: None, what: str) -> None:
    row = tamper(what)
    differences = verify_range(*id_range()).differences
    assert {difference.complaint for difference in differences} <= {row.number, f"id {row.id}"}
    assert differences
    if TAMPERINGS[what][1] and what != "cut off":
        assert differences[0].seq == 2


@pytest.mark.parametrize("what", sorted(set(TAMPERINGS) - NOT_TO_BE_REBUILT))
def test_a_row_that_differs_is_rebuilt_from_its_journal(demo: None, what: str) -> None:
    tamper(what)
    rebuilt = rebuild_range(*id_range())
    assert (rebuilt.complaints, rebuilt.left) == (1, [])
    assert verify_range(*id_range()).differences == []


@pytest.mark.parametrize("what", sorted(NOT_TO_BE_REBUILT))
def test_a_journal_that_is_not_whole_is_named_and_nothing_is_made_up_for_it(demo: None, what: str) -> None:
    tamper(what)
    differences = verify_range(*id_range()).differences
    rebuilt = rebuild_range(*id_range())
    assert (rebuilt.complaints, rebuilt.left) == (0, differences)
    assert verify_range(*id_range()).differences == differences


def test_several_processes_verify_together_and_name_what_differs(demo: None, tmp_path: Path) -> None:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    setting = {"DATABASE_URL": database, "SHOUWEN_SECRET_KEY": os.environ["SHOUWEN_SECRET_KEY"]}
    whole = shouwen(tmp_path, "verify", "--processes=2", "--chunk=5", **setting)
    assert whole.returncode == 0, whole.stderr
    assert "已核验 12 件投诉" in whole.stdout
    changed = [row.number for row in ComplaintRow.objects.exclude(stage="registered")]
    ComplaintRow.objects.update(stage="registered")
    broken = shouwen(tmp_path, "verify", "--processes=2", "--chunk=5", **setting)
    assert broken.returncode == 1
    assert changed
    assert all(number in broken.stdout for number in changed)
    rebuilt = shouwen(tmp_path, "rebuild", "--processes=2", "--chunk=5", **setting)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert f"已按日志重建 {len(changed)} 件投诉" in rebuilt.stdout
