"""督导: what the program watches by itself, from time limits to what is escalated (mission A7, C6, C7, E3)."""
