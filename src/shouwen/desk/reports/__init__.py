"""报表: inspection and return as they stand now, the archive of what was drawn up on schedule, and its receipts."""
