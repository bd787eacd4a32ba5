"""报表: statistics drawn up as papers of a period (`report`), shown, printed, sent on a schedule and archived (mission C1, C2, E7)."""
