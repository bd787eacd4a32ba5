"""主题: what complaints speak of more often than before."""
