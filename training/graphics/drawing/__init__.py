"""Images of drawn things."""
