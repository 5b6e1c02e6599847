#!/usr/bin/env python3
"""Checks that time grows no faster than the text, on hostile texts: above all on one endless sentence of a single shape.

Each shape is measured at 1 and 2 MB in CPU instructions (valgrind) and at 4 and 8 MB in CPU time. From each size to the
next the cost per byte may grow by 30%. The script prints where the instructions of a shape that fails are spent; for
that the program needs symbols, see instructions.py.
"""

import argparse
import itertools
import sys
from pathlib import Path

from measure import MB, ZHUBI, check_built, check_installed, instructions, run, top_functions, work_folder

# From one size to twice that size, the cost per byte may grow by this factor.
GROWTH = 1.3

# A process that takes more seconds of CPU time for each MB is stopped, and fails. In valgrind it may take longer.
SECONDS_PER_MB = 2
SECONDS_PER_MB_IN_VALGRIND = 60

# Shapes without line breaks are one endless sentence. {n} is a number that counts up, {d} a day, {w} a day of the week.
PLAIN = {
    "names in title marks": "《赵{n}》、",
    "names in quotation marks": "“赵{n}”，",
    "title marks left open": "《赵{n}",
    "quotation marks left open": "“赵{n}",
    "brackets left open": "（赵{n}",
    "brackets closed only": "赵{n}）",
    "all brackets, left open": "（《“‘[(",
    "empty brackets": "（）",
    "dates": "2023年11月{d}日，",
    "dates without year": "11月{d}日、",
    "days of the week": "11月{d}日（星期{w}）、",
    "bare days of the week": "星期{w}、",
    "lengths": "{n}公里、",
    "percentages": "占{n}%，",
    "parts of a whole": "共{n}人，其中{d}人、",
    "approximate numbers": "约{n}多人，",
    "Chinese numerals": "三千四百五十六万七千{w}百",
    "digits": "{n}",
    "ages": "赵明（{d}岁）、",
    "persons": "市长赵明{w}说，",
    "organisations": "赵{n}公司、",
    "same words": "发展发展，",
    "half-width commas": "赵{n},",
    "alternating widths": "a，b,",
    "blanks": " ",
    "blanks between characters": "字 ",
    "ideographic spaces": "字\u3000",
    "zero width spaces": "字\u200b",
    "full stops": "。",
    "dashes": "—",
    "dots": ".",
    "lines": "赵{n}\n",
    "short sentences": "赵{n}在会上讲话。",
    "same sentences": "代表们在会上认真审议了报告。",
    "same sentences, one a line": "代表们在会上认真审议了报告。\n",
    "blank lines": "\n",
    "carriage returns": "赵{n}\r",
    "suppression marks": "赵{n},\n【朱笔保留 punctuation：赵{n}】\n",
}

MARKDOWN = {
    "headlines": "## 赵{n}的报告\n\n",
    "headlines with text": "## 赵{n}的报告\n\n赵{n}在会上讲话。\n\n",
    "list items": "- 赵{n}\n",
    "numbered items": "{n}. 赵{d}\n",
    "emphasis": "**赵{n}**、",
    "emphasis left open": "**赵",
    "links": "[赵{n}](https://example.com/{n})、",
    "links left open": "[赵{n}](",
    "code": "`赵{n}`、",
    "tags": "<b>赵{n}</b>、",
    "tags left open": "<b>赵{n}",
    "quotations in quotations": "> ",
    "rows of a table": "| 赵{n} | {d} |\n",
    "suppression comments": "<!-- zhubi stet punctuation: 赵{n} -->\n赵{n},\n\n",
}

WEEKDAYS = "一二三四五六日"


class Shape:
    """A shape of text, as a file that is written anew for each size, and the command that checks it."""

    def __init__(self, name, unit, path, zhubi):
        self.name = name
        self.unit = unit
        self.path = path
        self.command = [zhubi, "check", "--no-config", path]

    def write(self, size):
        """Writes about `size` bytes of the shape."""
        written = 0
        with open(self.path, "w", encoding="utf-8", newline="") as file:
            for number in itertools.count():
                text = self.unit.format(n=number, d=number % 30 + 1, w=WEEKDAYS[number % 7])
                file.write(text)
                written += len(text.encode())
                if written >= size:
                    return

    def instructions(self, size):
        """Returns the instructions per byte for a text of `size` MB, or None if it takes too long."""
        self.write(size * MB)
        count = instructions(self.command, limit=limit(SECONDS_PER_MB_IN_VALGRIND, size))
        return count and count / self.path.stat().st_size

    def nanoseconds(self, size):
        """Returns the CPU time per byte for a text of `size` MB, the lower of two runs, or None if it takes too long."""
        self.write(size * MB)
        runs = [run(["env", "RAYON_NUM_THREADS=1", *self.command], one_core=True, limit=limit(SECONDS_PER_MB, size)) for _ in range(2)]
        return min(cpu for _, cpu in runs) / self.path.stat().st_size * 1e9 if all(runs) else None

    def is_linear(self, size):
        """Prints the costs per byte at `size` MB and three doublings, up to the first that is too high."""
        print(f"{self.name:30}", end="", flush=True)
        for measure, sizes in ((self.instructions, (size, 2 * size)), (self.nanoseconds, (4 * size, 8 * size))):
            smaller, larger = (measure(size) for size in sizes)
            print(f"{show(smaller)}{show(larger)}", end="", flush=True)
            if smaller is None or larger is None or larger > smaller * GROWTH:
                print("  NOT LINEAR")
                return False
        print()
        return True

    def print_profile(self, size):
        """Prints where the instructions are spent, for a quarter of the smallest size, because the shape is slow."""
        self.write(size / 4 * MB)
        functions, total = top_functions(self.command, 6, limit=limit(SECONDS_PER_MB_IN_VALGRIND, size))
        for name, cost in functions:
            print(f"    {cost / total:6.1%}  {name[:110]}")


def limit(seconds_per_mb, size):
    """Returns the seconds of CPU time that a text of `size` MB may take."""
    return max(10, seconds_per_mb * size)


def show(cost):
    return f"{'too slow':>10}" if cost is None else f"{cost:10.1f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zhubi", type=Path, default=ZHUBI)
    parser.add_argument("--size", type=float, default=1, help="the smallest size in MB; the others are 2, 4 and 8 times as large")
    parser.add_argument("--shape", metavar="NAME", action="append", help="measure only this shape; can be repeated")
    options = parser.parse_args()
    check_built(options.zhubi)
    check_installed("valgrind", "valgrind")
    failed = []
    with work_folder() as folder:
        shapes = [Shape(name, unit, folder / "shape.txt", options.zhubi) for name, unit in PLAIN.items()]
        shapes += [Shape(name, unit, folder / "shape.md", options.zhubi) for name, unit in MARKDOWN.items()]
        names = [shape.name for shape in shapes]
        for name in options.shape or ():
            if name not in names:
                sys.exit(f"no shape {name}; the shapes are: {', '.join(names)}")
        heads = [f"{options.size * factor:g} MB" for factor in (1, 2, 4, 8)]
        print(f"{'':30}{'instructions per byte':>20}{'ns per byte':>19}")
        print(f"{'shape':30}" + "".join(f"{head:>10}" for head in heads))
        for shape in shapes:
            if (not options.shape or shape.name in options.shape) and not shape.is_linear(options.size):
                shape.print_profile(options.size)
                failed.append(shape.name)
    if failed:
        sys.exit(f"{len(failed)} shapes cost over {GROWTH} times as much per byte in a text twice as long: {', '.join(failed)}")


if __name__ == "__main__":
    main()
