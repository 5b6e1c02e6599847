"""Runs zhubi on many drafts and compares them with what it makes of them."""

import shutil
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from . import markdown, mdx, webpage, word
from .gather import Draft
from .skeleton import Difference, Part, differences

SECONDS = 300
"""How long zhubi may take for all drafts of a suite."""


class Fixed(NamedTuple):
    """What zhubi makes of a draft."""

    once: bytes
    twice: bytes
    """What it makes of that."""
    stopped: str
    """What it said if it stopped in the middle."""


class Result(NamedTuple):
    """What came of one draft."""

    draft: Draft
    edited: bool
    fixed: bytes
    differences: list[Difference]


def fix(zhubi: Path, files: list[Path], options: list[str]) -> dict[Path, str]:
    """Fixes files in their place. Returns what zhubi said where it stopped in the middle.

    All files are given to one process; only if that stops, fewer and fewer are given to one.
    """
    command = [zhubi, "fix", "--suggested", "--no-config", *options]
    done = subprocess.run([*command, *files], capture_output=True, text=True, timeout=SECONDS)
    if done.returncode in (0, 2):
        return {}
    if len(files) == 1:
        return {files[0]: done.stderr}
    half = len(files) // 2
    return fix(zhubi, files[:half], options) | fix(zhubi, files[half:], options)


def run(zhubi: Path, drafts: list[Draft], options: list[str]) -> list[Fixed]:
    """Returns what zhubi makes of each draft."""
    with tempfile.TemporaryDirectory() as folder:
        once, twice = Path(folder, "once"), Path(folder, "twice")
        once.mkdir()
        names = [f"{number:05}.{draft.format}" for number, draft in enumerate(drafts)]
        for name, draft in zip(names, drafts, strict=True):
            (once / name).write_bytes(draft.content)
        stopped = fix(zhubi, [once / name for name in names], options)
        shutil.copytree(once, twice)
        fix(zhubi, [twice / name for name in names], options)
        return [
            Fixed((once / name).read_bytes(), (twice / name).read_bytes(), stopped.get(once / name, ""))
            for name in names
        ]


def compare_text(draft: Draft, fixed: bytes) -> list[Difference]:
    """Compares a page of Markdown or HTML with what zhubi made of it."""
    skeleton = {"md": markdown.skeleton, "html": webpage.skeleton}[draft.format]
    return list(differences(skeleton(draft.content.decode()), skeleton(fixed.decode())))


def compare_word(draft: Draft, tracked: bytes, accepted: bytes) -> list[Difference]:
    """Compares a Word file with what zhubi made of it, and that with the file in which its changes are accepted."""
    found = list(word.compare(draft.content, tracked, tracked=True))
    for difference in word.compare(draft.content, accepted, tracked=False):
        found.append(difference._replace(kind=f"accepted: {difference.kind}"))
    return found + list(word.compare_accepted(tracked, accepted, draft.content))


def compare_mdx(drafts: list[Draft], fixed: list[bytes], home: Path) -> list[list[Difference]]:
    """Compares pages of MDX with what zhubi made of them. What is not MDX in the first place is passed over."""
    before = mdx.skeletons([draft.content.decode() for draft in drafts], home)
    after = mdx.skeletons([one.decode() for one in fixed], home)
    not_mdx = [Part("not MDX any more", "")]
    return [list(differences(old, new or not_mdx)) if old else [] for old, new in zip(before, after, strict=True)]


def own_faults(outcome: Fixed) -> list[Difference]:
    """Returns what is wrong with the outcome whatever the draft."""
    stopped = [Difference("zhubi stopped", "", outcome.stopped)] if outcome.stopped else []
    return stopped + ([Difference("a second run changes more", "", "")] if outcome.once != outcome.twice else [])


def check(zhubi: Path, drafts: list[Draft], home: Path) -> list[Result]:
    """Fixes drafts of one format and compares them. `home`: where remark is installed."""
    form = drafts[0].format
    outcomes = run(zhubi, drafts, [])
    fixed = [outcome.once for outcome in outcomes]
    found = [own_faults(outcome) for outcome in outcomes]
    with ProcessPoolExecutor() as pool:
        if form == "docx":
            accepted = run(zhubi, drafts, ["--accept"])
            found = [one + own_faults(outcome) for one, outcome in zip(found, accepted, strict=True)]
            compared = pool.map(compare_word, drafts, fixed, [outcome.once for outcome in accepted], chunksize=8)
        elif form == "mdx":
            compared = compare_mdx(drafts, fixed, home)
        else:
            compared = pool.map(compare_text, drafts, fixed, chunksize=8)
        every = zip(drafts, fixed, found, compared, strict=True)
        return [Result(draft, one != draft.content, one, faults + list(more)) for draft, one, faults, more in every]
