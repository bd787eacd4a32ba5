"""双赢: how complaints ended for customer and bank."""
