"""What one bank holds, as it is searched: its words and names, and the quotes of each."""
