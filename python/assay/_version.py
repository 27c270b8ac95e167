"""The version, read by the build and compared with the engine's own at import."""

__version__ = "0.1.0"
