"""``./groundswell test`` and ``check``, and what they need: a PostgreSQL, a browser, a folder apart."""
