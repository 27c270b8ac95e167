"""What is asked about: texts and pictures, and how they become tokens."""
