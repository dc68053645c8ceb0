"""Figures that others have published."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """AUROC in %, by data set; ``approximate`` where it was handed on as about so much."""

    method: str
    paper: str
    auroc: dict[str, float]
    approximate: bool = False
    pretrained: bool = False


PUBLISHED = (
    Published("Denoising AE", "as in the paper of OCGAN", {"mnist": 87.7}, approximate=True),
    Published("VAE", "as in the paper of OCGAN", {"mnist": 97.0}, approximate=True),
    Published("Deep SVDD", "Ruff et al.: Deep one-class classification, 2018", {"mnist": 94.8}, approximate=True),
    Published(
        "OCGAN",
        "Perera et al.: OCGAN, one-class novelty detection using GANs with constrained latent representations, 2019",
        {"mnist": 97.5},
    ),
    Published(
        "ARAE",
        "Salehi et al.: ARAE, adversarially robust training of autoencoders improves novelty detection, 2021",
        {"mnist": 97.5, "fashion": 93.6},
        approximate=True,
    ),
    Published(
        "GeoTrans",
        "Golan, El-Yaniv: Deep anomaly detection using geometric transformations, 2018",
        {"mnist": 98.0, "fashion": 93.5},
    ),
    Published(
        "ARNet",
        "Fei et al.: Attribute restoration framework for anomaly detection, 2020",
        {"mnist": 98.3, "fashion": 93.9},
    ),
    Published(
        "ESAD",
        "Huang et al.: ESAD, end-to-end semi-supervised anomaly detection, 2021",
        {"mnist": 98.5, "fashion": 94.0},
    ),
    Published(
        "RD4AD",
        "Deng, Li: Anomaly detection via reverse distillation from one-class embedding, 2022",
        {"mnist": 99.3, "fashion": 95.0},
        approximate=True,
        pretrained=True,
    ),
    Published(
        "GANomaly",
        "Akcay et al.: GANomaly, semi-supervised anomaly detection via adversarial training, 2018",
        {"tiles": 76.6},
        approximate=True,
    ),
    Published(
        "DifferNet",
        "Rudolph et al.: Same same but DifferNet, semi-supervised defect detection with normalizing flows, 2021",
        {"tiles": 97.7},
        approximate=True,
        pretrained=True,
    ),
    Published(
        "PatchCore",
        "Roth et al.: Towards total recall in industrial anomaly detection, 2022",
        {"tiles": 97.9},
        approximate=True,
        pretrained=True,
    ),
)
