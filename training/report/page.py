"""The page docs/results.md: tables and pictures, from the manifests of the installed models."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from hourglass.imaging import Pixels
from hourglass.models.repository import Repository
from hourglass.models.vector import VectorModel
from training import data
from training.autoencoders import DATASETS, NAMES, TYPES
from training.autoencoders.calibrate import FALSE_ALARM_RATE
from training.autoencoders.evaluate import JACOBIAN_IMAGES, LIKELIHOOD_DRAWS, MASK_LEVELS, MOVING_NOISE, NOISE_LEVELS
from training.autoencoders.targets import Figures, show, targets
from training.data import title
from training.report.gallery import Gallery
from training.report.pictures import draw_pictures

COLUMNS = {
    "MSE": ("mse", "{:.5f}"),
    "PCA, same size": ("pca_mse", "{:.5f}"),
    "PSNR, dB": ("psnr_db", "{:.2f}"),
    "linear probe": ("probe_accuracy", "{:.1%}"),
    "active units": ("active_share", "{:.1%}"),
    "‖J‖<sub>F</sub>, relative": ("jacobian_relative", "{:.2f}"),
    "‖J‖<sub>F</sub>, raw": ("jacobian", "{:.2f}"),
    "z moves": ("moved_by_noise", "{:.3f}"),
    "gain at σ = 0.5, dB": ("noise_0.5_gain_db", "{:+.2f}"),
    "bytes as coded": ("coded_bytes", "{:.1f}"),
    "bits": ("coded_bits", "{:.0f}"),
    "MSE as coded": ("coded_mse", "{:.5f}"),
}

GENERATION = {
    "negative log-likelihood, nats": ("nll_nats", "{:.2f}"),
    "ELBO, nats": ("elbo_nats", "{:.2f}"),
    "Fréchet distance of samples": ("frechet_distance", "{:.2f}"),
    "between halves of the test images": ("frechet_distance_of_real", "{:.2f}"),
}
DETECTION = {
    "area under the ROC curve": ("other_dataset_auroc", "{:.4f}"),
    "false alarms": ("test_false_alarm_rate", "{:.2%}"),
}

HEAD = """# Results

Written by `python -m training report` from the manifests in `models/`. The figures are of the whole test sets, 10,000
images each, measured by `python -m training evaluate` on the exported graphs; derivatives and likelihoods on the torch
models. A dash is a figure that was not measured. [autoencoders.md](autoencoders.md) explains the types."""

COLUMNS_TEXT = f"""\
- **MSE**: ‖x − x̂‖² / 784, pixels in 0..1. **PCA, same size**: the error of as many principal components as z has
  numbers. A z of 784 numbers or more lets PCA copy the image: its error is then 0.
- **linear probe**: how often a linear classifier of z (ridge regression, fitted on the training set) names the class.
- **active units**: the share of z with |zᵢ| above a thousandth of the largest |z|.
- **‖J‖<sub>F</sub>**: the Frobenius norm of J = ∇ₓf(x), the mean of {JACOBIAN_IMAGES:,} images. Raw, it can be made
  small by a small z alone; relative, it is in units of the standard deviation of z, and cannot.
- **z moves**: ‖f(x + n) − f(x)‖ for noise n of σ = {MOVING_NOISE:g}, in units of the spread of z over the images. 1 is
  as far as from a typical image to the mean one.
