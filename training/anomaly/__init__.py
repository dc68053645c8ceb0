"""Anomaly detectors, fitted on a folder of good images."""

from training.anomaly.fit import fit_anomaly
from training.anomaly.folder import Folder, open_folder

__all__ = ["Folder", "fit_anomaly", "open_folder"]
