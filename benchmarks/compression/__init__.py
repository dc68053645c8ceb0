"""Hourglass beside other image codecs, on the same photographs in one run: python -m benchmarks.compression"""
