"""Django's PostgreSQL, with every session told for whom it reads (`kernel.access.standing`)."""
