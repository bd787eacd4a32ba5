import time
from datetime import date, timedelta
from pathlib import Path
import pytest
from django.utils import timezone
from shouwen.demo import load
from shouwen.insight import figures, statistics
from shouwen.insight.figures import Period
from shouwen.insight.reporting import archive
from shouwen.insight.reporting.pdf import pdf_of
from shouwen.insight.reporting.workbook import workbook_of
from shouwen.insight.reporting.report import Kind
from tests.casework.test_door import person


def test_look(begun):
    load.load(complaints=200, cast=True)
    figures.fold()
    actor = person("000003")
    unit = statistics.unit_within(actor, "")
    now = timezone.now()
    period = Period(date(2026, 7, 1), date(2026, 9, 30))
    for kind in Kind:
        report = archive.report_of(kind, actor, unit, period, now)
        t = time.time()
        drawn = archive.drawn_up("吴国华", now)
        Path(f"/tmp/r-{kind}.pdf").write_bytes(pdf_of(report, drawn, now, "zh-hans"))
        print(kind, time.time() - t)
        import typst, msgspec
        from shouwen.insight.reporting import pdf as making
        from shouwen.printing.fonts import print_fonts

        pages = typst.compile(
            str(making.TEMPLATE),
            font_paths=print_fonts().found,
            ignore_system_fonts=True,
            format="png",
            ppi=80,
            sys_inputs={
                "report": msgspec.json.encode(making._told(report, drawn, "zh-hans")).decode(),
                "fonts": msgspec.json.encode(print_fonts().families).decode(),
            },
        )
        for n, page in enumerate(pages if isinstance(pages, list) else [pages]):
            Path(f"/tmp/r-{kind}-{n}.png").write_bytes(page)
        t = time.time()
        Path(f"/tmp/r-{kind}.xlsx").write_bytes(workbook_of(report, drawn, "zh-hans"))
        print(time.time() - t)
