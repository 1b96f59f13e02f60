"""What the store knows of SQLite: its errors, values as rows, the schema, and deleting for good."""
