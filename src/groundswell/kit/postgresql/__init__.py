"""Django's backend for PostgreSQL, whose every statement says for whom it asks."""
