"""What is known of the log outside the log, so that what is missing from it is noticed and counted."""
