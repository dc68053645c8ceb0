"""Images of surfaces, patterns and noise."""
