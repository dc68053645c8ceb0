"""What the contenders are asked to do: images, and the model that scores them."""

import io
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from benchmarks.serving.photo_model import HEIGHT, WIDTH, write_photo_model

ROOT = Path(__file__).resolve().parents[2]
SMALL_IMAGES = 64
SHIPPED_PHOTOS = Path(str(distribution("scikit-learn").locate_file("sklearn/datasets/images")))
"""Found without an import of scikit-learn, which takes seconds in each process of the bare loops."""


@dataclass(frozen=True)
class Work:
    """``model`` is a model folder, alone in its models folder; ``batch`` the most images a server may run at once.

    ``window`` is how long a measurement of it takes, in units of that of the quickest work. ``peers`` are compared.
    """

    name: str
    title: str
    model: Path
    media_type: str
    files: list[bytes]
    batch: int
    window: int
    peers: tuple[str, ...]


def small_work(scratch: Path) -> Work:
    """28×28 garments. ``scratch`` is an empty folder for what it needs on disk."""
    model = scratch / "fashion-undercomplete"
    model.symlink_to(ROOT / "models" / model.name)
    with np.load(ROOT / "tests" / "fixtures" / "fashion.npz") as fixture:
        images = fixture["images"][:SMALL_IMAGES]
    title = f"28×28, {len(images)} test images of Fashion-MNIST, PNG"
    files = [_file(Image.fromarray(image), "PNG") for image in images]
    peers = ("mosec", "LitServe", "BentoML", "MLServer")
    return Work("small", title, model, "image/png", files, 16, 1, peers)


def photo_work(scratch: Path, photos: Path = SHIPPED_PHOTOS) -> Work:
    """768×512 photographs: the JPEG and PNG files of ``photos``, cropped and scaled. ``scratch`` is as above.

    Raises FileNotFoundError if there is none.
    """
    found = sorted(path for path in photos.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png"})[:8]
    if not found:
        raise FileNotFoundError(f"no .jpg and no .png file in {photos}")
    images = [ImageOps.fit(Image.open(path).convert("RGB"), (WIDTH, HEIGHT)) for path in found]
    title = f"{WIDTH}×{HEIGHT}, {', '.join(path.name for path in found)}, JPEG"
    files = [_file(image, "JPEG", quality=90) for image in images]
    return Work("photo", title, write_photo_model(scratch / "photo"), "image/jpeg", files, 2, 2, ("mosec",))


def _file(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
