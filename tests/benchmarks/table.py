"""Medians of many runs, the ratios between bots, and which target each of them meets."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from tests.benchmarks.contenders import PRODUCT, PRODUCT_PTB, STOCK, TUNED
from tests.benchmarks.rig.drive import Result, Window

Set = Literal["load", "crowd", "far"]
"""200 people; 2,000 people; 200 people with 50 ms of latency at the Bot API."""


class Target(Struct, frozen=True):
    """One ratio: ``of`` by ``by`` is at most (or, with ``least``, at least) ``limit``."""

    name: str
    of: str
    by: str
    part: Set
    rate: float
    value: Callable[[Window], float]
    limit: float
    least: bool = False
    aim: float = 0.0


def _targets() -> tuple[Target, ...]:
    def cpu(window: Window) -> float:
        return window.cpu_us

    def speed(window: Window) -> float:
        return window.per_second

    def p99(window: Window) -> float:
        return window.p99

    found = []
    for product in (PRODUCT, PRODUCT_PTB):
        found += [
            Target("CPU a turn, closed loop", product, STOCK, "load", 0, cpu, 1 / 6, aim=1 / 8),
            Target("CPU a turn, closed loop", product, TUNED, "load", 0, cpu, 1 / 3, aim=1 / 4),
            Target("CPU a turn, 100 turns/s", product, TUNED, "load", 100, cpu, 1),
            Target("turns/s, 200 people", product, STOCK, "load", 0, speed, 5, least=True),
            Target("turns/s, 2,000 people", product, STOCK, "crowd", 0, speed, 5, least=True),
            Target("p99, 100 turns/s", product, STOCK, "load", 100, p99, 1),
            Target("turns/s, 50 ms latency", product, STOCK, "far", 0, speed, 3, least=True),
        ]
    return tuple(found)


TARGETS = _targets()


class Table:
    """Collects results of the three sets and prints them."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = labels
        self._results: dict[tuple[str, Set], list[Result]] = {}

    def add(self, part: Set, result: Result) -> None:
        """One more run."""
        self._results.setdefault((result.label, part), []).append(result)

    def median(
        self, label: str, part: Set, rate: float, value: Callable[[Window], float]
    ) -> float | None:
        """The median of all runs; None without any."""
        found = [
            value(window)
            for result in self._results.get((label, part), ())
            for window in result.windows
            if window.rate == rate
        ]
        return statistics.median(found) if found else None

    def ratio(self, target: Target) -> float | None:
        """A target's ratio, of medians."""
        of = self.median(target.of, target.part, target.rate, target.value)
        by = self.median(target.by, target.part, target.rate, target.value)
        return None if of is None or not by else of / by

    def lines(self) -> list[str]:
        """Both tables as Markdown, then what is missed and by how much."""
        return [*self._figures(), "", *self._ratios(), "", *self._missed(), *self._faults()]

    def _figures(self) -> list[str]:
        columns: list[tuple[str, Set, float, Callable[[Window], float], int]] = [
            ("CPU µs a turn, closed loop", "load", 0, lambda w: w.cpu_us, 0),
            ("CPU µs a turn, 100 turns/s", "load", 100, lambda w: w.cpu_us, 0),
            ("turns/s, 200 people", "load", 0, lambda w: w.per_second, 0),
            ("turns/s, 2,000 people", "crowd", 0, lambda w: w.per_second, 0),
            ("turns/s, 50 ms latency", "far", 0, lambda w: w.per_second, 0),
            ("p50 ms, 100 turns/s", "load", 100, lambda w: w.p50, 1),
            ("p99 ms, 100 turns/s", "load", 100, lambda w: w.p99, 0),
            ("MB", "load", 0, lambda w: w.memory, 0),
            ("MB, 2,000 people", "crowd", 0, lambda w: w.memory, 0),
        ]
        rows = ["| bot | " + " | ".join(name for name, *_ in columns) + " |",
                "|---" * (len(columns) + 1) + "|"]  # fmt: skip
        for label in self.labels:
            cells = []
            for _, part, rate, value, digits in columns:
                found = self.median(label, part, rate, value)
                cells.append("–" if found is None else f"{found:,.{digits}f}")
            rows.append(f"| {label} | " + " | ".join(cells) + " |")
        return rows

    def _ratios(self) -> list[str]:
        rows = ["| ratio | of | against | is | at most / least | |", "|---|---|---|---|---|---|"]
        for target in TARGETS:
            ratio = self.ratio(target)
            if ratio is None:
                continue
            rows.append(
                f"| {target.name} | {target.of} | {target.by} | {_as(ratio, target)} | "
                f"{_as(target.limit, target)} | {'held' if _held(ratio, target) else 'missed'} |"
            )
        return rows

    def _missed(self) -> list[str]:
        rows = []
        for target in TARGETS:
            ratio = self.ratio(target)
            if ratio is None:
                rows.append(f"not measured: {target.name}, {target.of} against {target.by}")
            elif not _held(ratio, target):
                worse = target.limit / ratio if target.least else ratio / target.limit
                rows.append(
                    f"MISSED: {target.name}, {target.of} against {target.by}: "
                    f"{_as(ratio, target)} instead of {_as(target.limit, target)}, "
                    f"{worse:.2f} times too {'slow' if target.least else 'much'}"
                )
        return rows or ["Every ratio holds."]

    def _faults(self) -> list[str]:
        return [
            f"{label}, {part}: {result.faults}"
            for (label, part), results in self._results.items()
            for result in results
            if result.faults
        ]


def _held(ratio: float, target: Target) -> bool:
    return ratio >= target.limit if target.least else ratio <= target.limit


def _as(ratio: float, target: Target) -> str:
    """A ratio as people compare: "1/6.2" for costs below one, else "5.1"."""
    return f"1/{1 / ratio:.1f}" if ratio < 1 and not target.least else f"{ratio:.2f}"
