"""The inverted index of one bank: its vocabulary and names, and the quotes of each."""
