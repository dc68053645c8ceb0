"""The machine and the versions that a page names."""

from importlib.metadata import PackageNotFoundError, version

import psutil
import pytest

from benchmarks.machine import Machine


def test_machine_is_this_one_with_the_versions_asked_for() -> None:
    machine = Machine.here(("numpy",), {"libwebp": "1.2.3"})
    assert machine.packages == {"numpy": version("numpy"), "libwebp": "1.2.3"}
    assert machine.memory == psutil.virtual_memory().total
    assert 1 <= machine.cores <= (psutil.cpu_count() or 1)
    assert machine.processor


def test_missing_package_is_an_error() -> None:
    with pytest.raises(PackageNotFoundError):
        Machine.here(("no-such-package",))


def test_description_names_all_of_it() -> None:
    machine = Machine("Some CPU", 2, 24 << 30, "Linux", "3.12.1", {"numpy": "2.0", "pillow": "13.0"})
    assert machine.described == "2 cores of Some CPU, 24 GiB, Linux, Python 3.12.1;\nnumpy 2.0, pillow 13.0."
