#!/usr/bin/env python3
"""Compares the speed of zhubi and limae, another linter for Chinese text. Whole processes run alternately.

limae runs in two configurations: as installed, which is what its users get, and without the two rules that newspapers
do not follow (half-width brackets, spaces around digits). Only the ratios are meaningful, because absolute times depend
on the machine. The script fails if zhubi or the second limae reports findings in text without errors, or if any of the
three finds nothing in text with errors.
"""

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# The last line of a report: 共 3 处 (zhubi); 3 error(s), 0 warning(s) (limae). Reports without findings have none.
COUNTS = r"共 (\d+) 处", r"(\d+) error\(s\)", r"(\d+) warning\(s\)"

# The rules of limae that newspapers do not follow: half-width brackets, and spaces around digits.
NON_NEWSPAPER_RULES = "zh-typography-2,zh-typography-5"

# The generated text has few distinct words, so sentences recur. These rules correctly report that.
REPETITION_RULES = "layout/repeated,layout/nearly-repeated"

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target" / "bench"
MB = 1 << 20

# The phrases of generated sentences: who, when, did, what, why, said. A fixed seed makes the text reproducible.
WHO = "张晓明 李文静 王建国 老支书 合作社负责人 两位返乡青年 市图书馆 乡镇卫生院 社区网格员 青年突击队 水文站 县剧团 \
护林员老周 技术骨干 值班医生 非遗传承人 采茶能手 村民代表 退休教师 快递小哥".split()
WHEN = "清晨 去年秋天 连续三天 入冬以来 2021年3月 周末 近日 春耕时节 节前 当天下午 汛期来临前 每逢赶集日".split()
DID = "整理出 修缮了 走访了 记录下 推广了 清点了 请来 改造了 登记了 送去 收集到 试种了 排练了 检修了 办起了".split()
WHAT = "四十多户人家的心愿 一批旧照片 沿河步道 老戏台 三百余册图书 新品种柑橘 灌溉水渠 夜校课程 山货集市 校园广播站 \
防汛物资 手工竹编 村史馆 古井和石桥 十二座便民驿站 山泉水厂 农机具 儿童阅览角".split()
WHY = "大家都说这样方便多了 日子一天比一天有盼头 效果要等明年才看得出来 这让外出务工的人也放下心来 费用由几家共同承担 \
年轻人愿意留下来了 来往的客商渐渐多了 前后花了将近半年 比原先省下一半工夫 下一步还要请专家来看 谁也没有想到会这样顺利".split()
SAID = "“只要肯动手，办法总会有。” “先把路修通，别的慢慢来。” “我们不图快，图的是稳当。” “这件事早就该做了。”".split()


def sentence(rng):
    who, when, did, what, why = (rng.choice(words) for words in (WHO, WHEN, DID, WHAT, WHY))
    form = rng.randrange(5)
    if form == 0:
        return f"{when}，{who}{did}{what}，{why}。"
    if form == 1:
        return f"{who}和{rng.choice(WHO)}一起{did}{what}、{rng.choice(WHAT)}，还{rng.choice(DID)}{rng.choice(WHAT)}；{why}。"
    if form == 2:
        return f"{who}说：{rng.choice(SAID)}"
    if form == 3:
        return f"《{rng.choice(WHAT)}》一文提到，{when}{who}{did}{what}（共{rng.randrange(3, 900)}件），{why}。"
    return f"{why}，{who}{did}的{what}占了{rng.randrange(11, 89)}%，{rng.choice(WHY)}。"


def copy(size, seed):
    """Returns about `size` bytes of paragraphs without errors."""
    rng = random.Random(seed)
    paragraphs, length = [], 0
    while length < size:
        paragraph = "".join(sentence(rng) for _ in range(rng.randrange(2, 7)))
        paragraphs.append(paragraph)
        length += len(paragraph.encode()) + 2
    return "\n\n".join(paragraphs) + "\n"


