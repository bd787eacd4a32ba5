"""提交: four steps from a customer's first word to a number and a tracking code (mission A1)."""
