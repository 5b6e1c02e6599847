#!/usr/bin/env python3
"""Measures the cost of each kind of check in nanoseconds per byte of text.

The cost is the CPU time of a process that runs all rules of the kind, minus that of a process that runs a single rule
which hardly does anything. The processes run alternately.
"""

import argparse
import statistics
import tempfile
import tomllib
from pathlib import Path

from measure import MB, ROOT, ZHUBI, check_built, generate, run

# The single rule whose time is subtracted. It matches only two adjacent brackets, so nearly all of its time is process
# startup, reading the draft and scanning the blocks.
BASELINE_RULE = "punctuation/empty-pair"


def kinds():
    """Returns the ids of the rules that run by default, grouped by kind of check."""
    found = {}
    for path in sorted((ROOT / "rules").glob("*/*.toml")) + sorted((ROOT / "rules").glob("*/*/*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        for rule in file.get("rule", []):
            if isinstance(rule, dict) and "check" in rule and rule["severity"] != "advice" and rule.get("enabled", True):
                found.setdefault(next(iter(rule["check"])), []).append(f"{file['family']}/{rule['id']}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zhubi", type=Path, default=ZHUBI)
    parser.add_argument("--text", type=Path, help="the text to check; by default 8 MB are generated")
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    check_built(options.zhubi)
    with tempfile.TemporaryDirectory() as folder:
        path = options.text or generate(Path(folder) / "copy.txt", "newscast", 8 * MB)
        size = path.stat().st_size
        command = lambda ids: [options.zhubi, "check", "--no-config", "--only", ",".join(ids), str(path)]
        found = kinds()
        times = {name: [] for name in found}
        for _ in range(options.repeat):
            for name, ids in found.items():
                base = run(command([BASELINE_RULE]), one_core=True)[1]
                times[name].append(run(command(ids), one_core=True)[1] - base)
        print(f"{'kind':<16}{'rules':>6}{'ns per byte':>12}")
        for name, values in sorted(times.items(), key=lambda entry: -statistics.median(entry[1])):
            print(f"{name:<16}{len(found[name]):>6}{statistics.median(values) / size * 1e9:>12.2f}")


if __name__ == "__main__":
    main()
