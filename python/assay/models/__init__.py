"""Models: opening them, running them, changing them while they run."""
