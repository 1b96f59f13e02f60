"""What a button, a list or a form does, as the few characters of its custom id say it."""
