"""Makes the models: data, networks, the training loop, export, evaluation and the report."""
