"""规则范围: what a watch rule narrows complaints to, asked of their rows."""

from django.db.models import QuerySet

from shouwen.casework.models import ComplaintRow, SearchWords
from shouwen.casework.rules import standing_policy
from shouwen.core import words
from shouwen.core.duties import scope_key
from shouwen.insight.watching.models import WatchRule
from shouwen.insight.watching.series import PRODUCT_AXIS


def narrowed(rows: QuerySet[ComplaintRow], rule: WatchRule) -> QuerySet[ComplaintRow]:
    """Those of the rows that the rule counts; neither secret ones nor duplicates."""
    rows = rows.filter(secret=False, merged_into__isnull=True)
    rows = rows.filter(line__contains=[rule.unit], audience__contains=[scope_key(rule.unit)])
    if rule.class_code:
        rows = rows.filter(class_code__in=class_codes(rule.class_code))
    if rule.cause:
        rows = rows.filter(cause=rule.cause)
    if rule.channel:
        rows = rows.filter(channel=rule.channel)
    if rule.product:
        rows = rows.filter(axes__overlap=product_codes(rule.product))
    if rule.word:
        found = SearchWords.objects.extra(where=["words @@ %s::tsquery"], params=[words.query(rule.word)])
        rows = rows.filter(id__in=found.values("complaint_id"))
    return rows


def class_codes(code: str) -> list[str]:
    """The class with all below it."""
    return [code, *(each.code for each in standing_policy().classes_below(code))]


def product_codes(code: str) -> list[str]:
    axis = next((each for each in standing_policy().statistics if each.code == PRODUCT_AXIS), None)
    return [f"{PRODUCT_AXIS}:{each}" for each in (axis.with_below(code) if axis else (code,))]
