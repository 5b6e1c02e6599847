"""The crates in the program, and their licences: most require their text to come with copies of the program."""

import pathlib
import re
import subprocess

from .project import ROOT

# The beginnings of the names of files with licences and notices.
NAMES = re.compile(r"^(licen[cs]e|copying|notice|unlicense)", re.IGNORECASE)


def crates(project):
    """The packages that are linked into the program, and what each of them needs: id → package, id → ids. Development and
    build dependencies are left out, and so is what no feature in use asks for, which `cargo metadata` lists all the same."""
    command = ["cargo", "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"]
    command += ["--target", project.target.triple]
    tree = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    used = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    packages = {package["id"]: package for package in project.metadata["packages"]}
    linked = {crate: packages[crate] for crate in sorted(packages) if _name(packages[crate]) in used}
    needs = {}
    for node in project.metadata["resolve"]["nodes"]:
        normal = {link["pkg"] for link in node["deps"] if any(kind["kind"] is None for kind in link["dep_kinds"])}
        if node["id"] in linked:
            needs[node["id"]] = sorted(normal & linked.keys())
    return linked, needs


def _name(package):
    """Name and version, as `cargo tree` writes them."""
    return package["name"], f"v{package['version']}"


def files(project):
    """The files that must come with every copy of the program: name → content."""
    own = {path.name: path.read_bytes() for path in sorted(ROOT.glob("LICENSE-*"))}
    return {**own, "LICENSES-THIRD-PARTY.txt": _of_crates(project).encode()}


def _of_crates(project):
    """The licences of all crates, each text once."""
    linked, _ = crates(project)
    names_of, stated = {}, []
    for package in linked.values():
        if package["id"] == project.package["id"]:
            continue
        name = f"{package['name']} {package['version']}"
        stated.append(f"{name}: {package['license'] or 'see the texts below'}")
        folder = pathlib.Path(package["manifest_path"]).parent
        for path in sorted(folder.iterdir()):
            if path.is_file() and NAMES.match(path.name):
                content = path.read_text(encoding="utf-8", errors="replace").strip()
                names_of.setdefault(content, []).append(name)
    out = ["This program contains these crates, each under the licence stated:\n", *stated]
    for content, names in names_of.items():
        out += ["", "=" * 80, ", ".join(dict.fromkeys(names)), "-" * 80, "", content]
    return "\n".join(out) + "\n"
