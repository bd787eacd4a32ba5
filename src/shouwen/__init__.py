"""Shouwen (首问): customer-complaint management for a bank, from the first word to the archive."""

__version__ = "0.1.0"
