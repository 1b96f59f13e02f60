"""What is remembered: uses, misses, settings."""
