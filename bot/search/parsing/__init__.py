"""How the words of a query are read."""
