"""The customer's words for each stage: complete, in both languages, and silent about what is inside."""

import pytest

from shouwen.core.complaint import Stage
from shouwen.portal.stages import texts


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_plain_words_in_both_languages(stage: Stage) -> None:
    said = texts().stages[stage]
    assert all((said.now.zh, said.now.en, said.next.zh, said.next.en))
    assert 1 <= said.place <= len(texts().places)


def test_no_text_speaks_of_secrecy_liability_or_opinions() -> None:
    everything = "".join(text for said in texts().stages.values() for text in (said.now.zh, said.next.zh))
    assert [word for word in ("保密", "纪检", "责任认定", "复核意见", "违规") if word in everything] == []
