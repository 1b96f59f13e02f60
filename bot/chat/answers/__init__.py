"""What is answered: each module makes answers of one kind from the edition in use, and sends nothing."""
