"""What an image file holds beside its pixels."""

from dataclasses import dataclass

from hourglass.imaging.colors.coding import Coding


@dataclass(slots=True)
class Contents:
    """``icc``, ``exif`` (a TIFF structure) and ``xmp`` as they stand in the file; ``dpi`` across and down.

    ``coding`` says how values stand for light where no profile does. ``gray`` is True where the file has one channel,
    however it is decoded. ``key`` is the gray value of 16 bits that is transparent. ``bits`` are those of a sample.
    ``frames`` is how many images the file holds; ``upright`` is True where the
    decoder turns them. ``dropped`` names what was in it and is not here.
    """

    icc: bytes | None = None
    coding: Coding | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    gray: bool = False
    key: int | None = None
    bits: int = 8
    frames: int = 1
    upright: bool = False
    dropped: tuple[str, ...] = ()

    def drop(self, name: str) -> None:
        if name not in self.dropped:
            self.dropped = (*self.dropped, name)
