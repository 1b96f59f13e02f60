"""What people ask: the facts of a request, what a mention asks for, what is suggested while somebody types."""
