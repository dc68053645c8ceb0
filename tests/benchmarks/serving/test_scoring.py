"""The computation that every contender does."""

import numpy as np

from benchmarks.serving.scoring import Scorer
from benchmarks.serving.work import Work


def test_scores_do_not_depend_on_the_batch(small: Work) -> None:
    scorer = Scorer(small.model)
    images = [scorer.decode(file) for file in small.files]
    np.testing.assert_allclose(scorer.score(images), [scorer.score([image])[0] for image in images], rtol=1e-4)
