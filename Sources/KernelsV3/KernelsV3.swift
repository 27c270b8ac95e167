// The KernelsV3 module; DESIGN of the layers is in ARCHITECTURE.md.
