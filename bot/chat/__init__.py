"""The Discord door. The only room that knows Discord."""
