"""Installs each package into an empty folder and runs the first command of the README there, without Rust in reach."""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile

from .project import ROOT

# The README's first command, without cargo. The page has errors, so it ends with code 1.
COMMAND = ["check", "samples/page.txt"]


def run(project):
    if project.target.triple.split("-")[0] != project.host.split("-")[0]:
        print(f"not tried: {project.target.triple} does not run on {project.host}")
        return
    _try(project, "archive", _install_archive(project, project.empty_folder("archive")))
    if project.target.triple == project.host:
        _try(project, "wheel", _install_wheel(project, project.empty_folder("wheel")))
    else:
        print(f"not tried: the wheel, because pip takes none for {project.target.triple} on {project.host}")
    npm = shutil.which("npm")
    if not list(project.out.glob("*.tgz")):
        print(f"there is no npm package for {project.target.triple}")
    elif npm and shutil.which("node"):
        _try(project, "npm package", _install_npm(project, npm, project.empty_folder("npm")))
    else:
        print("not tried: the npm package, because there is no npm here")


def _install_archive(project, folder):
    [path] = project.out.glob(f"{project.archive_name}.[tz]*")
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    else:
        with tarfile.open(path) as archive:
            archive.extractall(folder, filter="data")
    return [folder / project.archive_name / "bin" / project.target.program]


def _install_wheel(project, folder):
    venv.create(folder, with_pip=True)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [scripts / "python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    subprocess.run([*pip, "--no-index", "--only-binary", ":all:", "--find-links", project.out, "zhubi"], check=True)
    return [scripts / project.target.program]


def _install_npm(project, npm, folder):
    # No package is asked for of the registry. Those of other platforms are optional and not there.
    packages = sorted(project.out.glob("*.tgz"))
    subprocess.run(
        [npm, "install", "--silent", "--offline", "--no-audit", "--no-fund", "--prefix", folder, *packages], check=True
    )
    return [shutil.which("node"), folder / "node_modules/zhubi/zhubi.js"]


def _try(project, name, program):
    folder = project.empty_folder(f"drafts for the {name}")
    shutil.copytree(ROOT / "samples", folder / "samples")
    # Only what the system has: no cargo, no rustc.
    path = r"C:\Windows\System32" if project.target.is_windows else os.defpath
    environment = {"PATH": path, "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
    ran = subprocess.run([*program, *COMMAND], cwd=folder, env=environment, capture_output=True)
    if ran.returncode != 1 or b"samples/page.txt:" not in ran.stdout:
        sys.exit(f"FAILED: the {name}, with code {ran.returncode}\n{ran.stdout.decode()}{ran.stderr.decode()}")
    version = subprocess.run([*program, "--version"], env=environment, capture_output=True, check=True, text=True)
    if version.stdout.strip() != f"zhubi {project.version}":
        sys.exit(f"FAILED: the {name} says that it is {version.stdout}")
    print(f"The {name} runs the README's first command.")
