#!/usr/bin/env python3
"""Checks that the cost grows no faster than the text, and stays low, on hostile texts and for commands on long lists.

Each case is measured in CPU time at a small and at a larger size. Time is not exact: what seems to cost over 30% more per byte
in the larger one is measured again, then in CPU instructions, by valgrind, and that decides. With --exact all cases are, at two
sizes, and two doublings of the larger size in CPU time. How much time a MB may take depends on the machine, and on who else
uses it: the limits are those of a machine that checks clean copy at a known pace, and what exceeds them is measured again
beside clean copy.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from measure import MB, ZHUBI, check_built, check_installed, generate, instructions, run, top_functions, work_folder
from shapes import Shape, shapes

# From one size to a larger one the cost per byte may grow by this factor.
GROWTH = 1.3

# A process may take so many seconds of CPU time for each MB, on a machine that checks a MB of clean copy in CLEAN seconds. One
# that takes a multiple of them is stopped.
SECONDS_PER_MB = 1
CLEAN = 0.05
STOPPED_AFTER = 4
SECONDS_PER_MB_IN_VALGRIND = 60

# Seconds for each MB of texts in which there is a calculation, or a finding, every few bytes, or nothing but one mark at which
# a pattern begins.
SLOWER = {
    "txt: half dashes": 3,
    "txt: digits with commas": 4,
    "txt: runs of blanks": 3,
    "txt: paths": 2,
    "txt: private characters": 2,
    "txt: sums": 2,
    "txt: changes": 3,
    "txt: parts of a whole": 2,
    "txt: full-width digits": 2,
    "txt: combining marks": 2,
    "txt: one character": 2,
    "txt: quotation marks left open": 2,
}

# How often a case is measured before its time counts as too long, or as growing.
TRIES = 3

# Fixing reads a text again after each round.
SECONDS_PER_MB_OF_FIXES = 8

# Cost per byte, in nanoseconds, below which growth does not matter: reading the file costs as much.
FREE = 20


class Check:
    """A text of a shape is checked."""

    def __init__(self, shape):
        self.name = shape.name
        self.shape = shape
        # Word files that are not like those of a word processor are refused.
        self.expect = (0, 1, 2) if shape.kind == "docx" else (0, 1)
        self.seconds_per_mb = SLOWER.get(shape.name, SECONDS_PER_MB)

    def prepare(self, folder, size):
        """Writes about `size` bytes, and returns their number and the arguments of the command."""
        path = folder / f"text.{self.shape.kind}"
        self.shape.write(path, size)
        return path.stat().st_size, ["check", "--no-config", path]


class Fix(Check):
    """A text of a shape is fixed, with all fixes."""

    def __init__(self, shape):
        super().__init__(shape)
        self.name = f"fix {shape.name}"
        self.seconds_per_mb = SECONDS_PER_MB_OF_FIXES

    def prepare(self, folder, size):
        written, arguments = super().prepare(folder, size)
        return written, ["fix", "--suggested", "--no-config", "--stdout", arguments[-1]]


class Report(Check):
    """A text with many findings is reported in one format."""

    def __init__(self, report):
        super().__init__(Shape("txt: findings", "txt", "赵{n}在会上讲话,钱{h}没有讲话。\n"))
        self.report = report
        self.name = f"report {report}"

    def prepare(self, folder, size):
        written, arguments = super().prepare(folder, size)
        return written, [*arguments, "--all", "--format", self.report]


class Command:
    """A command on files that a function writes: it gets the folder, the number of bytes and the program, and returns the
    arguments."""

    def __init__(self, name, write):
        self.name = name
        self.write = write
        self.expect = (0, 1)
        self.seconds_per_mb = SECONDS_PER_MB

    def prepare(self, folder, size):
        shutil.rmtree(folder)
        folder.mkdir()
        arguments = self.write(folder, size)
        return size, arguments


def draft(folder, name, size, unit="赵{n}在会上讲话,钱{h}没有讲话。\n"):
    path = folder / name
    Shape(name, path.suffix[1:], unit).write(path, size)
    return path


class Commands:
    """The commands that read a second file beside a draft, each with a long one."""

    def __init__(self, zhubi):
        self.zhubi = zhubi

    def all(self):
        names = [name for name in dir(self) if name.startswith("of_")]
        return [Command(name[3:].replace("_", " "), getattr(self, name)) for name in names]

    def zhubi_in(self, folder, *arguments):
        subprocess.run([self.zhubi, *arguments], cwd=folder, capture_output=True, check=False)

    def of_stet(self, folder, size):
        return ["stet", draft(folder, "a.txt", size)]

    def of_check_with_a_suppression_list(self, folder, size):
        path = draft(folder, "a.txt", size)
        self.zhubi_in(folder, "stet", path)
        return ["check", path]

    def of_check_with_a_stale_suppression_list(self, folder, size):
        path = draft(folder, "a.txt", size)
        self.zhubi_in(folder, "stet", path)
        draft(folder, "a.txt", size, "孙{h}又{h}讲话。\n")
        return ["check", path]

    def of_check_with_the_same_entry_again_and_again(self, folder, size):
        path = draft(folder, "a.txt", size // 4, "赵明在会上讲话,钱芳没有讲话。\n")
        self.zhubi_in(folder, "stet", path)
        file = folder / ".zhubi-stet.toml"
        head, *entries = file.read_text(encoding="utf-8").split("\n[[stet]]\n")
        entry = "\n[[stet]]\n" + "\n".join(line for line in entries[len(entries) // 2].splitlines() if not line.startswith("count"))
        file.write_text(head + entry * (size // len(entry.encode())), encoding="utf-8")
        return ["check", path]

    def of_check_with_exceptions(self, folder, size):
        count = size // 400
        lines = (f'[[stet]]\nrule = "punctuation/halfwidth-comma"\ntext = "赵{number}在会上"\n' for number in range(count))
        (folder / "zhubi.toml").write_text("\n".join(lines), encoding="utf-8")
        return ["check", draft(folder, "a.txt", size)]

    def of_compare(self, folder, size):
        old = draft(folder, "old.txt", size)
        new = folder / "new.txt"
        lines = old.read_text(encoding="utf-8").splitlines(keepends=True)
        new.write_text("".join(line.replace(",", "，" if number % 2 else "；") for number, line in enumerate(lines)), encoding="utf-8")
        return ["compare", "--no-config", old, new]

    def of_compare_one_line(self, folder, size):
        old = draft(folder, "old.txt", size, "赵{n}在会上讲话,钱{h}没有讲话，")
        new = folder / "new.txt"
        new.write_text(old.read_text(encoding="utf-8").replace(",", "，"), encoding="utf-8")
        return ["compare", "--no-config", old, new]

    def of_compare_with_another_text(self, folder, size):
        return ["compare", "--no-config", draft(folder, "old.txt", size), draft(folder, "new.txt", size, "孙{h}又{h}讲话。\n")]

    def of_check_since(self, folder, size):
        path = draft(folder, "a.txt", size)
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
        for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
            subprocess.run([*git, *arguments], cwd=folder, check=True, capture_output=True)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line if number % 2 else "又" + line for number, line in enumerate(lines)), encoding="utf-8")
        return ["check", "--since", "HEAD", path]

    def of_grade(self, folder, size):
        return ["grade", "--no-config", draft(folder, "a.txt", size)]

    def of_learn(self, folder, size):
        old = draft(folder, "old.txt", size)
        new = folder / "new.txt"
        new.write_text(old.read_text(encoding="utf-8").replace("讲话,", "发言，"), encoding="utf-8")
        return ["learn", "--no-config", old, new]

    def of_words(self, folder, size):
        (folder / "zhubi.toml").write_text('words = ["表.txt"]\n', encoding="utf-8")
        draft(folder, "表.txt", size, "{h}{h}{h}{h}\n")
        return ["check", draft(folder, "a.txt", size)]

    def of_names_with_wrong_forms(self, folder, size):
        (folder / "zhubi.toml").write_text('names = ["表.txt"]\n', encoding="utf-8")
        draft(folder, "表.txt", size, "{h}{h}{h}{h}{n}\t{h}{h}{h}{n}\n")
        return ["check", draft(folder, "a.txt", size)]

    def of_wrong_lines_of_a_list(self, folder, size):
        return ["words", "check", draft(folder, "表.txt", size, "a\t\t,\n")]

    def of_sources(self, folder, size):
        (folder / "sources").mkdir()
        draft(folder, "sources/a.txt", size, "要把路修通，{h}{h}别的慢慢来，{h}{h}{h}。\n")
        return ["check", "--sources", folder / "sources", draft(folder, "a.txt", size, "他说：“要把路修通，{h}{h}别的慢慢来，{h}{h}{h}。”\n")]


# The shapes that are also fixed: those in which much is changed. (A text of one word said again and again is not among them:
# each round halves it, so that fixing stops at the last round with a message.)
FIXED = ["half-width commas", "half-width commas only", "blanks between characters", "zero width spaces", "straight quotation marks",
         "title marks left open", "alternating openers", "idioms", "lines of a comma"]
REPORTS = ["diff", "brief", "json", "jsonl", "sarif", "github", "gitlab", "checkstyle", "junit", "rdjson", "errata", "errata-csv", "html"]


def cases(zhubi):
    """Returns all cases."""
    known = shapes()
    fixed = [shape for shape in known if shape.kind == "docx" or shape.name.removeprefix("txt: ") in FIXED]
    return [*map(Check, known), *map(Fix, fixed), *map(Report, REPORTS), *Commands(zhubi).all()]


class Meter:
    """Measures cases in one folder."""

    def __init__(self, zhubi, folder):
        self.zhubi = zhubi
        self.folder = folder
        self.case_folder = folder / "case"
        self.case_folder.mkdir()
        self.start = self.seconds(["check", "--no-config", self.empty()], 2) or 0
        self.clean = generate(folder / "clean.txt", "newscast", MB)

    def empty(self):
        path = self.folder / "empty.txt"
        path.write_text("天气很好。\n", encoding="utf-8")
        return path

    def pace(self):
        """Returns how much slower than the machine of the limits this one is now; 1 if it is not."""
        seconds = self.seconds(["check", "--no-config", "--no-model", self.clean], 4, runs=1)
        return STOPPED_AFTER if seconds is None else max(1, (seconds - self.start) / CLEAN)

    def prepare(self, case, size):
        written, arguments = case.prepare(self.case_folder, int(size * MB))
        return written, arguments

    def seconds(self, arguments, most, expect=(0, 1), runs=2):
        """Returns the CPU time of a command, the lowest of some runs, or None if it takes a multiple of `most`."""
        limit = max(2, STOPPED_AFTER * most)
        command = ["env", "RAYON_NUM_THREADS=1", self.zhubi, *arguments]
        measured = [run(command, one_core=True, limit=limit, cwd=self.case_folder, expect=expect) for _ in range(runs)]
        return min(cpu for _, cpu in measured) if all(measured) else None

    def nanoseconds(self, case, size):
        """Returns the CPU time per byte, without that of the start, or None if it is stopped."""
        written, arguments = self.prepare(case, size)
        seconds = self.seconds(arguments, case.seconds_per_mb * size, case.expect)
        return seconds and max(0, seconds - self.start) / written * 1e9

    def instructions(self, case, size):
        """Returns the CPU instructions per byte, or None if they take too long."""
        written, arguments = self.prepare(case, size)
        limit = max(30, SECONDS_PER_MB_IN_VALGRIND * size)
        count = instructions([self.zhubi, *arguments], limit=limit, cwd=self.case_folder)
        return count and count / written

    def print_profile(self, case, size):
        _, arguments = self.prepare(case, size)
        limit = max(30, SECONDS_PER_MB_IN_VALGRIND * size)
        functions, total = top_functions([self.zhubi, *arguments], 6, limit=limit, cwd=self.case_folder)
        for name, cost in functions:
            print(f"    {cost / total:6.1%}  {name[:110]}")

    def judge(self, case, size, exact):
        """Prints the costs of a case, and returns what is wrong with it, or None."""
        print(f"{case.name:48}", end="", flush=True)
        is_slow, grows = True, True
        for attempt in range(TRIES):
            small, large = (self.shown(self.nanoseconds(case, part)) for part in ((4 * size, 8 * size) if exact else (size / 4, size)))
            if small is not None and large is not None:
                pace = self.pace() if attempt > 0 else 1
                is_slow = is_slow and large * MB > case.seconds_per_mb * pace * 1e9
                grows = grows and large > small * GROWTH and large > FREE
            if not is_slow and not grows:
                break
        if is_slow:
            return "too slow"
        if exact or grows:
            counted, doubled = (self.shown(self.instructions(case, part)) for part in (size / 2, size))
            if counted is None or doubled is None or doubled > counted * GROWTH:
                return "not linear"
        return None

    @staticmethod
    def shown(cost):
        print(f"{'stopped':>10}" if cost is None else f"{cost:10.1f}", end="", flush=True)
        return cost


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zhubi", type=Path, default=ZHUBI)
    parser.add_argument("--size", type=float, default=1, help="the larger size in MB; the other is a quarter of it")
    parser.add_argument("--exact", action="store_true", help="count instructions at half of the size and the size, and measure time at four and eight times the size")
    parser.add_argument("--profile", action="store_true", help="show where the instructions of a case that fails are spent")
    parser.add_argument("--case", metavar="TEXT", action="append", default=[], help="only cases whose names begin so; can be repeated")
    options = parser.parse_args()
    check_built(options.zhubi)
    check_installed("valgrind", "valgrind")
    failed = []
    with work_folder() as folder:
        meter = Meter(options.zhubi.resolve(), folder)
        for case in cases(options.zhubi.resolve()):
            if options.case and not any(case.name.startswith(text) for text in options.case):
                continue
            wrong = meter.judge(case, options.size, options.exact)
            print(f"  {wrong.upper()}" if wrong else "", flush=True)
            if wrong:
                failed.append(f"{case.name} ({wrong})")
                if options.profile:
                    meter.print_profile(case, options.size / 8)
    if failed:
        sys.exit(f"{len(failed)} cases cost more than {SECONDS_PER_MB} s a MB, or over {GROWTH} times as much per byte in a longer text: {', '.join(failed)}")


if __name__ == "__main__":
    main()
