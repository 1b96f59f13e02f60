"""The emergency file: it takes uses while the log cannot."""
