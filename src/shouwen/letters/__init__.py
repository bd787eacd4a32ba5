"""Letters (函件): slips, replies and receipts as pages and PDF."""
