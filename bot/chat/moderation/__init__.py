"""What is decided for a server, and told to those who look after it, or after the bot."""
