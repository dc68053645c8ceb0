"""Errors that the person who runs the command can do something about."""


class TrainingError(Exception):
    """The message says what was wrong, and the command ends with it."""
