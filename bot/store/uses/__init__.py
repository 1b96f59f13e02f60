"""Uses from when they are taken until the log has them, and the count of what became of each."""
