"""The public US Consumer Complaint Database, as a real extract of it comes: whole, in one go."""

from pathlib import Path

import pytest

from shouwen.casework.models import ComplaintRow
from shouwen.casework.verify import id_range, verify_range
from shouwen.demo import load
from shouwen.intake.commands import import_complaints

EXTRACT = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cfpb_complaints.csv.gz"


@pytest.mark.skipif(not EXTRACT.exists(), reason="../shared/data/cfpb_complaints.csv.gz is not here")
def test_the_real_extract_imports_whole_and_verifies(committed_db: None, tmp_path: Path) -> None:
    load.load(complaints=0)
    rejects = tmp_path / "rejects.csv"
    assert import_complaints([str(EXTRACT), "--mapping", "cfpb", "--rejects", str(rejects)]) == 0
    assert not rejects.exists()
    assert ComplaintRow.objects.count() == 5293
    assert ComplaintRow.objects.filter(is_open=True).count() == 61
    assert verify_range(*id_range()).differences == []
