"""What servers chose, how long what is kept, and forgetting those that the bot left."""
