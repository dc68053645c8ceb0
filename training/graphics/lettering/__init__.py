"""Images of writing, and what writes it."""
