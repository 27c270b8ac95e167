"""Benchmarks against the peers; `make bench` runs them."""
