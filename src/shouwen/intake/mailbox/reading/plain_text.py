"""HTML and calendar items as plain text. HTML of a mail is never shown as such."""

import re
from bisect import bisect_left
from html import unescape

UNSEEN = frozenset({"script", "style", "title", "template", "svg"})
BREAKS = frozenset(
    {"p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "pre"}
)
CELLS = frozenset({"td", "th"})
CALENDAR_FIELDS = {
    "SUMMARY": "主题 Subject",
    "DTSTART": "开始 Start",
    "DTEND": "结束 End",
    "LOCATION": "地点 Place",
    "DESCRIPTION": "说明 Description",
}


# Possessive, and never past the next "<": however broken, a page is read once from begin to end.
TAG = re.compile(r"<(/?)([A-Za-z!?][^\s<>/]*+)[^<>]*+>")


def of_html(html: str) -> str:
    """The words of an HTML body, a line for each paragraph or row; scripts, styles and comments are left out.

    Own code, because the library's parser takes minutes for a megabyte of comments that nobody closed.
    """
    words: list[str] = []
    rest = _without_comments(html)
    ends = _Ends(rest)
    at = unseen_until = 0
    for tag in TAG.finditer(rest):
        if tag.start() < unseen_until:
            continue
        words.append(_spoken(rest[max(at, unseen_until) : tag.start()]))
        at = tag.end()
        name = tag[2].lower()
        if name in UNSEEN and not tag[1]:
            unseen_until = ends.after(name, tag.end())
        elif name in BREAKS:
            words.append("\n")
        elif name in CELLS and not tag[1]:
            words.append("\t")
    words.append(_spoken(rest[max(at, unseen_until) :]))
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _spoken(text: str) -> str:
    return unescape(re.sub(r"[ \t\r\n]+", " ", text)).replace("\xa0", " ")


def _without_comments(html: str) -> str:
    first, *commented = html.split("<!--")
    return first + "".join(part.partition("-->")[2] if "-->" in part else part for part in commented)


class _Ends:
    """Where what is not shown ends. A tag that nobody closed hides nothing."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._places: dict[str, list[int]] = {}

    def after(self, name: str, start: int) -> int:
        if name not in self._places:
            closing = re.finditer(f"</{name}", self._html, re.IGNORECASE)
            self._places[name] = [found.start() for found in closing]
        places = self._places[name]
        following = bisect_left(places, start)
        return places[following] if following < len(places) else start


def of_calendar(calendar: str) -> str:
    """日历邀请 as lines: what, when, where."""
    unfolded = re.sub(r"\n[ \t]", "", calendar)
    lines = []
    for line in unfolded.split("\n"):
        name, _, value = line.partition(":")
        title = CALENDAR_FIELDS.get(name.partition(";")[0].upper())
        if title and value.strip():
            words = value.strip().replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
            lines.append(f"{title}：{words}")
    return "\n".join(lines)
