"""Hourglass under load, beside other model servers and beside no server at all: python -m benchmarks.serving"""
