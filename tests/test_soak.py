"""A short soak of the real service: the long one is ``python -m tests.benchmarks.soak``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.soak import grown, soak


@pytest.mark.timeout(300)
def test_nothing_grows_or_is_lost_in_a_short_soak(tmp_path: Path) -> None:
    result, readings = soak(0.5, 30.0, tmp_path)
    assert not result.faults
    assert result.windows[-1].turns
    assert len(readings) >= 10
    assert grown(readings) == []
