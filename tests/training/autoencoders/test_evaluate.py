import pytest
import torch

from training.autoencoders import AutoencoderRecipe
from training.autoencoders.evaluate import jacobian_norm
from training.autoencoders.undercomplete import Undercomplete


@pytest.mark.parametrize(("latent", "tolerance"), [(16, 1e-4), (256, 0.15)])
def test_the_jacobian_norm_is_autograds(latent: int, tolerance: float) -> None:
    torch.manual_seed(0)
    model = Undercomplete(AutoencoderRecipe(epochs=1, latent=latent, hidden=48, blocks=1)).eval()
    x = torch.rand(4, 1, 28, 28)
    exact = torch.stack([torch.func.jacrev(model.encode)(each[None]).norm() for each in x])
    assert torch.allclose(jacobian_norm(model, x), exact.detach(), rtol=tolerance)
