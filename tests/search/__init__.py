"""Finding again what was said, and who."""
