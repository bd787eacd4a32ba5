"""A large import by several processes, as it runs for a bank that moves in."""

import csv
import os
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from shouwen.casework.models import ComplaintRow
from shouwen.demo import load
from tests.intake.test_import import HEADINGS, rejects_of, row
from tests.site.processes import shouwen


def test_several_processes_take_a_file_as_one_does(committed_db: None, tmp_path: Path) -> None:
    rows = [row(原编号=f"A-{number}") for number in range(1_200)]
    rows[3] = row(原编号="A-3", 接到时间="昨天")
    rows += [row(原编号="A-3"), row(原编号="A-1100"), row(原编号="A-0", 接到时间="昨天")]
    load.load(complaints=0)
    path = tmp_path / "old.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    setting = {name: os.environ[name] for name in ("SHOUWEN_SECRET_KEY", "SHOUWEN_DATA_DIR")} | {
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])
        ._replace(path=f"/{connection.settings_dict['NAME']}")
        .geturl()
    }
    done = shouwen(tmp_path, "import", "complaints", "--processes=2", str(path), **setting)
    assert done.returncode == 1, done.stderr
    assert "读取 1203 行，新增 1200 件，已存在 0 件，未导入 3 行" in done.stdout
    assert [(reject[0], reject[2].split(",")[0]) for reject in rejects_of(path)] == [
        ("5", "“昨天” is not a date that can be read; write it like 2026-03-18"),
        ("1203", "same number as row 1102"),
        ("1204", "“昨天” is not a date that can be read; write it like 2026-03-18"),
    ]
    assert ComplaintRow.objects.count() == 1_200
