"""改进事项 kept, followed to the end, and told by figures (mission C4, D3, E6)."""
