"""What makes the models: data, the six autoencoders, the training loop, export and report."""
