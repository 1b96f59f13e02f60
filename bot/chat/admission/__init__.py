"""What comes in, before it is answered: how old it is, whether it is taken, and when its turn comes."""
