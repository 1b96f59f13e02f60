"""Drafting: from a saved article to proposed quotes."""
