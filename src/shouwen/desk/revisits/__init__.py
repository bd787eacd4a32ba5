"""定期回访: plans, draws, the calls to make, and what came of them (mission C2, C3)."""
