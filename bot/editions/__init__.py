"""Editions: made from a folder, kept as copies, watched, and one of them in use."""
