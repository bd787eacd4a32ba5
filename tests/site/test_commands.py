"""The one command `shouwen`: asking for help starts nothing and changes nothing."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from shouwen.site import dev


@pytest.mark.parametrize("given", [["--help"], ["--port", "80"]])
def test_run_starts_nothing_when_it_is_asked_for_help_or_for_what_it_does_not_know(
    given: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUWEN_DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit):
        dev.main(given)
    assert list(tmp_path.iterdir()) == []
