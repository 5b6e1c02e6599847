"""The skeletons of MDX, as remark sees it."""

import json
import subprocess
from pathlib import Path

from .skeleton import Part, Skeleton

PACKAGES = (
    "unified@11.0.5",
    "remark-parse@11.0.0",
    "remark-mdx@3.1.1",
    "remark-gfm@4.0.1",
    "remark-frontmatter@5.0.0",
    "remark-math@6.0.0",
)


def install(folder: Path) -> None:
    """Installs remark from the npm registry."""
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]
    subprocess.run([*command, *PACKAGES], check=True)


def skeletons(sources: list[str], folder: Path) -> list[Skeleton | None]:
    """Returns the skeleton of each page, none for a page that is not MDX. `folder`: where remark is installed."""
    script = Path(__file__).with_suffix(".mjs")
    done = subprocess.run(["node", script, folder.resolve()], input=json.dumps(sources), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return [page and [Part(kind, f"{kind} {content}") for kind, content in page] for page in json.loads(done.stdout)]
