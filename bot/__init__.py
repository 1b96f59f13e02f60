"""Quoth: a Discord bot that answers with sourced quotes."""

__version__ = "0.1.0"
