"""Casework (投诉办理): the journal, the complaint row, the one door, the work lists."""
