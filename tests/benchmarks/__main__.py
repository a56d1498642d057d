"""The product against its peers: ``python -m tests.benchmarks``, about a quarter of an hour.

Every bot is started anew for every run, the runs of all bots take turns, and the table shows
medians. Compare within one table only: the machine counts. Rates are lifted everywhere;
the product keeps encryption, ``synchronous=FULL`` and every law.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.contenders import EVERYBODY
from tests.benchmarks.rig.drive import Load, cores, drive, pin
from tests.benchmarks.table import Set, Table

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- table -->", "<!-- end of table -->"


def loads(seconds: float) -> dict[Set, Load]:
    """The three sets, their windows of so many seconds."""
    return {
        "load": Load(rates=(100.0, 0.0), seconds=seconds),
        "far": Load(rates=(0.0,), latency_ms=50.0, warm=2.0, seconds=seconds),
        "crowd": Load(people=2000, rates=(0.0,), arrive=8.0, warm=3.0, seconds=seconds),
    }


def main() -> int:
    """Measure and print; 1 if a ratio does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each bot with 200 people")
    parser.add_argument("--more-rounds", type=int, default=1,
                        help="runs with 2,000 people and with latency")  # fmt: skip
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a window")
    parser.add_argument("--only", default="", help="parts of the bots' names, comma between")
    parser.add_argument("--sets", default="load,far,crowd")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    chosen = parser.parse_args()
    wanted = [part.strip() for part in chosen.only.split(",") if part.strip()]
    bots = [b for b in EVERYBODY if not wanted or any(part in b.label for part in wanted)]
    rig, core = cores()
    pin(rig)
    table = Table([bot.label for bot in bots])
    began = time.monotonic()
    for part, load in loads(chosen.seconds).items():
        if part not in chosen.sets.split(","):
            continue
        for n in range(chosen.rounds if part == "load" else chosen.more_rounds):
            for bot in bots:
                folder = Path(tempfile.mkdtemp(prefix="majup-bench-"))
                try:
                    result = drive(bot, load, folder, core)
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
                table.add(part, result)
                told = ", ".join(
                    f"{'closed loop' if not window.rate else f'{window.rate:.0f}/s'}: "
                    f"{window.cpu_us:,.0f} µs, {window.per_second:,.0f} turns/s, "
                    f"p99 {window.p99:,.0f} ms"
                    for window in result.windows
                )
                print(f"{part} {n + 1} {bot.label}: {told} {result.faults}", file=sys.stderr)
    minutes = (time.monotonic() - began) / 60
    lines = [
        f"Python {platform.python_version()}, {chosen.rounds} rounds of {chosen.seconds:.0f} s "
        f"windows with 200 people, {chosen.more_rounds} of the others, {minutes:.0f} minutes.",
        "",
        *table.lines(),
    ]
    print("\n".join(lines))
    if chosen.readme:
        head, begin, rest = README.read_text("utf-8").partition(BEGIN)
        end = rest[rest.index(END) :]
        README.write_text("\n".join((head + begin, *lines, end)), "utf-8")
    return 1 if any(line.startswith("MISSED") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
