"""Damaged and forged photo files: some of those of ``python -m tests.load.fuzz``, which tries a million."""

from tests.load.fuzz import WARM_UP, Fuzz


def test_any_file_ends_in_pixels_or_is_refused() -> None:
    fuzz = Fuzz(seed=0)
    fuzz.run(range(WARM_UP, WARM_UP + 3000))
    assert fuzz.findings == []
    assert {"decoded", "the checksum does not match", "the latents do not match their checksum"} <= set(fuzz.ends)
