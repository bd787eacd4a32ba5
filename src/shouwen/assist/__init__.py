"""Assistance (辅助): search, similar and repeat complaints, the language check."""
