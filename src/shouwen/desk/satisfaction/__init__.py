"""满意与忠诚: what customers expected and perceived, who answers, and who is likely to come back."""
