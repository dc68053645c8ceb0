"""The rate: what it counts, and what the decoder may know."""

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


def test_the_first_half_is_expected_without_the_second(stirred: PhotoCodec, crops: Tensor) -> None:
    """Else a decoder could not follow: changing a late latent must change nothing that is expected."""
    v, _, _ = v_of(stirred, crops, 0.5)
    early = checkerboard(v)
    with torch.no_grad():
        h = stirred.prior.expand(torch.round(stirred.prior.analyse(v)))
        before = stirred.prior.correct(h, torch.round(v) * early)
        after = stirred.prior.correct(h, torch.round(v + 3 * ~early) * early)
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))


def test_finer_steps_cost_more(codec: PhotoCodec, crops: Tensor) -> None:
    codec.eval()
    with torch.no_grad():
        costs = [codec.rate_distortion(crops, torch.full((len(crops),), t))[0].mean().item() for t in (0.0, 0.5, 1.0)]
    assert costs[0] < costs[1] < costs[2]
