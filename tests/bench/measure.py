"""Measures processes: CPU instructions, CPU time, memory, findings. The scripts in this folder use it."""

import math
import os
import re
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target" / "bench"
ZHUBI = ROOT / "target" / "release" / "zhubi"
TEXTS = Path(__file__).with_name("texts.py")
MB = 1 << 20

# The generated texts have few distinct words or an endless line, so sentences recur. These rules correctly report that.
REPETITION_RULES = ",".join(f"layout/{near}repeated{part}" for near in ("", "nearly-") for part in ("", "-sentence"))

# The last line of a report: 共 3 处 (zhubi); 3 error(s), 0 warning(s) (limae). Reports without findings have none.
COUNTS = r"共 (\d+) 处", r"(\d+) error\(s\)", r"(\d+) warning\(s\)"


def check_installed(program, package):
    """Ends the script with an explanation if a program is missing."""
    if not shutil.which(program):
        sys.exit(f"{program} is not installed; it is in Debian's package {package}")


def check_built(program):
    if not Path(program).exists():
        sys.exit(f"{program} does not exist; run cargo build --release")


def describe_machine():
    """Returns the processor and the number of cores, as one line."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"{model[1] if model else 'unknown processor'}, {os.cpu_count()} cores"


@contextmanager
def work_folder():
    """Yields a temporary folder in `target/`, on the same disk as the program."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TARGET) as folder:
        yield Path(folder)


def generate(path, name, size, seed=1):
    """Writes a generated text to a file. Another process does it, so that this one stays small."""
    with open(path, "wb") as file:
        subprocess.run([sys.executable, TEXTS, name, str(size), "--seed", str(seed)], stdout=file, check=True)
    return path


def run(command, one_core=False, expect=(0, 1), limit=None, cwd=None):
    """Runs one process and returns its wall time and CPU time in seconds.

    Returns None if the process needs more than `limit` seconds of CPU time; it is then stopped.
    """
    if one_core:
        command = ["taskset", "-c", str(max(os.sched_getaffinity(0))), *command]
    if limit:
        command = ["prlimit", f"--cpu={math.ceil(limit)}", *command]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=cwd) as child:
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if limit and child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return None
    if child.returncode not in expect:
        sys.exit(f"{shlex.join(map(str, command))}: exit code {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def medians(commands, repeat, **options):
    """Returns the median wall and CPU time of each command over `repeat` runs.

    The commands run alternately, after one warm-up run each.
    """
    times = {name: [] for name in commands}
    for turn in range(repeat + 1):
        for name, command in commands.items():
            measured = run(command, **options)
            if turn > 0:
                times[name].append(measured)
    return {name: tuple(statistics.median(part) for part in zip(*runs)) for name, runs in times.items()}


def findings(command):
    """Runs one process and returns the number of findings, as given at the end of its report."""
    report = subprocess.run(command, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False)
    counts = [re.findall(count, (report.stdout + report.stderr)[-2000:]) for count in COUNTS]
    return sum(int(found[-1]) for found in counts if found)


def peak_memory(command):
    """Returns the peak memory of one process (resident set) in MB.

    GNU time starts the process, because the kernel counts the memory of the program that starts a process towards it.
    """
    with tempfile.NamedTemporaryFile("r") as file:
        run(["/usr/bin/time", "--format=%M", "--quiet", f"--output={file.name}", *command])
        return int(file.read().split()[-1]) / 1024


@contextmanager
def callgrind(command, limit=None, cwd=None):
    """Runs one process on one thread in valgrind and yields the file of its profile, or None if it exceeds the limit of CPU time."""
    with tempfile.NamedTemporaryFile("r", prefix="callgrind.") as file:
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={file.name}"]
        ended = run(["env", "RAYON_NUM_THREADS=1", *valgrind, *command], limit=limit, cwd=cwd)
        yield Path(file.name) if ended else None


def instructions(command, limit=None, cwd=None):
    """Returns the CPU instructions of one process, with startup, or None if it exceeds the limit of CPU time."""
    with callgrind(command, limit, cwd) as profile:
        return profile and int(re.search(r"^totals: (\d+)", profile.read_text(encoding="utf-8"), re.MULTILINE)[1])


def top_functions(command, count, limit=None, cwd=None):
    """Returns the functions with the highest own cost in instructions, and the instructions of the whole process.

    The lines that were inlined into a function count as part of it.
    """
    with callgrind(command, limit, cwd) as profile:
        if not profile:
            return [], 0
        annotate = ["callgrind_annotate", "--inclusive=no", "--threshold=100", "--auto=no", profile]
        lines = subprocess.run(annotate, capture_output=True, encoding="utf-8", check=True).stdout.splitlines()
    costs = Counter()
    for line in lines:
        # 1,234 (12.3%)  src/engine/pass.rs:zhubi::engine::pass::Pass::entry [/path/of/zhubi]
        row = re.match(r"\s*([\d,]+) \(\s*[\d.]+%\)\s+[^:]+:(.+?)(?: \[.*)?$", line)
        if row:
            costs[row[2]] += int(row[1].replace(",", ""))
    return costs.most_common(count), costs.total()