- **gain**: PSNR of x̂ less that of x̃, which is x with Gaussian noise of σ = 0.5, clipped to 0..1.
- **as coded**: the whole file of `/encode` at the default quality, header included, and the error of what `/decode`
  makes of it."""

GENERATION_TEXT = f"""\
The log-likelihood is of dynamically binarised test images, bounded by {LIKELIHOOD_DRAWS} importance samples each. The
Fréchet distance is FID's formula, for 10,000 samples and the 10,000 test images, on other features: Inception knows
photographs, so they are the last hidden layer, 64 numbers, of a small classifier of the same data set (784-512-64-10,
[features.py](../training/autoencoders/features.py)). It compares the models here, and cannot be set beside a published
FID. The distance between two halves of the test images is about what a perfect model would reach."""

DETECTION_TEXT = f"""\
How well the score tells this data set's test images from the other one's, and the share of its own that raise an alarm
at the threshold for {FALSE_ALARM_RATE:.0%}. Every second test image sets that threshold, as a model reconstructs images
that it was trained on better than others; the rest raise the alarms."""


def write_report(models: Path, docs: Path) -> Path:
    """Writes docs/results.md and docs/pictures/; returns the path of the former.

    Models that are not installed are left out and named. Raises BrokenModel if there is none at all.
    """
    installed = {model.name: model for model in Repository(models, "cpu") if isinstance(model, VectorModel)}
    pictures = draw_pictures(Gallery(installed, cache(_test_images)), docs / "pictures")
    path = docs / "results.md"
    path.write_text(_text(installed, pictures), encoding="utf-8")
    return path


def _test_images(dataset: str) -> Pixels:
    return data.load(dataset, train=False).images.numpy().transpose(0, 2, 3, 1)


def _text(installed: dict[str, VectorModel], pictures: set[str]) -> str:
    figures = Figures({name: installed[name].manifest for name in NAMES if name in installed})
    reached = [(target.aim, target.shown, target.verdict) for target in targets(figures)]

    def picture(name: str, shows: str) -> str:
        return f"![{shows}](pictures/{name}.png)\n\n*{shows}*" if name in pictures else ""

    sections = [
        HEAD + _missing(figures),
        _section("Against the targets", "", _table(("aim", "reached", ""), reached)),
        *(
            _section(
                title(dataset),
                "",
                _type_table(figures, dataset),
                picture(f"reconstructions-{dataset}", "Test images, and x̂ of each type."),
            )
            for dataset in DATASETS
        ),
        _section("What the columns say", "", COLUMNS_TEXT),
        _section(
            "Undercomplete: the hourglass",
            "",
            picture("undercomplete", "x, the 32 numbers that are all the decoder is told, and x̂."),
        ),
        _section(
            "Overcomplete: not a copy",
            "",
            picture("overcomplete", "An image, and pure noise. z has room for both; the noise does not come back."),
        ),
        _section(
            "Sparse codes",
            "An atom adds light where it is blue and takes it away where it is red.",
            picture("sparse", "The five atoms an image uses most, these five added up, and x̂ with its units in use."),
        ),
        _section(
            "Denoising",
            "Gain in dB of x̂ over x̃, and in brackets the PSNR of x̂.",
            _denoising_table(figures),
            picture("denoising", "Test images, corrupted and cleaned, at each strength."),
        ),
        _section(
            "Variational",
            GENERATION_TEXT,
            _metric_table(figures, GENERATION, _installed(figures, "variational")),
            picture("samples", "x̂ = g(z) of z drawn from N(0, I). None is picked by hand."),
            picture("walks", "A straight line through z between two test images."),
        ),
        _section("Contractive", "", picture("contractive", "How far z moves when noise is added to the image.")),
        _section(
            "Anomalies",
            DETECTION_TEXT,
            _metric_table(figures, DETECTION, list(figures.manifests)),
            picture("anomaly", "Garments and digits, scored by a model that has seen garments only."),
        ),
        _section(
            "Bytes and error",
            "",
            picture("rate", "Undercomplete models: the size of the file, and the error of what it decodes to."),
        ),
        _section("How each was made", "", _origin_table(figures)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _section(title: str, text: str, *evidence: str) -> str:
    """A section of the page, or nothing if there is nothing to show in it."""
    return "\n\n".join(part for part in (f"## {title}", text, *evidence) if part) if any(evidence) else ""


def _missing(figures: Figures) -> str:
    missing = [f"`{name}`" for name in NAMES if name not in figures.manifests]
    return f"\n\nNot installed, and left out: {', '.join(missing)}." if missing else ""


def _type_table(figures: Figures, dataset: str) -> str:
    rows = []
    for kind in TYPES:
        if manifest := figures.manifests.get(f"{dataset}-{kind}"):
            cells = (show(form, figures.get(manifest.name, metric)) for metric, form in COLUMNS.values())
            rows.append((kind, f"{manifest.latent.size:,}", *cells))
    return _table(("type", "numbers in z", *COLUMNS), rows)


def _denoising_table(figures: Figures) -> str:
    levels = {f"σ = {level:g}": f"noise_{level:g}" for level in NOISE_LEVELS}
    levels |= {f"{level:.0%} masked": f"mask_{level:g}" for level in MASK_LEVELS}

    def cell(name: str, level: str) -> str:
        gain, after = (figures.get(name, f"{level}_{metric}_db") for metric in ("gain", "psnr"))
        return show("{:+.2f} ({:.1f})", gain, after)

    names = _installed(figures, "denoising")
    return _table(("model", *levels), [(name, *(cell(name, level) for level in levels.values())) for name in names])


def _metric_table(figures: Figures, columns: dict[str, tuple[str, str]], names: Iterable[str]) -> str:
    rows = [(name, *(show(form, figures.get(name, metric)) for metric, form in columns.values())) for name in names]
    return _table(("model", *columns), rows)


def _origin_table(figures: Figures) -> str:
    origins = [(manifest.name, manifest.origin) for manifest in figures.manifests.values()]
    rows = [
        (name, f"{made.steps:,}", f"{made.seconds:,.0f}", str(made.seed), made.device, f"`{made.command}`")
        for name, made in origins
    ]
    total = sum(made.seconds for _, made in origins) / 60
    head = ("model", "steps", "seconds", "seed", "device", "command")
    return f"{_table(head, rows)}\n\nIn all {total:,.0f} minutes of training by the wall clock, if one after another."


def _installed(figures: Figures, kind: str) -> list[str]:
    return [f"{dataset}-{kind}" for dataset in DATASETS if f"{dataset}-{kind}" in figures.manifests]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if rows else ""
