"""The rules (规则): plain Python, no Django, no clock, no file."""
