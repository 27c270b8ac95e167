"""One question a module, each of them one call of the engine."""
