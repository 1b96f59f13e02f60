"""The one place that touches private parts of discord.py."""
