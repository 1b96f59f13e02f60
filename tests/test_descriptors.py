"""Sockets leave room for files, however few descriptors a process may have."""

import subprocess
import sys

import pytest

from bot import descriptors

resource = pytest.importorskip("resource")


@pytest.fixture
def limits(monkeypatch):
    """The limits of this process, which the test sets; the real ones stay."""
    now = {"is": (256, 1024)}
    monkeypatch.setattr(resource, "getrlimit", lambda _: now["is"])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: now.update({"is": new}))
    return now


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((256, 1024), (1024, 1024)),
        ((256, 100_000), (descriptors.WANTED, 100_000)),
        ((256, resource.RLIM_INFINITY), (descriptors.WANTED, resource.RLIM_INFINITY)),
        ((20_000, 20_000), (20_000, 20_000)),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)),
    ],
)
def test_as_many_are_allowed_as_the_system_lets_it_have(limits, before, after):
    limits["is"] = before
    descriptors.allow()
    assert limits["is"] == after


def test_a_system_that_allows_fewer_than_it_says_is_left_alone(limits, monkeypatch):
    def refuses(_which, _new):
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuses)
    descriptors.allow()
    assert limits["is"] == (256, 1024)


@pytest.mark.parametrize(
    ("soft", "sockets"), [(256, 106), (1024, 840), (64, descriptors.FEWEST), (resource.RLIM_INFINITY, 840)]
)
def test_sockets_leave_room_for_all_other_files(limits, soft, sockets):
    limits["is"] = (soft, soft)
    assert descriptors.sockets(840) == sockets


def test_a_process_with_few_descriptors_has_more_afterwards():
    program = """
import resource
from bot import descriptors
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
descriptors.allow()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 64)
"""
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "True\n"
    )
