"""The pages every noun has. Each view is given the noun's name by its address."""
