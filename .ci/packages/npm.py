"""The npm packages: one with the program for the platform, and `zhubi`, which installs that of the platform and starts it."""

import json

from . import licences, tar
from .project import ROOT

FOLDER = ROOT / ".ci/packages/npm"
# All platforms for which there is a package.
PLATFORMS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"]
# The README comes to npm in the language of most readers.
README = "README.zh-CN.md"


def build(project):
    """Makes both packages. On Linux npm gets the program for musl, which runs with every C library; the one for glibc is packed
    only where no target was asked for, to try the packages on this machine."""
    target = project.target
    if target.libc and project.names_target:
        return []
    platform = f"{target.node_platform}-{target.node_arch}"
    common = {
        "version": project.version,
        "description": project.package["description"],
        "license": project.package["license"],
        "keywords": project.package["keywords"],
        "engines": {"node": ">=18"},
    }
    if project.repository:
        common["repository"] = {"type": "git", "url": f"git+{project.repository}.git"}

    program = {"name": f"zhubi-{platform}", **common, "os": [target.node_platform], "cpu": [target.node_arch]}
    if target.libc:
        program["libc"] = [target.libc]
    files = {f"bin/{target.program}": project.program_content, **licences.files(project)}
    if project.full_model:
        files["bin/full.zhubi-model"] = project.full_model.read_bytes()
    made = [_pack(project, program, files, {f"bin/{target.program}"})]

    launcher = {
        "name": "zhubi",
        **common,
        "bin": {"zhubi": "zhubi.js"},
        "optionalDependencies": {f"zhubi-{platform}": project.version for platform in PLATFORMS},
    }
    files = {"zhubi.js": (FOLDER / "zhubi.js").read_bytes(), "README.md": (ROOT / README).read_bytes()}
    files.update((path.name, path.read_bytes()) for path in sorted(ROOT.glob("LICENSE-*")))
    return made + [_pack(project, launcher, files, {"zhubi.js"})]


def _pack(project, manifest, files, programs):
    """Writes a package as `npm pack` does: a tar file in which everything is in the folder `package`."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    entries = [("package/package.json", text.encode(), False)]
    entries += [(f"package/{name}", data, name in programs) for name, data in files.items()]
    path = project.out / f"{manifest['name']}-{manifest['version']}.tgz"
    path.write_bytes(tar.packed(entries, project.epoch))
    return path
