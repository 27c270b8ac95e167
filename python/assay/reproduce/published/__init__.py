"""Published figures as data: numbers only, each with where it was read."""
