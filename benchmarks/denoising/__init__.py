"""Hourglass beside other denoisers, on the same noisy photographs in one run: python -m benchmarks.denoising"""
