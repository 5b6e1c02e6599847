"""Makes an archive whose slips are known, has it checked in the ways of docs/archive.md, and compares the tables."""

import collections
import csv
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

ZHUBI, HOME, DOCUMENTS = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
EXAMPLES = pathlib.Path("docs/archive")
YEARS = range(1995, 2025)
# What is wrong, the rule that says so, and in how many of a thousand documents it stands, in the first and the last year.
SLIPS = [
    ("两地携手,共建新区。", "punctuation/halfwidth-comma", (300, 40)),
    ("全年接待游客大约三万人左右。", "number/approximation", (60, 180)),
    ("这项工程已经按装完毕。", "typo/wrong-word", (90, 90)),
    ("会场设在城东,座位已经排好。", "punctuation/halfwidth-comma", (30, 15)),
]
CLEAN = [
    "清晨六点，码头上的灯还亮着。",
    "村里的老人说，今年的雨水比往年多。",
    "工人们把钢梁吊到桥面，一根一根拼起来。",
    "孩子们在操场上排好队，等着升旗。",
    "这条路修通以后，进城只要半个小时。",
    "渔船陆续回港，岸边渐渐热闹起来。",
    "图书馆延长了开放时间，晚上也坐满了人。",
    "果农把桃子装进竹筐，连夜运往省城。",
    "新来的医生走遍了附近的山村。",
    "剧团到工地慰问，台下笑声不断。",
    "河道清淤之后，白鹭又飞回来了。",
    "车间主任把图纸摊在桌上，逐一讲解。",
]
BAD = ["", "{", '{"id":"x"}', '{"id":"y","text":"好。","date":"2001-02-29"}']


def rule_ids():
    """The rule that each slip is found by, as the program names it."""
    found = []
    for text, _, rates in SLIPS:
        line = json.dumps({"id": 1, "text": text}) + "\n"
        out = subprocess.run([ZHUBI, "check", "--jsonl-in", "--exit-zero"], input=line.encode(), capture_output=True, check=True)
        findings = json.loads(out.stdout)["findings"]
        assert len(findings) == 1, f"{text} has to have one slip: {findings}"
        found.append((text, findings[0]["rule"], rates))
    return found


def make_archive(folder, slips):
    """Writes the archive, a file a year. Returns the known number of slips by rule and year."""
    random.seed(7)
    folder.mkdir()
    known = collections.Counter()
    size = 0
    for place, year in enumerate(YEARS):
        share = place / (len(YEARS) - 1)
        with open(folder / f"{year}.jsonl", "w", encoding="utf-8") as file:
            for number in range(DOCUMENTS * place // len(YEARS), DOCUMENTS * (place + 1) // len(YEARS)):
                # No sentence is said twice: that would be a slip of its own.
                sentences = random.sample(CLEAN, k=random.randint(3, 9))
                for text, rule, (first, last) in slips:
                    if random.random() * 1000 < first + (last - first) * share:
                        sentences.insert(random.randrange(len(sentences) + 1), text)
                        known[rule, year] += 1
                half = len(sentences) // 2
                text = "".join(sentences[:half]) + "\n" + "".join(sentences[half:])
                size += len(text.encode())
                document = {"id": f"{year}-{number}", "date": f"{year}-{number % 12 + 1:02}-{number % 28 + 1:02}", "text": text}
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
            if year == YEARS[-1]:
                file.writelines(line + "\n" for line in BAD)
    return known, size


def timed(what, run):
    start = time.monotonic()
    result = run()
    seconds = time.monotonic() - start
    print(f"{what}: {DOCUMENTS} documents in {seconds:.1f} s, {DOCUMENTS / seconds:.0f} a second", flush=True)
    return result


def answers_in(files):
    return sorted(line for file in files for line in file.read_text(encoding="utf-8").splitlines())


def main():
    work = HOME / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    slips = rule_ids()
    known, size = make_archive(work / "archive", slips)
    print(f"the archive: {DOCUMENTS} documents, {size / 1e6:.1f} MB of text, {sum(known.values())} slips")

    # Spark, in partitions.
    spark = [sys.executable, str(EXAMPLES / "spark.py"), ZHUBI, str(work / "archive"), str(work / "spark"), "8"]
    # Most of the time Spark needs for a few documents is that of its start.
    java = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    submit = f"--master local[*] --driver-java-options '{java}' --conf spark.ui.enabled=false pyspark-shell"
    quiet = dict(os.environ, PYSPARK_SUBMIT_ARGS=submit)
    timed("Spark", lambda: subprocess.run(spark, env=quiet, check=True, stderr=subprocess.DEVNULL))
    by_spark = answers_in((work / "spark").glob("part-*"))
    assert len(by_spark) == DOCUMENTS + len(BAD), len(by_spark)

    # xargs, for who has no Spark.
    (work / "xargs").mkdir()
    script = """ls archive | xargs -P "$(nproc)" -I{} sh -c \\
        '"$ZHUBI" check --jsonl-in --exit-zero --jobs 1 < "archive/$1" > "xargs/$1" || [ $? = 2 ]' year {}"""
    timed("xargs", lambda: subprocess.run(["sh", "-c", script], cwd=work, env=dict(os.environ, ZHUBI=ZHUBI), check=True, stderr=subprocess.DEVNULL))
    without_line = lambda answers: sorted(json.dumps({k: v for k, v in json.loads(a).items() if k != "line"}, sort_keys=True) for a in answers)
    by_xargs = answers_in((work / "xargs").iterdir())
    assert without_line(by_spark) == without_line(by_xargs), "Spark and xargs have other answers"

    # One zhubi for all, with all cores: the answers come in the order of the documents.
    script = 'cat archive/* | "$0" check --jsonl-in --exit-zero >all.jsonl || [ $? = 2 ]'
    timed("one process", lambda: subprocess.run(["sh", "-c", script, ZHUBI], cwd=work, check=True, stderr=subprocess.DEVNULL))
    order = lambda lines: [json.loads(line).get("id") for line in lines]
    documents = [line for year in YEARS for line in (work / f"archive/{year}.jsonl").read_text(encoding="utf-8").splitlines()]
    sent = order(line for line in documents if line not in BAD)
    assert order((work / "all.jsonl").read_text(encoding="utf-8").splitlines())[: len(sent)] == sent, "the order has changed"

    # DuckDB reads what Spark has written, makes the tables, and the picture is drawn.
    picture = HOME / "slips.svg"
    timed("DuckDB", lambda: subprocess.run([sys.executable, str(EXAMPLES / "plot.py"), str(work / "spark/part-*"), str(picture)], check=True))
    assert "每十万字处数" in picture.read_text(encoding="utf-8")
    table = lambda name: list(csv.DictReader(open(HOME / f"{name}.csv", encoding="utf-8")))
    found = {(row["rule"], int(row["year"])): int(row["slips"]) for row in table("slips")}
    assert found == dict(known), {key: (found.get(key), known.get(key)) for key in found.keys() ^ known.keys()} or "other numbers"
    assert sum(int(row["lines"]) for row in table("failures")) == len(BAD)
    assert sum(int(row["documents"]) for row in table("years")) == DOCUMENTS
    for row in table("most"):
        print(f'{row["times"]:>8}  {row["rule"]}  {row["printed"]} → {row["correct"]}  {row["first"]}–{row["last"]}')
    shutil.rmtree(work)


main()
