"""Editions in columns: saved in a file, sent through a pipe, and their quotes made when they are asked for."""
