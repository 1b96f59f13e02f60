"""Copies of the log: made, checked, put back, and what is left of those that were cut short."""
