"""Tables for every quality; frequencies that follow what was counted."""

import numpy as np
import torch

from hourglass.bitstream.scales import SCALES
from hourglass.models.codec.tables import CodecTables
from training.codec import PhotoCodec
from training.codec.tables import LARGEST, Counter, make_tables


def test_tables_survive_their_file(stirred: PhotoCodec) -> None:
    tables = make_tables(stirred)
    again = CodecTables.read(tables.write(), latents=48, hyper=8)
    for name in ("offset", "hyper_index", "hyper_mean", "penalty"):
        assert np.array_equal(getattr(tables, name), getattr(again, name))
    assert np.array_equal(tables.scales.counts, again.scales.counts)


def test_offsets_are_the_network_s(stirred: PhotoCodec) -> None:
    tables = make_tables(stirred)
    with torch.no_grad():
        offset = stirred.index_offset(torch.tensor([24 / 99])).flatten()
    assert np.array_equal(tables.offset[24], offset.numpy())


def test_a_wider_scale_has_a_longer_and_flatter_table(codec: PhotoCodec) -> None:
    scales = make_tables(codec).scales
    assert (np.diff(scales.reach) >= 0).all()
    zeros = [scales.counts[i, scales.reach[i] + 1] / scales.counts[i].sum() for i in range(SCALES)]
    assert (np.diff(zeros) <= 2e-3).all()


def test_counted_symbols_become_cheap(codec: PhotoCodec) -> None:
    counter = Counter()
    counter.write(np.full(100_000, 3, np.int32), np.full(100_000, 20, np.uint8))
    assert counter.counts[20, LARGEST + 3] == 100_000
    before, after = make_tables(codec).scales, make_tables(codec, counter.counts).scales
    column = before.counts.shape[1] + 3
    assert after.costs[20, column] < 1.1 < before.costs[20, column]
    assert np.array_equal(after.counts[21], before.counts[21])