def run(command, one_core=False, expect=(0, 1)):
    """Runs one process and returns its wall time and CPU time in seconds."""
    if one_core:
        command = ["taskset", "-c", str(max(os.sched_getaffinity(0))), *command]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in expect:
        sys.exit(f"{command}: exit code {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def findings(command):
    """Runs one process and returns the number of findings, as given at the end of its report."""
    report = subprocess.run(command, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False)
    counts = [re.findall(count, (report.stdout + report.stderr)[-2000:]) for count in COUNTS]
    return sum(int(found[-1]) for found in counts if found)


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


def install_limae():
    programs = TARGET / "venv" / "bin"
    if not (programs / "limae").exists():
        subprocess.run([sys.executable, "-m", "venv", TARGET / "venv"], check=True)
        subprocess.run([programs / "pip", "install", "--quiet", "limae==0.13.4"], check=True)
    return programs / "limae"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zhubi", type=Path, default=ROOT / "target" / "release" / "zhubi")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each large case (the one-page case runs ten times as often)")
    parser.add_argument("--largest", type=int, default=16, help="size of the largest case in MB")
    options = parser.parse_args()
    if not options.zhubi.exists():
        sys.exit(f"{options.zhubi} does not exist; run cargo build --release")
    if not shutil.which("taskset"):
        sys.exit("taskset is not installed")
    limae = install_limae()

    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TARGET) as folder:
        folder = Path(folder)

        def write(name, text):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return path

        def programs(path):
            return {
                "zhubi": [options.zhubi, "check", "--skip", REPETITION_RULES, path],
                "limae": [limae, path],
                "limae, two rules off": [limae, "--disable", NON_NEWSPAPER_RULES, path],
            }

        def table(title, path, repeat, unit, convert):
            """Prints a row per program: its CPU time converted to `unit`, and zhubi's value divided by it."""
            commands = programs(path)
            counts = {name: findings(command) for name, command in commands.items()}
            if counts["zhubi"] or counts["limae, two rules off"]:
                sys.exit(f"findings in text without errors, {path.name}: {counts}")
            result = {name: convert(cpu) for name, (_, cpu) in medians(commands, repeat, one_core=True).items()}
            print(f"{title:44} {unit:>8}  findings  zhubi / row")
            for name, value in result.items():
                print(f"  {name:42} {value:8.1f}  {counts[name]:8}  {result['zhubi'] / value:11.2f}")

        page = write("page.md", copy(18 << 10, seed=1))
        table("one page of 18 KB without errors, CPU time", page, options.repeat * 10, "ms", lambda cpu: cpu * 1000)

        clean = copy(options.largest * MB, seed=2)
        size = len(clean.encode()) / MB
        title = f"{size:.0f} MB without errors, one core, by CPU time"
        table(title, write("clean.md", clean), options.repeat, "MB/s", lambda cpu: size / cpu)

        print("every ， replaced by a half-width comma, one core, CPU time per MB without process startup")
        sizes = [1 << power for power in range(options.largest.bit_length())]
        cases = [write(f"halfwidth-{size}.md", copy(size * MB, seed=3).replace("，", ",")) for size in sizes]
        startup = medians(programs(write("empty.md", "")), options.repeat * 4, one_core=True)
        rates = {name: [] for name in startup}
        for case, size in zip(cases, sizes):
            real = case.stat().st_size / MB
            result = medians(programs(case), options.repeat, one_core=True, expect=(1,))
            for name, rate in rates.items():
                rate.append((result[name][1] - startup[name][1]) / real)
            print(f"  {size:3} MB: " + ", ".join(f"{name}: {rate[-1] * 1000:.1f} ms" for name, rate in rates.items()))
        for name, rate in rates.items():
            print(f"  {name}: time per MB of the largest case over that of the smallest: {rate[-1] / rate[0]:.2f}")

        for number in range(800):
            write(f"many/{number}.md", copy(18 << 10, seed=100 + number))
        many = [options.zhubi, "check", "--skip", REPETITION_RULES, folder / "many"]
        cores = len(os.sched_getaffinity(0))
        result = medians(
            {"one": ["env", "RAYON_NUM_THREADS=1", *many], "all": ["env", f"RAYON_NUM_THREADS={cores}", *many]},
            options.repeat,
        )
        one, all_cores = result["one"][0], result["all"][0]
        print(f"800 pages, wall time, 1 thread and {cores}")
        print(f"  {one * 1000:.0f} ms and {all_cores * 1000:.0f} ms: {one / all_cores:.2f} times as fast")


if __name__ == "__main__":
    main()
