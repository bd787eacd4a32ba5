"""主题: the words of complaints, counted (mission E6)."""
