#!/usr/bin/env python3
"""What each kind of check costs, in nanoseconds a byte of copy: the CPU time of a process that runs all rules of the
kind, less that of one which runs a single rule that hardly any text concerns. By turns, in one run."""

import argparse
import statistics
import sys
import tempfile
import tomllib
from pathlib import Path

from compare import MB, ROOT, copy, run

# It wants two brackets with nothing between them; what is left is reading the draft and the pass over it.
NEXT_TO_NOTHING = "punctuation/empty-pair"


def kinds():
    """The ids of the rules that run by default, by the kind of their check."""
    found = {}
    for path in sorted((ROOT / "rules").glob("*/*.toml")) + sorted((ROOT / "rules").glob("*/*/*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        for rule in file.get("rule", []):
            if isinstance(rule, dict) and "check" in rule and rule["severity"] != "advice" and rule.get("enabled", True):
                found.setdefault(next(iter(rule["check"])), []).append(f"{file['family']}/{rule['id']}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zhubi", default=str(ROOT / "target/release/zhubi"))
    parser.add_argument("--text", type=Path, help="the copy; without it 8 MB are invented")
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    if not Path(options.zhubi).is_file():
        sys.exit("build it first: cargo build --release")
    with tempfile.TemporaryDirectory() as folder:
        path = options.text or Path(folder) / "copy.txt"
        if not options.text:
            path.write_text(copy(8 * MB, seed=1), encoding="utf-8")
        size = path.stat().st_size
        command = lambda ids: [options.zhubi, "check", "--no-config", "--only", ",".join(ids), str(path)]
        found = kinds()
        times = {name: [] for name in found}
        for _ in range(options.repeat):
            for name, ids in found.items():
                base = run(command([NEXT_TO_NOTHING]), one_core=True)[1]
                times[name].append(run(command(ids), one_core=True)[1] - base)
        print(f"{'kind':<16}{'rules':>6}{'ns a byte':>12}")
        for name, values in sorted(times.items(), key=lambda entry: -statistics.median(entry[1])):
            print(f"{name:<16}{len(found[name]):>6}{statistics.median(values) / size * 1e9:>12.2f}")


if __name__ == "__main__":
    main()
