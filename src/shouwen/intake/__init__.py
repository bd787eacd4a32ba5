"""Intake (受理): the ways in, one file for each channel, and the import of files."""
