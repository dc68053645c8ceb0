"""What image files hold, format by format, judged before Pillow sees them."""
