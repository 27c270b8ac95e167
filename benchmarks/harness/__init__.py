"""What every line of the benchmark shares: models, peers, timing, memory, results."""
