#!/usr/bin/env python3
"""Counts the CPU instructions of `zhubi check` with valgrind and compares them with the budgets in instructions.toml.

The counts are those of the whole process on one thread, startup included. They do not depend on how fast or how busy the
machine is, and repeat to 1%. The script fails if a case needs over 1% more than its budget.

With --profile it prints instead in which functions the instructions of one case are spent. This needs a program with
symbols (releases are stripped):

    CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_DEBUG=line-tables-only cargo build --release --target-dir target/profile
    python3 tests/bench/instructions.py --zhubi target/profile/release/zhubi --profile 'running copy'
"""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

from measure import ROOT, ZHUBI, check_built, check_installed, generate, instructions, top_functions, work_folder

BUDGETS = Path(__file__).with_suffix(".toml")

# By which part a count may exceed its budget, and from which part below it the budget should be lowered.
TOLERANCE = 0.01
SLACK = 0.10

# The case that --text replaces.
RUNNING_COPY = "running copy"


class Case:
    """A case of instructions.toml: a text and the arguments of `zhubi check`, with the budget."""

    def __init__(self, table, path):
        self.name = table["name"]
        self.path = path
        model = ["--model", ROOT / table["model"]] if "model" in table else ["--no-model"]
        self.arguments = [*model, *table.get("arguments", [])]
        self.per_byte = "per_byte" in table
        self.budget = table["per_byte"] if self.per_byte else table["in_all"]

    def command(self, zhubi, *more):
        return [zhubi, "check", "--no-config", *self.arguments, *more, self.path]

    def size(self):
        return self.path.stat().st_size

    def spent(self, zhubi):
        """Returns the instructions of the process, and the value that the budget limits."""
        total = instructions(self.command(zhubi))
        return total, total / self.size() if self.per_byte else total

    def findings(self, zhubi):
        report = subprocess.run(self.command(zhubi, "--format", "jsonl"), capture_output=True, check=False).stdout
        return report.count(b"\n")


def cases(folder, own_text):
    """Yields the cases of instructions.toml. Their texts are generated into `folder`."""
    for number, table in enumerate(tomllib.loads(BUDGETS.read_text(encoding="utf-8"))["case"]):
        if table["name"] == RUNNING_COPY and own_text:
            path = own_text
        elif "file" in table:
            path = ROOT / table["file"]
        else:
            path = generate(folder / f"{number}{table['suffix']}", table["text"], table["size"])
        yield Case(table, path)


def print_profile(case, zhubi):
    functions, total = top_functions(case.command(zhubi), 20)
    print(f"{case.name}: {total:,} instructions, {total / case.size():.1f} per byte")
    for name, cost in functions:
        print(f"{cost:15,} {cost / total:6.1%}  {name[:120]}")


def compare(case, zhubi):
    """Prints the row of a case, and returns whether it keeps its budget."""
    total, value = case.spent(zhubi)
    too_much = value > case.budget * (1 + TOLERANCE)
    note = f"OVER by {value / case.budget - 1:.1%}" if too_much else ""
    if value < case.budget * (1 - SLACK):
        note = f"{1 - value / case.budget:.0%} below the budget: lower it"
    budget = f"{case.budget:,} {'per byte' if case.per_byte else 'in all'}"
    row = f"{case.name:22}{case.size():>10,}{case.findings(zhubi):>10,}{total:>15,}{total / case.size():>11,.1f}{budget:>20}"
    print(f"{row}  {note}".rstrip(), flush=True)
    return not too_much


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zhubi", type=Path, default=ZHUBI)
    parser.add_argument("--text", type=Path, help=f"the text of the case “{RUNNING_COPY}”, instead of generated text")
    parser.add_argument("--profile", metavar="CASE", help="print the twenty functions that cost most, instead")
    options = parser.parse_args()
    check_built(options.zhubi)
    check_installed("valgrind", "valgrind")
    with work_folder() as folder:
        found = list(cases(folder, options.text))
        if options.profile:
            chosen = [case for case in found if case.name == options.profile]
            if not chosen:
                sys.exit(f"no such case; the cases are: {', '.join(case.name for case in found)}")
            print_profile(chosen[0], options.zhubi)
            return
        print(f"{'case':22}{'bytes':>10}{'findings':>10}{'instructions':>15}{'per byte':>11}{'budget':>20}")
        kept = [compare(case, options.zhubi) for case in found]
    if not all(kept):
        sys.exit(
            f"{kept.count(False)} cases exceed their budgets. Find out where the instructions go (--profile CASE) and spend "
            f"fewer, or raise the budget in {BUDGETS.relative_to(ROOT)} with the reason in the commit."
        )


if __name__ == "__main__":
    main()
