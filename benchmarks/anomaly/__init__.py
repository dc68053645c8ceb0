"""Hourglass beside other anomaly detectors, on the same images in one run: python -m benchmarks.anomaly"""
