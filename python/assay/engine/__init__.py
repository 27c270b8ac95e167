"""The engine's door: calls and arrays in and out, files, errors, progress, optional libraries."""
