"""图表的说明: the one sentence that says what a chart shows, computed from its figures, in both languages (mission E7).

Counts are of complaints. A sentence names the largest, and tells the whole against the period before; of nothing it says that there is nothing.
"""

from collections.abc import Sequence

import msgspec

from shouwen.core.text import Text

BEFORE = Text("上期", "in the period before")
NOTHING = Text("这一期间没有投诉。", "No complaints in this period.")


class Part(msgspec.Struct, frozen=True):
    """一部分: one class, channel, unit … with its complaints now, and in the period before where that is known."""

    title: Text
    now: int
    before: int | None = None


def complaints(count: int) -> Text:
    return Text(f"{count} 件", f"{count} complaint{'' if count == 1 else 's'}")


def change(now: int, before: int, than: Text = BEFORE) -> Text:
    """与上期相比, as the end of a sentence; `than` names what it is told against."""
    if now == before:
        return Text(f"与{than.zh}持平", f"as many as {than.en}")
    if now > before:
        return Text(f"比{than.zh}多 {now - before} 件", f"{now - before} more than {than.en}")
    return Text(f"比{than.zh}少 {before - now} 件", f"{before - now} fewer than {than.en}")


def breakdown(parts: Sequence[Part], than: Text = BEFORE) -> Text:
    """最大的一项和变化: which part is the largest and its share, how the whole has changed, which part has grown most."""
    total = sum(part.now for part in parts)
    before = None if any(part.before is None for part in parts) else sum(part.before or 0 for part in parts)
    if not total:
        return NOTHING if not before else _joined(NOTHING, Text(f"{than.zh}有 {before} 件。", f"Before: {before}."))
    said = _largest(parts, total)
    if before is None:
        return Text(f"{said.zh}。", f"{said.en}.")
    whole, against = complaints(total), change(total, before, than)
    return _joined(
        Text(f"{said.zh}；合计 {whole.zh}，{against.zh}。", f"{said.en}; {whole.en} in all, {against.en}."),
        _grown(parts),
    )


def _largest(parts: Sequence[Part], total: int) -> Text:
    """最多的一项, or 并列最多: of two alike both are named, of more their number."""
    most = max(part.now for part in parts)
    tops = [part.title for part in parts if part.now == most]
    count, share = complaints(most), round(100 * most / total)
    if len(tops) == 1:
        return Text(
            f"“{tops[0].zh}”最多，{count.zh}，占 {share}%",
            f"“{tops[0].en or tops[0].zh}” is the largest with {count.en}, {share}%",
        )
    named = _both(tops) if len(tops) == 2 else Text(f"{len(tops)} 项", f"{len(tops)} of them")
    return Text(
        _spaced(named.zh, f"并列最多，各 {count.zh}，各占 {share}%"),
        f"{named.en} are the largest with {count.en} each, {share}% each",
    )


def _both(titles: Sequence[Text]) -> Text:
    one, other = titles
    return Text(f"“{one.zh}”和“{other.zh}”", f"“{one.en or one.zh}” and “{other.en or other.zh}”")


def _grown(parts: Sequence[Part]) -> Text | None:
    """增加最多的一项, or two alike; of more alike none is named."""
    growths = [(part.now - (part.before or 0), part.title) for part in parts]
    growth = max((found for found, _title in growths), default=0)
    tops = [title for found, title in growths if found == growth]
    if growth <= 0 or len(parts) == 1 or len(tops) > 2:
        return None
    if len(tops) == 2:
        named = _both(tops)
        return Text(f"增加最多的是{named.zh}，各多 {growth} 件。", f"{named.en} have grown most, by {growth} each.")
    title = tops[0]
    return Text(f"增加最多的是“{title.zh}”，多 {growth} 件。", f"“{title.en or title.zh}” has grown most, by {growth}.")


def course(points: Sequence[tuple[Text, int]], *, unfinished: bool = False) -> Text:
    """走势: the sum, the highest point, and how the last whole one stands to the one before. `unfinished`: the last is not over yet."""
    total = sum(count for _title, count in points)
    if not total:
        return NOTHING
    title, most = max(points, key=lambda point: point[1])
    whole = complaints(total)
    said = Text(
        f"共 {whole.zh}，{_spaced('最多的是', title.zh)}，{most} 件",
        f"{whole.en} in all, most in {title.en or title.zh}: {most}",
    )
    over = points[:-1] if unfinished else points
    told = [said]
    if len(over) > 1:
        told.append(_step(*over[-2:]))
    if unfinished and len(points) > 1:
        last, count = points[-1]
        told.append(Text(f"{_spaced(last.zh, '至今')} {count} 件", f"{last.en or last.zh} so far: {count}"))
    return Text("；".join(each.zh for each in told) + "。", "; ".join(each.en for each in told) + ".")


def _step(earlier: tuple[Text, int], later: tuple[Text, int]) -> Text:
    (before_title, before), (title, now) = earlier, later
    name, against = title.en or title.zh, before_title.en or before_title.zh
    if now == before:
        return Text(_spaced(title.zh, "与", before_title.zh, "持平"), f"{name} has as many as {against}")
    zh, en = ("多", "more") if now > before else ("少", "fewer")
    return Text(
        _spaced(title.zh, "比", before_title.zh, f"{zh} {abs(now - before)} 件"),
        f"{name} has {abs(now - before)} {en} than {against}",
    )


def _spaced(*words: str) -> str:
    """Chinese words one after the other, with a space where a figure meets a word."""
    said = ""
    for word in words:
        said += f" {word}" if said and (said[-1].isascii() or word[0].isascii()) else word
    return said


def _joined(*said: Text | None) -> Text:
    told = [each for each in said if each is not None]
    return Text("".join(each.zh for each in told), " ".join(each.en for each in told))
