"""What goes wrong that whoever runs the command can mend."""


class TrainingError(Exception):
    """The message says what was wrong, and the command ends with it."""
