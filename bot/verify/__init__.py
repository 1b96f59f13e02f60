"""How a pasted quotation is checked word by word, and what is said of it."""
