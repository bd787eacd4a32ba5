"""Refusals go whole from one process to another."""

import pickle

from shouwen.core.refusal import RefusedForNow
from shouwen.core.text import Text


def test_a_refusal_says_the_same_in_another_process() -> None:
    refusal = RefusedForNow("scanner-silent", Text("病毒扫描没有应答", "the scanner does not answer"), field="file")
    there = pickle.loads(pickle.dumps(refusal))
    assert (type(there), there.rule, there.message, there.field, str(there)) == (
        RefusedForNow,
        refusal.rule,
        refusal.message,
        "file",
        str(refusal),
    )
