"""Which quotes answer a query, and in which order."""
