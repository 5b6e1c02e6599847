"""What is built: the project as cargo knows it, the target, and where the results go."""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Target:
    """A platform, and the names that packages have for it."""

    # The first part of a triple, as npm names it.
    _ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}

    def __init__(self, triple):
        self.triple = triple
        self.is_windows = "windows" in triple
        architecture = triple.split("-")[0]
        if architecture not in self._ARCHITECTURES:
            sys.exit(f"{triple}: no packages are made for this architecture")
        self.node_arch = self._ARCHITECTURES[architecture]
        self.node_platform = "win32" if self.is_windows else "darwin" if "apple" in triple else "linux"
        # A program for musl is linked statically and runs with every C library.
        self.libc = "glibc" if triple.endswith("linux-gnu") else None
        self.program = "zhubi.exe" if self.is_windows else "zhubi"


class Project:
    def __init__(self, target, profile, out, repository):
        self.host = self._host()
        self.target = Target(target or self.host)
        self.names_target = target is not None
        self.profile = profile
        self.metadata = self._metadata()
        by_id = {package["id"]: package for package in self.metadata["packages"]}
        self.package = by_id[self.metadata["resolve"]["root"]]
        self.version = self.package["version"]
        self.repository = (repository or self.package["repository"] or "").rstrip("/")
        self.build_directory = pathlib.Path(self.metadata["target_directory"])
        self.out = (out or self.build_directory / "dist").resolve()
        self._work = None
        # The same commit makes the same files.
        self.epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or self._date_of_commit())

    @staticmethod
    def _host():
        version = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
        return next(line.split(": ")[1] for line in version.splitlines() if line.startswith("host: "))

    def _metadata(self):
        command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", self.target.triple]
        return json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)

    @staticmethod
    def _date_of_commit():
        command = ["git", "log", "-1", "--format=%ct"]
        found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        # 1980, the first year that a zip archive can name, where the sources come without git.
        return found.stdout.strip() if found.returncode == 0 else 315532800

    def empty_output(self):
        if self.out.exists():
            shutil.rmtree(self.out)
        self.out.mkdir(parents=True)

    def empty_folder(self, name):
        """A new folder for intermediate files. It is removed at the end."""
        if self._work is None:
            parent = self.build_directory / "packages"
            parent.mkdir(parents=True, exist_ok=True)
            self._work = tempfile.TemporaryDirectory(dir=parent)
        folder = pathlib.Path(self._work.name) / name
        folder.mkdir()
        return folder

    @property
    def program(self):
        """The program that was built."""
        folder = self.build_directory / self.target.triple if self.names_target else self.build_directory
        return folder / ("debug" if self.profile == "dev" else self.profile) / self.target.program

    @functools.cached_property
    def program_content(self):
        """The bytes of the program. A debug build is packed without its symbols, which would make up most of the packages;
        cargo strips a release itself."""
        strip = shutil.which("strip")
        if self.profile != "dev" or not strip:
            return self.program.read_bytes()
        stripped = self.empty_folder("stripped") / self.target.program
        subprocess.run([strip, "-o", stripped, self.program], check=True)
        return stripped.read_bytes()

    @property
    def full_model(self):
        """The full model of context, if it is there."""
        path = ROOT / "rules/model/full.zhubi-model"
        return path if path.is_file() else None

    @property
    def archive_name(self):
        """The name of the archive without extension, and of the folder in it."""
        return f"zhubi-{self.version}-{self.target.triple}"

    def run(self, *arguments):
        """What the program prints."""
        return subprocess.run([self.program, *arguments], check=True, capture_output=True).stdout

    def write_catalogue(self):
        """Writes the catalogue of the rules, which `zhubi rules diff` compares."""
        path = self.out / f"zhubi-{self.version}-rules.json"
        path.write_bytes(self.run("rules", "list", "--format", "json"))
        return path
