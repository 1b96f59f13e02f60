"""How a pasted quotation is taken apart and compared: the parts that `bot.search.verify` puts together."""
