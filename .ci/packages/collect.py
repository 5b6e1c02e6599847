"""What needs the files of all platforms: checksums, the Homebrew formula, the script that installs a release."""

import hashlib
import re
import sys

from .project import ROOT

FORMULA = ROOT / ".ci/packages/homebrew.rb"
INSTALL = ROOT / ".ci/install"
SUMS = "SHA256SUMS"


def complete(project, folder):
    """Completes the folder with the files of all platforms. Returns what it has written."""
    script = folder / f"zhubi-{project.version}-install.sh"
    script.write_bytes(INSTALL.read_bytes())
    made = [script]
    sums = {path.name: _sha256(path) for path in sorted(folder.iterdir()) if path.is_file() and path.name != SUMS}
    formula = _formula(project, sums)
    if formula:
        path = folder / "zhubi.rb"
        path.write_text(formula, encoding="utf-8")
        sums[path.name] = _sha256(path)
        made.append(path)
    path = folder / SUMS
    path.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())), encoding="utf-8")
    return [*made, path]


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _formula(project, sums):
    """The formula for this version, if the address of the repository is known and all archives that it names are there."""
    if not project.repository:
        print("No formula: `repository` is not set in Cargo.toml.", file=sys.stderr)
        return None
    text = FORMULA.read_text(encoding="utf-8")
    text = text.replace("{version}", project.version).replace("{repository}", project.repository)
    wanted = set(re.findall(r"\{sha256:([^}]+)\}", text))
    digests = {triple: sums.get(f"zhubi-{project.version}-{triple}.tar.gz") for triple in wanted}
    missing = sorted(triple for triple, digest in digests.items() if digest is None)
    if missing:
        print(f"No formula: there is no archive for {', '.join(missing)}.", file=sys.stderr)
        return None
    return re.sub(r"\{sha256:([^}]+)\}", lambda found: digests[found[1]], text)
