"""查询: what a customer sees and does with the tracking code (mission D1)."""
