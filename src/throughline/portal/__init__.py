"""The public page: a door without an account. It reads what was opened to the public, and nothing else."""
