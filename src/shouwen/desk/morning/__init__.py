"""早间看板: the five questions that a duty asks every morning, on one screen, on paper, and on a wall (mission C1–C4)."""
