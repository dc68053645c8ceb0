"""What a model can do, a file each: the work between an image in memory and an answer, without HTTP."""
