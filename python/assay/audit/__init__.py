"""From one sentence to a data set: rows in, shards examined, a run folder and an answer out."""
