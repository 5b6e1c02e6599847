"""The archive: the program with completions, manual page, licences, README, sample and, if it is there, the full model."""

import io
import time
import zipfile

from . import licences, tar
from .project import ROOT

# Shell → the name of its completion script.
COMPLETIONS = {"bash": "zhubi.bash", "zsh": "_zhubi", "fish": "zhubi.fish", "powershell": "_zhubi.ps1", "elvish": "zhubi.elv"}
DOCUMENTS = ["README.md", "README.zh-CN.md", "CHANGELOG.md"]
PAGES = ["docs/report.svg", "samples/page.txt"]


def contents(project):
    """The files in the archive: path → bytes and whether they are a program. The layout is that of a prefix."""
    files = {f"bin/{project.target.program}": (project.program_content, True)}
    for shell, name in COMPLETIONS.items():
        files[f"share/zhubi/completions/{name}"] = (project.run("completions", shell), False)
    files["share/man/man1/zhubi.1"] = (project.run("man"), False)
    for name in DOCUMENTS + PAGES:
        files[name] = ((ROOT / name).read_bytes(), False)
    for name, content in licences.files(project).items():
        files[name] = (content, False)
    if project.full_model:
        # The program looks for it there.
        files["share/zhubi/full.zhubi-model"] = (project.full_model.read_bytes(), False)
    return files


def build(project, files):
    path = project.out / (project.archive_name + (".zip" if project.target.is_windows else ".tar.gz"))
    entries = sorted((f"{project.archive_name}/{name}", *entry) for name, entry in files.items())
    path.write_bytes(_zip(project, entries) if project.target.is_windows else tar.packed(entries, project.epoch))
    return path


def _zip(project, entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data, is_program in entries:
            entry = zipfile.ZipInfo(name, time.gmtime(project.epoch)[:6])
            entry.external_attr = (0o755 if is_program else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()
