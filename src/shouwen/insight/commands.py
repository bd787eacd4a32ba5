"""`shouwen verify` and `shouwen rebuild` with the figures: first the complaints by their journals, then
figures and themes by the complaints."""

from collections.abc import Sequence

from django.utils import timezone

from shouwen.casework import commands as casework
from shouwen.insight import figures
from shouwen.insight.reporting import archive
from shouwen.insight.themes import following


def verify(arguments: Sequence[str]) -> int:
    """核验. Returns 0 when nothing differs, 1 when a complaint or a figure does."""
    whole = casework.verify(arguments)
    differences = list(figures.differences())
    papers = list(archive.differences())
    for difference in (*differences, *papers):
        print(f"{difference.complaint}: {difference.what.zh} · {difference.what.en}")
    print(
        "统计数与投诉一致。 The figures are what the complaints say."
        if not differences
        else f"{len(differences)} 处统计数不符。 {len(differences)} figures differ."
    )
    print(
        "归档报表与其 SHA-256 一致。 The archived reports are what their SHA-256 say."
        if not papers
        else f"{len(papers)} 处归档报表不符。 {len(papers)} archived reports differ."
    )
    return 1 if differences or papers else whole


def rebuild(arguments: Sequence[str]) -> int:
    """重建. Complaints that differ from their journals first; then the figures, where they differ from the complaints."""
    whole = casework.rebuild(arguments)
    if any(figures.differences()):
        figures.recount()
        print("统计数已按投诉重新汇总。 The figures were counted anew from the complaints.")
    read = following.anew(timezone.now())
    print(f"已重新统计 {read} 件投诉的主题词。 The words of {read} complaints were counted anew.")
    return whole
