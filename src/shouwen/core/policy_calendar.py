"""规则包自带的工作日历: the working days of a bank whose country the official Chinese calendar does not know."""

from datetime import date

from shouwen.core.policy_terms import CalendarRule
from shouwen.core.workdays import Day, official_year


def calendar_days(rule: CalendarRule) -> dict[date, Day]:
    """Every day of the years that the pack names; what follows them is weekends only and provisional."""
    off = {day.date: day.title for day in rule.days_off}
    return {day: row for year in rule.years for day, row in official_year(year, off, (), source=rule.source).items()}
