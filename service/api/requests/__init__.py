"""What comes in: who may call, the body, the parameters, and a caller who leaves."""
