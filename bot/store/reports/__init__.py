"""Counts of uses, and who waits for them."""
