"""Drafts from packages of the registries, of other people's making."""

import io
import json
import random
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

NPM = (
    "@typescript-eslint/eslint-plugin@5.62.0",
    "eslint-plugin-import@2.32.0",
    "eslint-plugin-jest@29.17.0",
    "eslint-plugin-jsx-a11y@6.10.2",
    "fastify@5.12.8",
    "undici@7.30.2",
    "npm@11.21.2",
    "pino@10.4.0",
    "gitbook@3.2.3",
    "anyproxy@4.1.3",
    "create-docusaurus@3.10.2",
    "hexo-theme-next@8.29.0",
    "element-ui@2.15.14",
    "mammoth@1.13.0",
    "docx4js@3.3.0",
)
"""npm packages with documentation in Markdown and HTML, or with Word files."""

PYPI = (
    "Markdown==3.11.3",
    "markdown-it-py==4.3.0",
    "pymdown-extensions==13.1.2",
    "mkdocs==1.6.1",
    "hatch==1.18.2",
    "starlette==1.10.0",
    "pelican==4.12.0",
    "lxml==6.1.3",
    "docutils==0.23",
    "python-docx==1.2.0",
    "docx-editor==0.8.2",
    "docx-revisions==0.1.5",
)
"""Source distributions on PyPI with the same."""

LARGEST = {"md": 24_000, "mdx": 24_000, "html": 60_000, "docx": 400_000}
"""The size up to which a file is taken, in bytes."""

ENDINGS = {".md": "md", ".markdown": "md", ".mdx": "mdx", ".html": "html", ".htm": "html", ".docx": "docx"}


class Draft(NamedTuple):
    """A draft in one of the formats."""

    name: str
    """Where it comes from."""
    format: str
    content: bytes


def download(folder: Path) -> None:
    """Downloads the packages that are not in the folder yet."""
    for directory in ("npm", "pypi"):
        (folder / directory).mkdir(parents=True, exist_ok=True)
    listed = folder / "packages.json"
    wanted = json.dumps([NPM, PYPI])
    if listed.exists() and listed.read_text() == wanted:
        return
    pack = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder / "npm", *NPM]
    # Without isolation pip needs no environment of its own for each package; the build tools are installed beforehand.
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--no-build-isolation", "--no-binary", ":all:", "--dest", folder / "pypi", *PYPI]
    processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in (pack, pip)]
    if any([process.wait() for process in processes]):
        raise SystemExit("the packages could not be downloaded")
    listed.write_text(wanted)


def is_draft(form: str, content: bytes) -> bool:
    """Tells whether a file is what its name says, and of the size that is wanted."""
    if not 0 < len(content) <= LARGEST[form]:
        return False
    if form == "docx":
        return zipfile.is_zipfile(io.BytesIO(content))
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def members(archive: Path) -> Iterator[Draft]:
    """Yields the drafts in a package. The test cases of parsers are no drafts."""
    with tarfile.open(archive) as package:
        for member in sorted(package.getmembers(), key=lambda member: member.name):
            form = ENDINGS.get(Path(member.name).suffix.lower())
            file = package.extractfile(member) if form and member.isfile() else None
            content = file.read() if file else b""
            if form and "/fixtures/" not in member.name and is_draft(form, content):
                yield Draft(f"{archive.stem}/{member.name}", form, content)


def drafts(folder: Path, form: str, count: int | None) -> list[Draft]:
    """Returns the drafts of a format: all, or `count` of them, as many from each package as it has.

    The same file in two packages is taken once.
    """
    found: dict[bytes, Draft] = {}
    for archive in sorted(folder.glob("*/*.t*gz")):
        for draft in members(archive):
            if draft.format == form:
                found.setdefault(draft.content, draft)
    every = list(found.values())
    return every if count is None or count >= len(every) else random.Random(count).sample(every, count)


def converted(pages: list[Draft]) -> list[Draft]:
    """Returns Word files that pandoc makes of pages of Markdown."""
    import pypandoc

    made = []
    for page in pages:
        command = [pypandoc.get_pandoc_path(), "--from", "gfm", "--to", "docx", "--output", "-"]
        done = subprocess.run(command, input=page.content, capture_output=True)
        if done.returncode == 0:
            made.append(Draft(f"pandoc/{page.name}", "docx", done.stdout))
    return made
