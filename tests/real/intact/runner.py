"""Runs zhubi on many drafts and compares them with what it makes of them."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from . import markdown, webpage, word
from .gather import Draft
from .skeleton import Difference, differences

SECONDS = 300
"""How long zhubi may take for all drafts of a suite."""


class Result(NamedTuple):
    """What came of one draft."""

    draft: Draft
    edited: bool
    fixed: bytes
    differences: list[Difference]


def fix(zhubi: Path, files: list[Path], options: list[str]) -> dict[Path, str]:
    """Fixes files in their place. Returns what zhubi said where it stopped in the middle.

    All files are given to one process; only if that stops, each gets one of its own.
    """
    command = [zhubi, "fix", "--suggested", "--no-config", *options]
    done = subprocess.run([*command, *files], capture_output=True, text=True, timeout=SECONDS)
    if done.returncode in (0, 2):
        return {}
    if len(files) == 1:
        return {files[0]: done.stderr}
    half = len(files) // 2
    return fix(zhubi, files[:half], options) | fix(zhubi, files[half:], options)


def run(zhubi: Path, drafts: list[Draft], home: Path, options: list[str]) -> Iterator[tuple[bytes, bytes, str]]:
    """Yields for each draft what zhubi makes of it, what it makes of that, and what it said where it stopped."""
    once, twice = home / "once", home / "twice"
    once.mkdir()
    files = [once / f"{number:05}.{draft.format}" for number, draft in enumerate(drafts)]
    for file, draft in zip(files, drafts, strict=True):
        file.write_bytes(draft.content)
    stopped = fix(zhubi, files, options)
    shutil.copytree(once, twice)
    fix(zhubi, [twice / file.name for file in files], options)
    for file in files:
        yield file.read_bytes(), (twice / file.name).read_bytes(), stopped.get(file, "")


def compare_text(draft: Draft, fixed: bytes) -> Iterator[Difference]:
    """Compares a page of Markdown or HTML."""
    skeleton = {"md": markdown.skeleton, "html": webpage.skeleton}[draft.format]
    yield from differences(skeleton(draft.content.decode()), skeleton(fixed.decode()))


def compare_one(draft: Draft, fixed: bytes, accepted: bytes | None) -> list[Difference]:
    """Compares a draft with what zhubi made of it; a Word file also with the file that has its changes accepted."""
    if draft.format != "docx":
        return list(compare_text(draft, fixed)) if draft.content != fixed else []
    found = list(word.compare(draft.content, fixed, tracked=True)) if draft.content != fixed else []
    if accepted is not None and accepted != draft.content:
        found += [
            found._replace(kind=f"accepted: {found.kind}")
            for found in word.compare(draft.content, accepted, tracked=False)
        ]
        found += word.compare_accepted(fixed, accepted, draft.content)
    return found


def check(zhubi: Path, drafts: list[Draft]) -> list[Result]:
    """Fixes drafts of one format and compares them."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor() as pool:
        home = Path(folder)
        (home / "tracked").mkdir()
        (home / "accepted").mkdir()
        fixed = list(run(zhubi, drafts, home / "tracked", []))
        if drafts and drafts[0].format == "docx":
            accepted = [one for one, _, _ in run(zhubi, drafts, home / "accepted", ["--accept"])]
        else:
            accepted = [None] * len(drafts)
        outcomes = pool.map(compare_one, drafts, [one for one, _, _ in fixed], accepted, chunksize=8)
        results = []
        for draft, (one, two, stopped), found in zip(drafts, fixed, outcomes, strict=True):
            found += [Difference("zhubi stopped", "", stopped)] if stopped else []
            found += [Difference("a second run changes more", "", "")] if one != two else []
            results.append(Result(draft, one != draft.content, one, found))
        return results
