"""One cog a group of commands. A cog reads the request and hands it on; cogs do not know one another."""
