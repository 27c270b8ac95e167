"""Fuzzing of the native module: `python -m tools.fuzz --seconds 60`."""
