// Reverse-mode differentiation.
