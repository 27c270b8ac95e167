// The Exports module; DESIGN of the layers is in ARCHITECTURE.md.
