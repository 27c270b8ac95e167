"""Models that torch runs and the engine judges: patterns, edits and gradients through callbacks."""
