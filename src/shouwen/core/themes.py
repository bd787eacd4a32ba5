"""投诉主题 (mission E6): which words complaints say more often than before, and which go together. Counts go in, nothing else.

A word grows when a larger share of the complaints has it than in the period before, as far as chance leaves that open: words stand by the
lower end of the interval for the ratio of the shares (`core.rates`), so that three complaints after none do not come before three hundred
after one hundred. What fewer than `FEWEST` complaints say is not shown at all: it would be somebody's own words.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import log

import msgspec

from shouwen.core.rates import Counted, Ratio, ratio

FEWEST = 5
"""Complaints that must have a word, or two words together, before anybody reads them."""
MOST, MOST_LOOKED_AT = 20, 60
"""Words that are shown, and those from which they are taken."""
MOST_PAIRS = 5
SAME = 0.9
"""From this strength on two words tell the same theme: the later one stands beside the first alone."""


class Theme(msgspec.Struct, frozen=True):
    """主题词: in how many complaints of this period and of the one before, and the ratio of the shares."""

    word: str
    now: int
    before: int
    ratio: Ratio

    @property
    def grows(self) -> bool:
        """Whether chance hardly explains that it is told more often."""
        return self.ratio.rose


class Pair(msgspec.Struct, frozen=True):
    """同现词: in how many complaints it stands together with the word, and how closely: 0 as often as chance has it, 1 never apart."""

    word: str
    together: int
    strength: float


def growing(
    now: Mapping[str, int],
    before: Mapping[str, int],
    of_all: tuple[int, int],
    *,
    fewest: int = FEWEST,
    most: int = MOST_LOOKED_AT,
) -> list[Theme]:
    """The words of this period that are not rarer than before, what grows most surely first. `of_all` are all complaints of this period and of the one before."""
    found = []
    for word, count in now.items():
        if count < fewest:
            continue
        earlier = before.get(word, 0)
        # Where nothing came before at all, there is nothing to have grown from.
        of = ratio(Counted(earlier, max(of_all[1], earlier, 1)), Counted(count, max(of_all[0], count)))
        assert of is not None
        if of.value is not None and of.value < 1:
            continue
        found.append(Theme(word, count, earlier, of))
    return sorted(found, key=lambda theme: (-theme.ratio.interval.low, -theme.now, theme.word))[:most]


def going_together(
    texts: Iterable[Collection[str]], wanted: Collection[str], *, fewest: int = FEWEST
) -> dict[str, list[Pair]]:
    """同现: for each wanted word the words that stand with it more often than chance, by normalised pointwise mutual information
    (G. Bouma, 2009). `texts` are the words of single complaints."""
    alone, pairs, whole = Counter[str](), Counter[tuple[str, str]](), 0
    sought = frozenset(wanted)
    for text in texts:
        words = frozenset(text)
        whole += 1
        alone.update(words)
        for word in words & sought:
            pairs.update((word, other) for other in words if other != word)
    found: dict[str, list[Pair]] = {word: [] for word in wanted}
    for (word, other), together in pairs.items():
        if together >= fewest and (strength := _npmi(together, alone[word], alone[other], whole)) > 0:
            found[word].append(Pair(other, together, strength))
    return {word: sorted(each, key=lambda pair: (-pair.strength, pair.word)) for word, each in found.items()}


def told_apart(themes: Iterable[Theme], pairs: Mapping[str, list[Pair]], *, most: int = MOST) -> list[Theme]:
    """The words in their order, without those that tell the same as an earlier one."""
    kept: list[Theme] = []
    told: set[str] = set()
    for theme in themes:
        if theme.word in told:
            continue
        kept.append(theme)
        told.update(pair.word for pair in pairs.get(theme.word, ()) if pair.strength >= SAME)
    return kept[:most]


def _npmi(together: int, one: int, other: int, whole: int) -> float:
    if together == whole:
        return 0.0  # both stand everywhere: nothing is told
    return log(together * whole / (one * other)) / -log(together / whole)
