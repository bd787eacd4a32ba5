"""客户页面: where a customer complains and follows the complaint, without signing in (mission A1, D1)."""
