"""The rate: what it counts, and what the decoder may know."""

import itertools

import torch
from torch import Tensor

from training.codec import PhotoCodec
from training.codec.hyperprior import SCALES, SMALLEST_SCALE, _bits, checkerboard, to_index


def v_of(codec: PhotoCodec, crops: Tensor, t: float) -> tuple[Tensor, Tensor, Tensor]:
    quality = torch.full((len(crops),), t)
    with torch.no_grad():
        return codec.f(crops, quality) / codec.step(quality), codec.index_offset(quality), quality


def test_bits_are_of_probabilities_that_sum_to_one() -> None:
    symbols = torch.arange(-3000.0, 3001.0)
    for index in (0.0, 20.0, 40.0, SCALES - 1.0):
        probability = torch.exp2(-_bits(symbols.double(), torch.full_like(symbols, index).double()))
        assert abs(probability.sum().item() - 1) < 1e-2
        assert probability.argmax() == 3000


def test_the_index_of_a_scale() -> None:
    assert to_index(torch.tensor(SMALLEST_SCALE)).item() == 0
    assert torch.isclose(to_index(torch.tensor(SMALLEST_SCALE * 2**1.9)), torch.tensor(10.0), atol=1e-4)


def test_latents_are_rounded_about_their_means(stirred: PhotoCodec, crops: Tensor) -> None:
    v, offset, t = v_of(stirred, crops, 0.5)
    with torch.no_grad():
        rate = stirred.prior(v, offset, t)
    assert (rate.v_hat - v).abs().max() <= 0.5 + 1e-4
    eighths = rate.v_hat * 8
    assert torch.allclose(eighths, eighths.round(), atol=1e-2)
    assert (rate.bits > 0).all()


def test_halves_are_of_one_size_and_neighbours_differ() -> None:
    early = checkerboard(torch.zeros(1, 4, 6, 8))[0]
    assert early.float().mean() == 0.5
    assert (early[:, 1:] != early[:, :-1]).all() and (early[:, :, 1:] != early[:, :, :-1]).all()
    assert (early[1:] != early[:-1]).all()


def test_nothing_is_expected_by_what_comes_later(stirred: PhotoCodec, crops: Tensor) -> None:
    """Else a decoder could not follow: changing the latents of a pass must change nothing up to that pass."""
    v, _, _ = v_of(stirred, crops, 0.5)
    early = checkerboard(v)
    ends = list(itertools.accumulate(stirred.prior.groups))
    with torch.no_grad():
        h = stirred.prior.expand(torch.round(stirred.prior.analyse(v)))
        before = stirred.prior._expected(v, h)
        for half in (early, ~early):
            for start, end in zip((0, *ends), ends, strict=False):
                now = torch.zeros_like(early)
                now[:, start:end] = half[:, start:end]
                known = (early & (half == ~early)) | half
                known[:, start:] &= early[:, start:] & (half == ~early)[:, start:]
                after = stirred.prior._expected(torch.where(known, v, v + 40), h)
                for one, other in zip(before, after, strict=True):
                    assert torch.equal(one[(now | known).expand_as(one)], other[(now | known).expand_as(one)])


def test_later_passes_see_earlier_ones(stirred: PhotoCodec, crops: Tensor) -> None:
    v, _, _ = v_of(stirred, crops, 0.5)
    first = torch.zeros_like(checkerboard(v))
    first[:, : stirred.prior.groups[0]] = checkerboard(v)[:, : stirred.prior.groups[0]]
    with torch.no_grad():
        h = stirred.prior.expand(torch.round(stirred.prior.analyse(v)))
        before, after = (stirred.prior._expected(given, h)[0] for given in (v, torch.where(first, v + 40, v)))
    changed = (before != after).float().mean((0, 2, 3))
    assert all(part.mean() > 0.05 for part in changed.split(stirred.prior.groups)[1:])


def test_finer_steps_cost_more(codec: PhotoCodec, crops: Tensor) -> None:
    codec.eval()
    with torch.no_grad():
        costs = [codec.rate_distortion(crops, torch.full((len(crops),), t))[0].mean().item() for t in (0.0, 0.5, 1.0)]
    assert costs[0] < costs[1] < costs[2]
