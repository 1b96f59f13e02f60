"""How a quote is found, offered, picked and recognised."""
