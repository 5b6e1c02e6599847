"""Checks that fixing changes nothing but prose, with parsers that are not zhubi's.

Each suite fixes drafts of one format, from packages or from a grammar, and compares the skeletons before and after. The
differences are listed by kind; those beyond the first of each kind are in a file.
"""

import argparse
import random
import re
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from . import gather, grammar_html, grammar_markdown, grammar_mdx, grammar_word, markdown, mdx, slips
from .gather import Draft
from .runner import Result, check
from .skeleton import Difference

COUNTS = {"md": (340, 1500), "mdx": (20, 500), "html": (120, 2000), "docx": (None, 300)}
"""How many drafts there are of each format: from packages (all if not said), and from the grammar."""

SHOWN = 3
"""How many differences of a kind are printed."""


def from_packages(form: str, folder: Path, count: int | None) -> list[Draft]:
    """Returns drafts from packages, with their text in Chinese; every fourth page has slips in its markup too."""
    drafts = gather.drafts(folder, form, count)
    if form == "docx":
        drafts += gather.converted(gather.drafts(folder, "md", 40))
    return [in_chinese(draft, number) for number, draft in enumerate(drafts)]


def in_chinese(draft: Draft, number: int) -> Draft:
    """Returns a draft from a package with its text in Chinese."""
    rng = random.Random(number)
    if draft.format == "docx":
        return draft._replace(content=slips.word(draft.content, rng))
    source = draft.content.decode()
    if draft.format == "html":
        source = slips.html(source, rng)
    else:
        source = slips.markdown(source, markdown.MARKDOWN_IT.parse(source), rng)
    return draft._replace(content=slips.planted(source, 10, rng).encode() if number % 4 == 0 else source.encode())


def from_grammar(form: str, count: int, seed: int) -> list[Draft]:
    """Returns drafts made by the grammar of a format."""
    grammars: dict[str, Callable[[random.Random], str | bytes]] = {
        "md": grammar_markdown.page,
        "mdx": grammar_mdx.page,
        "html": grammar_html.page,
        "docx": grammar_word.page,
    }
    drafts = []
    for number in range(count):
        page = grammars[form](random.Random(f"{form} {seed} {number}"))
        drafts.append(Draft(f"grammar {seed} {number}", form, page if isinstance(page, bytes) else page.encode()))
    return drafts


def keep(result: Result, folder: Path) -> str:
    """Writes a draft and what became of it to a folder. Returns the name of the files."""
    name = re.sub(r"[^\w.-]", "_", result.draft.name)[-80:]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.before.{result.draft.format}").write_bytes(result.draft.content)
    (folder / f"{name}.after.{result.draft.format}").write_bytes(result.fixed)
    return name


def entry(name: str, difference: Difference) -> str:
    """Returns a difference for people."""
    return f"  {name}\n    before: {difference.before}\n    after:  {difference.after}"


def report(suite: str, results: list[Result], folder: Path, seconds: float) -> int:
    """Prints the differences of a suite and returns their number."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for result in results:
        if result.differences:
            name = keep(result, folder / "kept")
            for difference in result.differences:
                kinds[difference.kind].append(entry(name, difference))
    total = sum(map(len, kinds.values()))
    edited = sum(result.edited for result in results)
    print(f"{suite}: {len(results)} drafts, {edited} edited, {total} differences, {seconds:.0f} s", flush=True)
    if edited * 2 < len(results):
        raise SystemExit("zhubi has hardly edited anything, so nothing has been tested")
    with (folder / "differences.txt").open("a") as file:
        for kind, entries in sorted(kinds.items(), key=lambda item: -len(item[1])):
            drafts = Counter(text.split("\n")[0] for text in entries)
            print(f" {kind}: {len(entries)} in {len(drafts)} drafts")
            print("\n".join(entries[:SHOWN]))
            print(f"{suite}, {kind}", *entries, sep="\n", file=file)
    return total


def suites(arguments: argparse.Namespace) -> Iterator[tuple[str, list[Draft]]]:
    """Yields the suites that the arguments name, each with its drafts."""
    for form, (real, made) in COUNTS.items():
        if arguments.only in (None, form):
            yield f"{form} of packages", from_packages(form, arguments.home, None if arguments.all else real)
            yield f"{form} of a grammar", from_grammar(form, made * (10 if arguments.all else 1), arguments.seed)


def main() -> None:
    """Runs the suites that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zhubi", type=Path)
    parser.add_argument("home", type=Path, help="for packages and results")
    parser.add_argument("--all", action="store_true", help="all files of the packages, ten times as much of a grammar")
    parser.add_argument("--seed", type=int, default=1, help="of the grammars")
    parser.add_argument("--only", choices=list(COUNTS), help="one format")
    arguments = parser.parse_args()
    gather.download(arguments.home)
    mdx.install(arguments.home)
    (arguments.home / "differences.txt").unlink(missing_ok=True)
    shutil.rmtree(arguments.home / "kept", ignore_errors=True)
    total = 0
    for suite, drafts in suites(arguments):
        started = time.monotonic()
        results = check(arguments.zhubi.resolve(), drafts, arguments.home)
        total += report(suite, results, arguments.home, time.monotonic() - started)
    sys.exit(total > 0)


if __name__ == "__main__":
    main()
