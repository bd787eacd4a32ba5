"""通知: what customers and colleagues are told, by an outbox and its adapters (mission A3, D1)."""
