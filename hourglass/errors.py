"""What can go wrong, as exceptions. ``api/problems.py`` maps each to its HTTP status.

HourglassError
├── BrokenModel          a model's files do not hold: missing, malformed, or another hash than promised
├── NoCuda               CUDA was asked for and does not run here
├── NoSuchModel          no model of this name, or of this identity, is installed
├── BadParameter         a parameter's value cannot be used; ``parameter`` names it
├── NotAcceptable        none of the media types the caller accepts can be made
├── UnsupportedMedia     not an image format, or not a content type, that is taken
├── TooLarge             more bytes, pixels or files than allowed
├── SlowUpload           the request body did not arrive in time
├── BadImage             an image of a known format that cannot be decoded
├── BadBitstream         bytes that are not a Hourglass bitstream, or a damaged one
├── Unauthorized         no valid API key
├── QueueFull            too much is waiting already
├── Overloaded           too much is worked on for this to be done in time
├── NotReady             starting, draining, or with a model that failed
├── ModelFailed          a batch raised or never returned
└── DeadlinePassed       the answer would come too late
"""


class HourglassError(Exception):
    """Its text is shown to the caller: it says what was wrong, and never what was in the image."""


class BrokenModel(HourglassError):
    pass


class NoCuda(HourglassError):
    pass


class NoSuchModel(HourglassError):
    pass


class BadParameter(HourglassError):
    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(f"{parameter}: {message}")
        self.parameter, self.message = parameter, message


class NotAcceptable(HourglassError):
    pass


class UnsupportedMedia(HourglassError):
    pass


class TooLarge(HourglassError):
    pass


class SlowUpload(HourglassError):
    pass


class BadImage(HourglassError):
    pass


class BadBitstream(HourglassError):
    pass


class Unauthorized(HourglassError):
    pass


class QueueFull(HourglassError):
    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Overloaded(HourglassError):
    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotReady(HourglassError):
    pass


class ModelFailed(HourglassError):
    pass


class DeadlinePassed(HourglassError):
    pass
