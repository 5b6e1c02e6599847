"""Installs a release from a file server on the loopback interface, in every way in which that can go; and runs the job that
docs/ci.md gives for GitLab with gitlab-ci-local."""

import contextlib
import gzip
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
INSTALL = ROOT / ".ci/install"
TRIPLE = "x86_64-unknown-linux-gnu"
LOOPBACK = socket.inet_ntoa(socket.INADDR_LOOPBACK.to_bytes(4, "big"))


class Server:
    """A file server that remembers what it was asked for."""

    def __init__(self, folder):
        self.asked = asked = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=folder)

            def log_message(self, *_):
                asked.append(self.path.rsplit("/", 1)[-1])

        self.server = http.server.ThreadingHTTPServer((LOOPBACK, 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://{LOOPBACK}:{self.server.server_port}"

    def requests(self):
        """What was asked for since the last time."""
        found = sorted(set(self.asked))
        self.asked.clear()
        return found


def version_of(program):
    return subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.split()[1]


def make_release(folder, program, version):
    """A release with one archive, and the script."""
    release = folder / f"v{version}"
    release.mkdir()
    name = f"zhubi-{version}-{TRIPLE}"
    archive = release / f"{name}.tar.gz"
    with gzip.open(archive, "wb", compresslevel=1) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        tar.add(program, f"{name}/bin/zhubi")
        tar.add(ROOT / "LICENSE-MIT", f"{name}/share/doc/zhubi/LICENSE-MIT")
    shutil.copy(INSTALL, release / f"zhubi-{version}-install.sh")
    write_sums(release)
    return archive


def write_sums(release):
    files = [path for path in sorted(release.iterdir()) if path.name != "SHA256SUMS"]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (release / "SHA256SUMS").write_text("".join(lines))


@contextlib.contextmanager
def changed(path, data):
    """Other content for a file, for a while."""
    kept = path.read_bytes()
    path.write_bytes(data)
    yield
    path.write_bytes(kept)


def test_install(program, home):
    version = version_of(program)
    work = pathlib.Path(tempfile.mkdtemp(dir=home))
    site = work / "site"
    site.mkdir()
    archive = make_release(site, program, version)
    server = Server(site)
    name = archive.name
    # A cargo that says that it was started, and does nothing else.
    (work / "cargo").mkdir()
    cargo = work / "cargo/cargo"
    cargo.write_text(f'#!/bin/sh\necho "$@" >>"{work}/compiled"\nmkdir -p "{work}/last"\nexit 1\n')
    cargo.chmod(0o755)
    count = 0

    def install(expected, prefix=None, has_cargo=True, **variables):
        """Runs the script; returns what it says, what it asked the server for, where it installed, and what was compiled."""
        nonlocal count
        count += 1
        prefix = prefix or work / f"prefix {count}"
        compiled = work / "compiled"
        compiled.unlink(missing_ok=True)
        path = f"{work / 'cargo'}:/usr/bin:/bin" if has_cargo else "/usr/bin:/bin"
        environment = {"PATH": path, "HOME": str(work), "ZHUBI_VERSION": version, "ZHUBI_PREFIX": str(prefix),
                       "ZHUBI_RELEASES": server.address, "ZHUBI_TARGET": TRIPLE, **variables}
        ran = subprocess.run(["sh", INSTALL], env=environment, capture_output=True, text=True)
        assert (ran.returncode == 0) == expected, ran.stderr
        installed = prefix / "bin/zhubi"
        assert installed.exists() == expected, ran.stderr
        if expected:
            assert version_of(installed) == version
        return ran.stderr, server.requests(), prefix, compiled.read_text() if compiled.exists() else ""

    said, asked, first, compiled = install(True)
    assert asked == sorted(["SHA256SUMS", name]) and not compiled and "装好了" in said
    assert (first / "share/doc/zhubi/LICENSE-MIT").is_file()
    # Once more into the same folder: it is there.
    said, asked, _, _ = install(True, prefix=first)
    assert asked == [] and "已经有" in said
    # With `v`, as tags have it, and a slash at the end of the address.
    install(True, ZHUBI_VERSION=f"v{version}", ZHUBI_RELEASES=server.address + "/")
    server.requests()

    cache = work / "a cache"
    _, asked, _, _ = install(True, ZHUBI_CACHE=str(cache))
    assert name in asked
    said, asked, _, _ = install(True, ZHUBI_CACHE=str(cache))
    assert asked == [] and "缓存" in said
    # What is in the cache is damaged, or was not written to the end: it is taken anew.
    for broken in [(cache / name).read_bytes()[:-100], b""]:
        (cache / name).write_bytes(broken)
        _, asked, _, _ = install(True, ZHUBI_CACHE=str(cache))
        assert name in asked
    # The archive is damaged, cut, or another one: nothing is installed, nothing is compiled instead, nothing is kept.
    good = archive.read_bytes()
    for bad in [good[:1000] + b"x" + good[1001:], good[: len(good) // 2], b"", b"<html>"]:
        with changed(archive, bad):
            said, _, prefix, compiled = install(False, ZHUBI_CACHE=str(work / "empty cache"))
            assert "校验和不符" in said and not compiled, said
            assert not (work / "empty cache").exists() and not prefix.exists()
    # The sums do not name it; there are no sums; there is no such version; the address is unknown: what is left is to compile.
    with changed(site / f"v{version}/SHA256SUMS", b""):
        said, _, _, compiled = install(False)
        assert f"没有 {name}" in said and f"install --locked --version {version}" in compiled
    for variables in [{"ZHUBI_RELEASES": server.address + "/none"}, {"ZHUBI_RELEASES": ""}, {"ZHUBI_VERSION": "99.0.0"}]:
        said, _, _, compiled = install(False, **variables)
        assert "现在编译" in said and "install --locked" in compiled, said
    _, _, _, compiled = install(False, ZHUBI_RELEASES="", ZHUBI_SOURCE="/source folder")
    assert "--path /source folder" in compiled
    # Without Rust there is nothing left, and it says what to do.
    said, _, _, _ = install(False, has_cargo=False, ZHUBI_RELEASES="")
    assert "也没有 Rust" in said and "ZHUBI_RELEASES" in said
    said, _, _, _ = install(False, ZHUBI_VERSION="")
    assert "没有写明装哪一版" in said

    # The script of the action, with the action's variables.
    out = subprocess.run(["sed", "-n", "/run: |/,$p", ROOT / "action.yml"], check=True, capture_output=True, text=True).stdout
    script = out.split("run: |")[1].split("    - name:")[0]
    prefix = work / "runner"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(work), "ZHUBI_VERSION": version, "ZHUBI_PREFIX": str(prefix),
                   "ZHUBI_RELEASES": server.address, "GITHUB_ACTION_PATH": str(ROOT)}
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=environment, check=True, capture_output=True)
    assert version_of(prefix / "bin/zhubi") == version
    assert list((work / ".cache/zhubi").iterdir())
    shutil.rmtree(work)
    print(f"{count} ways to install, all as they should be.")


def test_gitlab(program, home):
    version = version_of(program)
    work = pathlib.Path(tempfile.mkdtemp(dir=home))
    site, paper = work / "site", work / "paper"
    site.mkdir()
    make_release(site, program, version)
    server = Server(site)
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    [job] = [block.split("\n```")[0] for block in page.split("\n```yaml\n")[1:] if block.startswith("zhubi:\n")]
    job = job.replace("https://example.com/zhubi/releases/download", server.address)
    assert server.address in job
    names = {"GIT_AUTHOR_NAME": "z", "GIT_AUTHOR_EMAIL": "z@example.com", "GIT_COMMITTER_NAME": "z", "GIT_COMMITTER_EMAIL": "z@example.com"}
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    path = [part for part in os.environ["PATH"].split(":") if not (pathlib.Path(part) / "zhubi").exists()]
    environment["PATH"] = ":".join(path)

    def git(*arguments):
        ran = subprocess.run(["git", *arguments], cwd=paper, env=environment, check=True, capture_output=True, text=True)
        return ran.stdout.strip()

    def run(text):
        """Commits a text and runs the job; returns its exit code, what was printed, and the report on code quality."""
        (paper / "news.txt").write_text(text, encoding="utf-8")
        git("add", "news.txt")
        git("commit", "--quiet", "--message", "news")
        command = [(home / "node_modules/.bin/gitlab-ci-local").resolve(), "--force-shell-executor", "--variable",
                   f"CI_MERGE_REQUEST_DIFF_BASE_SHA={base}", "zhubi"]
        ran = subprocess.run(command, cwd=paper, env=environment, capture_output=True, text=True)
        quality = paper / "code-quality.json"
        return ran.returncode, ran.stdout + ran.stderr, json.loads(quality.read_text(encoding="utf-8"))

    paper.mkdir()
    git("init", "--quiet", ".")
    (paper / ".gitlab-ci.yml").write_text(job, encoding="utf-8")
    (paper / ".gitignore").write_text(".zhubi/\n.gitlab-ci-local/\ncode-quality.json\n")
    (paper / "news.txt").write_text("旧稿,不算。\n", encoding="utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message", "old")
    base = git("rev-parse", "HEAD")

    code, printed, quality = run("旧稿,不算。\n投资13-17亿元。\n")
    assert code == 1 and "news.txt:2" in printed, printed
    [finding] = quality
    assert finding["location"]["path"] == "news.txt" and finding["location"]["lines"]["begin"] == 2, finding
    assert (paper / ".zhubi/bin/zhubi").is_file()
    server.requests()
    shutil.rmtree(paper / ".zhubi/bin")
    code, printed, quality = run("旧稿,不算。\n投资13亿—17亿元。\n")
    assert code == 0 and quality == [], printed
    assert f"zhubi-{version}-{TRIPLE}.tar.gz" not in server.requests(), "the second run takes the program from the cache"
    shutil.rmtree(work)
    print("The job stops at findings in changed lines, reports code quality, and uses its cache.")


test = {"install": test_install, "gitlab": test_gitlab}[sys.argv[1]]
test(pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve())
