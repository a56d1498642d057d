"""From the start of the process to the first reply: ``python -m tests.benchmarks.startup``.

The product with 10,000 open conversations against a bare aiogram bot, in turns, medians.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.contenders import EVERYBODY, PRODUCT, PRODUCT_PTB, STOCK
from tests.benchmarks.rig.drive import Load, cores, drive, pin
from tests.benchmarks.stored import filled

OPEN = 10_000
LIMIT = 1.3


def main() -> int:
    """Measure and print; 1 if the limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.startup", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("majup-bench-stored"))
    parser.add_argument("--open", type=int, default=OPEN)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    stored = filled(chosen.folder, chosen.open)
    rig, core = cores()
    pin(rig)
    load = Load(people=2, rates=(), arrive=60.0)
    took: dict[str, list[float]] = {PRODUCT: [], PRODUCT_PTB: [], STOCK: []}
    for _ in range(chosen.rounds):
        for bot in EVERYBODY:
            if bot.label in took:
                with tempfile.TemporaryDirectory(prefix="majup-bench-") as empty:
                    folder = Path(empty) if bot.label == STOCK else stored
                    took[bot.label].append(drive(bot, load, folder, core).first_reply)
    bare = statistics.median(took[STOCK])
    missed = False
    for label, seconds in took.items():
        ratio = statistics.median(seconds) / bare
        missed |= ratio > LIMIT
        print(f"{label}: {statistics.median(seconds):.2f} s to the first reply, {ratio:.2f} of the "
              f"bare bot's, at most {LIMIT}{': MISSED' if ratio > LIMIT else ''}")  # fmt: skip
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
