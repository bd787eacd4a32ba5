"""分词: the words of a complaint that may become a theme: no names, no numbers, nothing that every complaint says.

Only redacted texts come in; their placeholders are cut out first. Chinese is cut by rjieba with its parts of speech, which drop names of
people and places; English by its letters.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from shouwen.core.masking.placeholders import PLACEHOLDER

MOST_WORDS = 60
LONGEST_WORD, MOST_CHARACTERS = 16, 4_000
KEPT_PARTS = frozenset({"n", "nz", "v", "vn", "a", "an", "i", "j", "l"})
"""Parts of speech that may say what a complaint is about: nouns, verbs, adjectives, idioms, short forms."""
ENGLISH = re.compile(r"[a-z]{3,24}")
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,16}")
STOP = frozenset(
    word
    for line in Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)


def words_of(*texts: str) -> tuple[str, ...]:
    """The words of the texts, each once, in order; no more than 60."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _words(PLACEHOLDER.sub(" ", text)[:MOST_CHARACTERS]):
            found.setdefault(word)
    return tuple(found)[:MOST_WORDS]


def _words(text: str) -> Iterator[str]:
    import rjieba  # reads its dictionary: 0.2 s and 30 MB, for which a process that cuts no words has no use

    for word, part in rjieba.tag(text):
        if part in KEPT_PARTS and HAN.fullmatch(word) and word not in STOP:
            yield word
    for word in ENGLISH.findall(text.lower()):
        if word not in STOP and len(word) <= LONGEST_WORD:
            yield word
