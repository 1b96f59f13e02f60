"""A bank in columns: kept in a file, sent through a pipe, and its quotes made when they are asked for."""
