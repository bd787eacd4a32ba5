"""The table of the channels: from the policy pack what is kept and who registers it, from `intake` where and what is refused.

python -m tests.docs.channels     writes the tables into docs/channels.md and docs/zh/channels.md
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from shouwen import packs
from shouwen.core.channel import Channel
from shouwen.core.text import Text
from shouwen.site.prepare import set_up_django

set_up_django()
from shouwen.intake.channels import DESCRIBED  # noqa: E402  (Django's models want Django first)

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
PAPERS = {"en": DOCS / "channels.md", "zh-hans": DOCS / "zh" / "channels.md"}
BLOCK = re.compile(r"<!-- channels -->\n.*?<!-- /channels -->", re.DOTALL)
POLICY = packs.load("boc-2008")
HEADINGS = (
    Text("渠道", "Channel"),
    Text("入口", "Where"),
    Text("谁来登记、怎样启用", "Who registers it, what switches it on"),
    Text("客户信息", "About the customer"),
    Text("渠道要素", "Its own facts"),
    Text("不接受", "What it refuses"),
)
SEALED = Text("加密保存", "sealed")


def table(language: str) -> str:
    """One row for each channel of the pack. `*` marks what is needed unless the complainant is anonymous."""
    lines = [_row(title.into(language) for title in HEADINGS), _row("---" for _ in HEADINGS)]
    lines += [_row(_cells(channel, language)) for channel in POLICY.channels]
    return "\n".join(["<!-- channels -->", *lines, "<!-- /channels -->"])


def _cells(channel: Channel, language: str) -> Iterator[str]:
    way = DESCRIBED[channel.code]
    comma = Text("、", ", ").into(language)
    settings: tuple[str, ...] = getattr(way, "SETTINGS", ())
    yield channel.title.into(language)
    yield "<br>".join(f"`{address}`" for address in way.ENTRY)
    duties = comma.join(duty.label.into(language) for duty in channel.accepting)
    yield "<br>".join([duties, *(f"`{setting}`" for setting in settings)])
    yield comma.join(need.field.label.into(language) + "*" * need.required for need in channel.contact)
    facts = (
        fact.title.into(language) + "*" * fact.required + (f" ({SEALED.into(language)})" if fact.personal else "")
        for fact in channel.facts
    )
    yield comma.join(facts)
    yield "<br>".join(refused.into(language) for refused in way.REFUSES)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    for language, paper in PAPERS.items():
        drawn = table(language)
        paper.write_text(BLOCK.sub(lambda _, drawn=drawn: drawn, paper.read_text()))  # type: ignore[misc]
