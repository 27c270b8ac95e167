// The KernelsV4 module; DESIGN of the layers is in ARCHITECTURE.md.
