"""预警: the warnings that were raised, what is done to them, and the rules that users write (mission E3)."""
