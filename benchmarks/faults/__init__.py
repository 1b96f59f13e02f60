"""The long runs: the bot as a process of its own against the stand-in for Discord, with one fault after another."""
