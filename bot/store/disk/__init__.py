"""The data folder on the disk: names of files, the lock, and the status told to other programs."""
