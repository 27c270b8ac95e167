"""Readers of the studies' texts, which are read where the caller has them."""
