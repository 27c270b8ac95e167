"""Is this attention explanation real? Evidence, checks and a verdict."""

from assay._version import __version__

__all__ = ["__version__"]
