"""事前预防: surges found in the roll-up and rules that users write, as warnings with owner, evidence, due date and finding (mission E3)."""
