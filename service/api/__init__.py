"""The HTTP face of each task, a file each."""
