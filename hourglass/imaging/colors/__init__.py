"""What the values of pixels mean, and the way to sRGB."""
