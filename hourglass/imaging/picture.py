"""An image in memory."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from hourglass.imaging.files.metadata import NO_METADATA, Metadata, Wanted

Pixels = NDArray[np.uint8]
"""[height, width, channels], 0..255."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright image: ``pixels`` uint8 [height, width, 1 or 3], not multiplied by alpha.

    ``alpha`` uint8 [height, width], None where all is opaque; ``icc`` the profile that describes the pixels, if any.
    ``metadata`` is what else goes on. ``dropped`` names what of the file is in none of them: "color profile", "text".
    """

    pixels: Pixels
    alpha: NDArray[np.uint8] | None = None
    icc: bytes | None = None
    dropped: tuple[str, ...] = ()
    metadata: Metadata = NO_METADATA

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    def with_metadata(self, wanted: Wanted) -> "Picture":
        """The same, with what is wanted of its metadata."""
        return replace(self, metadata=self.metadata.wanted(wanted))

    def to_pil(self) -> Image.Image:
        """The image as Pillow has it, of mode L, LA, RGB or RGBA; profile, EXIF and XMP in its ``info``."""
        image = to_image(self.pixels)
        if self.alpha is not None:
            image.putalpha(Image.fromarray(self.alpha))
        if self.icc is not None:
            image.info["icc_profile"] = self.icc
        if self.metadata.exif is not None:
            image.info["exif"] = b"Exif\0\0" + self.metadata.exif
        if self.metadata.xmp is not None:
            image.info["xmp"] = self.metadata.xmp
        return image


def over_black(pixels: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    """What shows of pixels [height, width, channels] through alpha [height, width] before a black ground."""
    shares = Image.fromarray(alpha)
    shown = [ImageChops.multiply(Image.fromarray(channel), shares) for channel in np.moveaxis(pixels, 2, 0)]
    return np.stack([np.asarray(channel) for channel in shown], axis=2)


def to_image(pixels: Pixels) -> Image.Image:
    """Pixels [height, width, 1 or 3] as Pillow has them."""
    return Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)


def to_pixels(image: Image.Image) -> Pixels:
    """The pixels [height, width, channels] of an image of mode L, RGB or RGBA."""
    pixels = np.asarray(image)
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


def luma(pixels: Pixels) -> Pixels:
    """The gray [height, width, 1] of pixels [height, width, 3]: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601)."""
    return to_pixels(to_image(pixels).convert("L"))
