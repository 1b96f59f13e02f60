"""The one way from a request to its answer: made, written down, sent, settled."""
