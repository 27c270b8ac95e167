"""What an audit does unless it is told otherwise."""

#: Rows in a shard: what a kill loses at most for each worker, and what one file holds.
SHARD_ROWS = 20
#: Random sets of K's size that are removed beside K.
RANDOM_SETS = 10
#: What the tested map is compared with beyond the references that its checks compute anyway.
COMPARED = ("attention", "attention_rollout")
