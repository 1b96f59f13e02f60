"""The log in use: its connection, transactions, upkeep, and mending what becomes of its file meanwhile."""
