"""The bill of materials: the crates in the program, in the format CycloneDX 1.5, from what cargo knows."""

import datetime
import json
import tomllib
import urllib.parse
import uuid

from . import licences
from .project import ROOT


def build(project):
    linked, needs = licences.crates(project)
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    checksums = {(entry["name"], entry["version"]): entry.get("checksum") for entry in lock["package"]}
    root = project.package["id"]
    components = [_component(package, checksums) for crate, package in linked.items() if crate != root]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        # The same content has the same number.
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, project.archive_name + json.dumps(components)).urn,
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(project.epoch, datetime.timezone.utc).isoformat(),
            "component": {**_component(linked[root], checksums), "type": "application"},
            "properties": [{"name": "cargo:target", "value": project.target.triple}],
        },
        "components": components,
        "dependencies": [
            {"ref": _reference(linked[crate]), "dependsOn": sorted(_reference(linked[need]) for need in needs[crate])}
            for crate in linked
        ],
    }
    path = project.out / f"{project.archive_name}.cdx.json"
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _reference(package):
    """The package URL of a crate."""
    return f"pkg:cargo/{urllib.parse.quote(package['name'])}@{urllib.parse.quote(package['version'])}"


def _component(package, checksums):
    component = {
        "type": "library",
        "bom-ref": _reference(package),
        "name": package["name"],
        "version": package["version"],
        "purl": _reference(package),
    }
    if package["license"]:
        # Older crates separate alternatives by a slash.
        component["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        component["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return component
