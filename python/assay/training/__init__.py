"""Models that learn: attention classifiers, and models that were loaded."""
