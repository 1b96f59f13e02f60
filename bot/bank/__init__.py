"""What a quote is, how it is written, proved and cited."""
