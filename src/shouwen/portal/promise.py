"""承诺: when we answer, said before the form, from the limits of the policy pack (mission A7)."""

from shouwen.casework.rules import standing_policy
from shouwen.core.text import Text
from shouwen.core.timelimits import TimeLimit
from shouwen.portal.words import here

ACCEPT = "accept"


def promises() -> list[tuple[str, str]]:
    """By when, and what: whether we take it on, then our answer, first the shortest limit and then the longest."""
    policy = standing_policy()
    answers = {policy.limit_for(class_.code) for class_ in policy.given_classes}
    ordered = sorted(answers, key=lambda limit: limit.days)
    said = [
        (
            _within(policy.time_limit(ACCEPT)),
            Text("我们告诉您是否受理、由谁负责跟进", "We tell you whether we take it on, and who looks after it"),
        ),
        (_within(ordered[0]), Text("情况简单的，给您答复", "We answer you, if the matter is simple")),
    ]
    if len(ordered) > 1:
        said.append(
            (
                _within(ordered[-1]),
                Text("需要调查的，最迟给您答复", "We answer you at the latest, if we must look into it"),
            )
        )
    return [(here(by), here(what)) for by, what in said]


def _within(limit: TimeLimit) -> Text:
    working = limit.unit == "working_days"
    zh = f"{limit.days}个工作日内" if working else f"{limit.days}日内"
    noun = "working day" if working else "day"
    return Text(zh, f"Within {limit.days} {noun}{'' if limit.days == 1 else 's'}")
