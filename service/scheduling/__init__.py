"""What runs next, what is held in memory, and what failed."""
