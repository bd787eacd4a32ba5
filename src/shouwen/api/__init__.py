"""接口: complaints from other systems of the bank (mission A1)."""
