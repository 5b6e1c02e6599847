#!/usr/bin/env python3
"""Compares zhubi with other checkers of Chinese text on the same generated texts: CPU time, throughput, memory, findings.

The peers are limae and autocorrect, linters for punctuation and spaces, and the Chinese rules of LanguageTool. They come
from PyPI, into `target/bench/`. The programs run alternately, on one core, as whole processes, startup included. They do
not check the same: the number of findings says how much each one finds, and zhubi runs a second time with its rules of
punctuation only. Only the ratios are meaningful, because times depend on the machine. A peer that cannot run is listed
with the reason.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from measure import (
    MB, REPETITION_RULES, TARGET, ZHUBI, check_built, check_installed, describe_machine, findings, generate, medians,
    peak_memory, work_folder,
)

# What pip installs for each peer.
PACKAGES = {"limae": "limae==0.13.4", "autocorrect": "autocorrect-py==2.14.0", "LanguageTool": "language_tool_python==3.4.0"}

# The rules of limae that newspapers do not follow: half-width brackets, and spaces around digits.
NON_NEWSPAPER_RULES = "zh-typography-2,zh-typography-5"

# These peers are libraries, so a Python program calls them. It prints the number of findings as limae does.
AUTOCORRECT = """
import sys, autocorrect_py
path = sys.argv[1]
lines = autocorrect_py.lint_for(open(path, encoding="utf-8").read(), path).lines
print(f"{len(lines)} error(s)")
sys.exit(bool(lines))
"""
LANGUAGE_TOOL = """
import sys, language_tool_python
with language_tool_python.LanguageTool("zh-CN") as tool:
    found = tool.check(open(sys.argv[1], encoding="utf-8").read())
print(f"{len(found)} error(s)")
sys.exit(bool(found))
"""


class Peers:
    """The programs that are compared, each with its command, and why others do not run."""

    def __init__(self, zhubi):
        self.commands = {
            "zhubi": [zhubi, "check", "--no-config", "--skip", REPETITION_RULES],
            "zhubi, punctuation": [zhubi, "check", "--no-config", "--only", "punctuation"],
        }
        self.not_run = {}
        python = TARGET / "venv" / "bin" / "python"
        limae = TARGET / "venv" / "bin" / "limae"
        subprocess.run([sys.executable, "-m", "venv", TARGET / "venv"], check=True)
        self.add("limae", {"limae": [limae], "limae, two rules off": [limae, "--disable", NON_NEWSPAPER_RULES]})
        self.add("autocorrect", {"autocorrect": [python, "-c", AUTOCORRECT]})
        self.add("LanguageTool", {"LanguageTool": [python, "-c", LANGUAGE_TOOL]})

    def add(self, peer, commands):
        """Installs a peer and adds its commands, if they run on a short text."""
        pip = [TARGET / "venv" / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGES[peer]]
        trial = TARGET / "trial.md"
        trial.write_text("两地携手，共建联盟。\n", encoding="utf-8")
        for command in (pip, *([*command, trial] for command in commands.values())):
            tried = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
            lines = tried.stderr.strip().splitlines()
            if tried.returncode not in (0, 1) or any("Error" in line for line in lines):
                self.not_run[peer] = lines[-1][:72] if lines else f"exit code {tried.returncode}"
                return
        self.commands |= commands

    def table(self, title, path, repeat):
        """Prints a row for each program: its CPU time, throughput, peak memory and findings."""
        commands = {name: [*command, path] for name, command in self.commands.items()}
        times = {name: cpu for name, (_, cpu) in medians(commands, repeat, one_core=True).items()}
        size = path.stat().st_size
        print(f"\n{title}, {size:,} bytes\n")
        print("| program | CPU time, ms | MB/s | zhubi / program | peak memory, MB | findings |")
        print("|---|--:|--:|--:|--:|--:|")
        for name, command in commands.items():
            cpu = times[name]
            values = f"{cpu * 1000:.1f} | {size / MB / cpu:.1f} | {times['zhubi'] / cpu:.2f}"
            print(f"| {name} | {values} | {peak_memory(command):.0f} | {findings(command):,} |", flush=True)
        for name, reason in self.not_run.items():
            print(f"| {name} | not run: {reason} | | | | |")


def print_memory(zhubi, folder, largest):
    """Prints the peak memory of zhubi on one thread and on all of them, for a page and for a large file."""
    cores = len(os.sched_getaffinity(0))
    print(f"\nPeak memory of `zhubi check`, MB\n\n| text | 1 thread | {cores} threads |\n|---|--:|--:|")
    for name, size in (("newscast", 18000), ("newscast", largest * MB), ("half_width", largest * MB)):
        path = generate(folder / "memory.txt", name, size)
        command = [zhubi, "check", "--no-config", "--format", "brief", path]
        values = [peak_memory(["env", f"RAYON_NUM_THREADS={threads}", *command]) for threads in (1, cores)]
        print(f"| {name}, {path.stat().st_size / MB:.2f} MB | {values[0]:.0f} | {values[1]:.0f} |", flush=True)


def print_threads(zhubi, folder):
    """Prints the wall time of zhubi for many pages, on one thread and on all of them."""
    (folder / "pages").mkdir()
    for number in range(800):
        path = folder / "pages" / f"{number}.md"
        if number < 20:
            generate(path, "figures", 18000, seed=number)
        else:
            shutil.copyfile(folder / "pages" / f"{number % 20}.md", path)
    command = [zhubi, "check", "--no-config", "--skip", REPETITION_RULES, folder / "pages"]
    counts = 1, len(os.sched_getaffinity(0))
    walls = [wall for wall, _ in medians({n: ["env", f"RAYON_NUM_THREADS={n}", *command] for n in counts}, 5).values()]
    print(f"\n800 pages: {walls[0] * 1000:.0f} ms on one thread, {walls[1] * 1000:.0f} ms on {counts[1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zhubi", type=Path, default=ZHUBI)
    parser.add_argument("--repeat", type=int, default=5, help="runs of each program on each text (on a page four times as many)")
    parser.add_argument("--largest", type=int, default=16, help="size of the largest text that the programs share, in MB")
    parser.add_argument("--memory", type=int, default=100, help="size of the text for the memory of zhubi, in MB; 0: none")
    options = parser.parse_args()
    check_built(options.zhubi)
    check_installed("taskset", "util-linux")
    check_installed("/usr/bin/time", "time")
    with work_folder() as folder:
        peers = Peers(options.zhubi)
        print(describe_machine())
        texts = (
            ("One page without errors", "figures", 18000, options.repeat * 4),
            ("Copy without errors", "figures", MB, options.repeat),
            ("Copy without errors", "figures", options.largest * MB, options.repeat),
            ("Newscast copy with half-width commas", "half_width", MB, options.repeat),
        )
        for title, name, size, repeat in texts:
            peers.table(title, generate(folder / "text.md", name, size), repeat)
        if options.memory:
            print_memory(options.zhubi, folder, options.memory)
        print_threads(options.zhubi, folder)


if __name__ == "__main__":
    main()
