"""What one line of an import file says: cells in, a frozen value out, or the one thing that is wrong with it."""
