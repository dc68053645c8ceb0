"""Images that are not photographs, drawn from seeds: text, screens, charts, patterns."""

from training.graphics.catalogue import KINDS, draw, draw_graphics, write_graphics

__all__ = ["KINDS", "draw", "draw_graphics", "write_graphics"]
