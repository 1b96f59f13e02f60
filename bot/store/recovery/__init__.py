"""Reading what a damaged log still holds, without SQLite where SQLite gives up."""
