"""The crates in the program, and their licences: most require their text to come with copies of the program."""

import pathlib
import re

# The beginnings of the names of files with licences and notices.
NAMES = re.compile(r"^(licen[cs]e|copying|notice|unlicense)", re.IGNORECASE)


def crates(project):
    """The packages that are linked into the program, and what each of them needs: id → package, id → ids. Development and
    build dependencies are left out."""
    packages = {package["id"]: package for package in project.metadata["packages"]}
    needs = {}
    for node in project.metadata["resolve"]["nodes"]:
        normal = [link["pkg"] for link in node["deps"] if any(kind["kind"] is None for kind in link["dep_kinds"])]
        needs[node["id"]] = sorted(normal)
    reached, waiting = set(), [project.package["id"]]
    while waiting:
        crate = waiting.pop()
        if crate not in reached:
            reached.add(crate)
            waiting += needs[crate]
    linked = {crate: packages[crate] for crate in sorted(reached)}
    return linked, {crate: needs[crate] for crate in linked}


def text(project):
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
