"""洞察: what all complaints together say. Figures first (`figures`), then the statistics made of them (`statistics`)."""
