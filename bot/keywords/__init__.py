"""Which messages call for a quote."""
