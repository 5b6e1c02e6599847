"""The wheel, and the source distribution: maturin builds the program and puts it in."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import venv

from . import licences
from .project import ROOT

MATURIN = "maturin>=1.9,<2"
FOLDER = ROOT / ".ci/packages/python"


def build(project, with_source):
    maturin = _maturin(project)
    folder = project.empty_folder("wheels")
    options = ["--quiet", "--locked", "--profile", project.profile, "--out", folder]
    options += ["--target-dir", project.build_directory]
    if project.names_target:
        options += ["--target", project.target.triple]
    environment = dict(os.environ, SOURCE_DATE_EPOCH=str(project.epoch))
    _run([maturin, "build", *options], environment, _folder(project))
    if with_source:
        _run([maturin, "sdist", "--out", folder], environment, FOLDER)
    return [pathlib.Path(shutil.move(path, project.out / path.name)) for path in sorted(folder.iterdir())]


def _folder(project):
    """A folder like `FOLDER`, with what the wheel holds beside the program: the licences, which must lie there, and the full
    model, which is installed where the program looks for it."""
    folder = project.empty_folder("python")
    text = (FOLDER / "pyproject.toml").read_text(encoding="utf-8")
    manifest = json.dumps((ROOT / "Cargo.toml").as_posix())
    text = text.replace('manifest-path = "../../../Cargo.toml"', f"manifest-path = {manifest}")
    text = text.replace('name = "zhubi"\n', 'name = "zhubi"\nlicense-files = ["LICENSE*"]\n')
    for name, content in licences.files(project).items():
        (folder / name).write_bytes(content)
    if project.full_model:
        place = folder / "zhubi.data/data/share/zhubi"
        place.mkdir(parents=True)
        shutil.copy(project.full_model, place)
        text += 'data = "zhubi.data"\n'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def _run(command, environment, folder):
    """Runs maturin; what it says is of interest only if it fails."""
    ran = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if ran.returncode != 0:
        sys.exit(f"FAILED: {command[1]}\n{ran.stdout.decode(errors='replace')}")


def _maturin(project):
    """The program maturin, from PyPI."""
    folder = project.build_directory / "packages/tools"
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    if not (scripts / "maturin").exists() and not (scripts / "maturin.exe").exists():
        venv.create(folder, with_pip=True)
        install = [scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", MATURIN]
        subprocess.run(install, check=True)
    return scripts / "maturin"
