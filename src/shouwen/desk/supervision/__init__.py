"""督办: the board of the units, the complaints behind each figure, and the slips that wait (mission C1, C2, C4)."""
