"""改进: items from the proposal to the judgement of their effect."""
