"""The entropy model: whatever runs it, on whatever is coded, the same bytes; and from these the same latents."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hourglass.bitstream.container import Container
from hourglass.bitstream.scales import SymbolWriter
from hourglass.errors import BadBitstream
from hourglass.imaging import Pixels
from hourglass.models.codec import Codec, latents
from hourglass.models.codec.latents import UNIT, EntropyModel, Hyper, Integers, Latents, Networks, Scales
from hourglass.models.codec.tables import CodecTables
from hourglass.models.files import read_manifest
from hourglass.models.manifest import CodecManifest
from hourglass.models.runtime import Array, Session
from hourglass.models.tiles import Tile, tiles
from hourglass.models.work import finish
from tests.hourglass.models.codec import arithmetic
from tests.hourglass.models.codec.arithmetic import Network
from tests.hourglass.models.codec.conftest import FOLDER

MANIFEST = read_manifest(FOLDER)
assert isinstance(MANIFEST, CodecManifest)
CHANNELS, HYPER_CHANNELS = MANIFEST.latent.channels, MANIFEST.latent.hyper_channels
GRAPHS, GROUPS = MANIFEST.graphs, MANIFEST.latent.groups or [CHANNELS]
EXPAND, CORRECT = FOLDER / GRAPHS.expand.file, FOLDER / GRAPHS.correct.file
EARLY, LATE = ([FOLDER / file.file for file in files] for files in (GRAPHS.early, GRAPHS.late))
QUALITIES = (1, 50, 100)
LARGEST_ACTIVATION, EXACT = 511, 1 << 24

LEVELS = (
    ort.GraphOptimizationLevel.ORT_DISABLE_ALL,
    ort.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    ort.GraphOptimizationLevel.ORT_ENABLE_ALL,
)
WAYS: dict[str, Callable[..., Network]] = {
    "torch": arithmetic.in_torch,
    **{
        f"onnxruntime, {threads} threads, {level.name}": partial(
            arithmetic.in_onnxruntime, threads=threads, level=level
        )
        for threads in (1, 2)
        for level in LEVELS
    },
}


@dataclass(frozen=True)
class Analysed:
    """v float32 [channels, h/16, w/16], in steps, and z [hyper channels, h/64, w/64] of a photograph."""

    v: Array
    z: Array


@dataclass(frozen=True)
class Written:
    data: bytes
    v_hat: Latents
    z_hat: Hyper


@pytest.fixture(scope="module")
def tables() -> CodecTables:
    return CodecTables.read((FOLDER / "entropy.npz").read_bytes(), CHANNELS, HYPER_CHANNELS)


def entropy_model(way: Callable[..., Network], tables: CodecTables) -> EntropyModel:
    """With its graphs run in a ``way``: it only ever calls them."""
    expand, correct, *refinements = (cast(Session, way(file)) for file in (EXPAND, CORRECT, *EARLY, *LATE))
    networks = Networks(expand, correct, refinements[: len(EARLY)], refinements[len(EARLY) :])
    return EntropyModel(networks, tables, GROUPS)


@pytest.fixture(scope="module")
def model(tables: CodecTables) -> EntropyModel:
    """As the service runs it."""
    return entropy_model(lambda file: Session(file.read_bytes(), "cpu", 1), tables)


@pytest.fixture(scope="module")
def plain(tables: CodecTables) -> EntropyModel:
    """In int64."""
    return entropy_model(arithmetic.in_int64, tables)


def whole_blocks(photo: Pixels) -> Pixels:
    """The part of which there is a hyper-latent for every 64×64 pixels, without padding."""
    height, width = (side // 64 * 64 for side in photo.shape[:2])
    return photo[:height, :width]


def analyse(photo: Pixels, quality: int) -> Analysed:
    x = whole_blocks(photo).transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255)
    encoder = Session((FOLDER / "encoder.onnx").read_bytes(), "cpu", 1)
    v, z = encoder(x, np.array([(quality - 1) / 99], np.float32))
    return Analysed(v[0], z[0])


@pytest.fixture(scope="module")
def analysed(photos: dict[str, Pixels]) -> dict[int, Analysed]:
    """A photograph by quality."""
    return {quality: analyse(photos["kitten"], quality) for quality in QUALITIES}


def write(model: EntropyModel, given_: Analysed, quality: int) -> Written:
    writer = SymbolWriter(model.tables.scales)
    v_hat, z_hat = finish(model.coding(writer, given_.v, given_.z, quality))
    return Written(writer.finish(), v_hat, z_hat)


def assert_reads(model: EntropyModel, written: Written, quality: int) -> None:
    _, height, width = written.v_hat.shape
    v_hat, z_hat = finish(model.decoding(written.data, height, width, quality))
    assert np.array_equal(v_hat, written.v_hat)
    assert np.array_equal(z_hat, written.z_hat)


@pytest.fixture(scope="module")
def written(plain: EntropyModel, analysed: dict[int, Analysed]) -> dict[int, Written]:
    """The photograph as int64 arithmetic writes it, by quality."""
    return {quality: write(plain, analysed[quality], quality) for quality in QUALITIES}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_arithmetic_writes_the_same_bytes_and_reads_them(
    way: Callable[..., Network], tables: CodecTables, analysed: dict[int, Analysed], written: dict[int, Written]
) -> None:
    model = entropy_model(way, tables)
    for quality in QUALITIES:
        assert write(model, analysed[quality], quality).data == written[quality].data
        assert_reads(model, written[quality], quality)


def test_plain_integers_read_what_they_wrote(plain: EntropyModel, written: dict[int, Written]) -> None:
    for quality in QUALITIES:
        assert_reads(plain, written[quality], quality)


def test_the_codec_writes_these_bytes(
    codec: Codec, photos: dict[str, Pixels], analysed: dict[int, Analysed], model: EntropyModel
) -> None:
    photo = whole_blocks(photos["kitten"])
    for quality in QUALITIES:
        container = Container.unpack(codec.encode(photo, quality))
        assert container.sections[0][4:] == write(model, analysed[quality], quality).data


@pytest.mark.parametrize("largest", [1, 20, 127])
def test_networks_agree_on_any_integers(largest: int) -> None:
    random = np.random.default_rng(largest)
    z = random.integers(-largest, largest + 1, (1, HYPER_CHANNELS, 2, 1)).astype(np.float32)
    features = assert_agree(every_way(EXPAND), z)[0]
    symbols = random.choice([-2000, -63, -1, 0, 0, 1, 63, 2000], (1, CHANNELS, 8, 4)).astype(np.float32)
    *joined, _, _ = assert_agree(every_way(CORRECT), features, symbols)
    for seen, files in zip((features, *joined), (EARLY, LATE), strict=False):
        for file, channels in zip(files, accumulate(GROUPS), strict=False):
            assert_agree(every_way(file), seen, symbols[:, :channels])


def every_way(file: Path) -> list[Network]:
    return [arithmetic.in_int64(file), *(way(file) for way in WAYS.values())]


def assert_agree(networks: list[Network], *inputs: Array) -> list[Array]:
    first, *others = (network(*inputs) for network in networks)
    for other in others:
        for a, b in zip(first, other, strict=True):
            assert np.array_equal(a, b)
    return first


def test_no_sum_is_ever_beyond_what_float32_holds() -> None:
    sums = arithmetic.largest_sums(EXPAND, latents.LARGEST_HYPER)
    for file in (CORRECT, *EARLY, *LATE):
        sums += arithmetic.largest_sums(file, LARGEST_ACTIVATION, latents.LARGEST_SEEN)
    assert max(sums) < EXACT
    assert min(sums) > 1 << 12  # and the bound is of weights that are there


@pytest.mark.parametrize("side", [4, 8])
def test_tiles_change_no_latent_but_their_order(
    side: int, monkeypatch: pytest.MonkeyPatch, model: EntropyModel, analysed: dict[int, Analysed]
) -> None:
    whole = write(model, analysed[50], 50)
    monkeypatch.setattr(latents, "TILE", side)
    tiled = write(model, analysed[50], 50)
    assert np.array_equal(tiled.v_hat, whole.v_hat)
    assert np.array_equal(tiled.z_hat, whole.z_hat)
    assert tiled.data != whole.data
    assert abs(len(tiled.data) - len(whole.data)) <= 8
    assert_reads(model, tiled, 50)


def test_halo_holds_all_that_tiles_depend_on() -> None:
    random = np.random.default_rng(0)
    expand, correct = arithmetic.in_torch(EXPAND), arithmetic.in_torch(CORRECT)
    z = random.integers(-127, 128, (1, HYPER_CHANNELS, 6, 5)).astype(np.float32)
    symbols = random.integers(-63, 64, (1, CHANNELS, 24, 20)).astype(np.float32)
    features, *expected = expand(z)
    expected += correct(features, symbols)[-2:]
    for place in tiles(24, 20, 8, latents.HYPER):
        outer = place.grown(latents.HALO)
        own_features, *own = expand(outer.scaled(down=latents.HYPER).of(z))
        own += correct(own_features, outer.of(symbols))[-2:]
        for part, whole in zip(own, expected, strict=True):
            assert np.array_equal(place.within(outer, part), place.of(whole))


def test_size_of_tiles_is_part_of_the_format() -> None:
    assert (latents.TILE, latents.HYPER, UNIT) == (96, 4, 8)


@settings(max_examples=25)
@given(
    arrays(np.float32, (CHANNELS,), elements=st.floats(width=32)),
    arrays(np.float32, (HYPER_CHANNELS,), elements=st.floats(width=32)),
    st.integers(1, 100),
)
def test_any_latents_are_coded(model: EntropyModel, v: Array, z: Array, quality: int) -> None:
    given_ = Analysed(np.tile(v[:, None, None], (1, 4, 8)), np.tile(z[:, None, None], (1, 1, 2)))
    assert_reads(model, write(model, given_, quality), quality)


class Recorder:
    """Takes the place of a SymbolWriter, and keeps symbols and scales."""

    def __init__(self) -> None:
        self.written: list[tuple[Integers, Scales]] = []

    def write(self, symbols: Integers, index: Scales) -> None:
        self.written.append((symbols, index))


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 3e38, -3e38, 2048.0, -70000.0])
def test_latents_out_of_all_bounds_are_coded(model: EntropyModel, value: float) -> None:
    given_ = Analysed(np.full((CHANNELS, 4, 4), value, np.float32), np.full((HYPER_CHANNELS, 1, 1), value, np.float32))
    written = write(model, given_, 100)
    assert_reads(model, written, 100)
    if not np.isnan(value):
        recorder = Recorder()
        finish(model.coding(recorder, given_.v, given_.z, 100))
        _, *halves = recorder.written  # z comes first
        for symbols, index in halves:
            assert (index > 0).any() and (np.sign(value) * symbols[index > 0] > 1000).all()
            assert not symbols[index == 0].any()  # of scale 0: they stay at their mean


def test_latents_are_coded_to_the_nearest_step_or_the_next_towards_what_is_expected(
    model: EntropyModel, analysed: dict[int, Analysed]
) -> None:
    for quality in QUALITIES:
        v = analysed[quality].v
        error = np.abs(v - write(model, analysed[quality], quality).v_hat / UNIT)
        coded = model.tables.offset[quality - 1] > 0  # whatever the networks make of it
        assert (error[coded] <= 1.5 + 1e-4).all()


@settings(max_examples=50)
@given(st.binary(max_size=300), st.integers(1, 100))
def test_any_bytes_are_decoded_or_refused(model: EntropyModel, data: bytes, quality: int) -> None:
    try:
        v_hat, z_hat = finish(model.decoding(data, 4, 8, quality))
    except BadBitstream:
        return
    assert v_hat.shape == (CHANNELS, 4, 8)
    assert z_hat.shape == (HYPER_CHANNELS, 1, 2)
    assert z_hat.min() >= -latents.LARGEST_HYPER


@pytest.mark.parametrize("quality", [1, 50, 100])
@pytest.mark.parametrize("data", [b"", bytes(22), b"\x01" * 22, bytes(range(256)) * 4])
def test_few_bytes_that_claim_50_megapixels_cost_no_network(
    model: EntropyModel, data: bytes, quality: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[Tile] = []
    monkeypatch.setattr(EntropyModel, "_expand", lambda _, place, __: run.append(place))
    with pytest.raises(BadBitstream):
        finish(model.decoding(data, 5824 // 16, 8704 // 16, quality))
    assert run == []
