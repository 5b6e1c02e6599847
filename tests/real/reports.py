"""Runs zhubi in every report format on ordinary and hostile drafts, and validates the reports.

Argument: the node_modules directory with the schema of SARIF and the validator of reviewdog's format.
"""

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import xmlschema

ROOT = Path(__file__).resolve().parents[2]
ZHUBI = ROOT / "target/debug/zhubi"
PACKAGES = Path(sys.argv[1]).resolve()
SCHEMAS = ROOT / "tests/schemas"

# Drafts (path → text) with characters that a report must escape.
HOSTILE = {
    "a b,c:d%25&'<x>.txt": "他说：“=1+1,两地携手,共建联盟。",
    "稿件/第一版.md": "# 标题,甲。\n\n<b>两地</b>携手,共建 `联盟` & [链接](a,b),好。\n",
    "crlf.txt": "甲乙,丙丁。\r\n第二行,第三行😀,第四行。\r\n",
    "control.txt": "甲\x01乙\x1b[31m,丙\ufffe丁\uffff,戊\u200b己,庚。\n",
    "formula.txt": "@总和,合计。-1,2。计划招聘20-30人。\n",
    "empty.txt": "",
    "clean.txt": "两地携手，共建联盟。\n",
}

passed = 0


def check(condition, *details):
    """Asserts the condition and counts it."""
    global passed
    assert condition, details
    passed += 1


def run(folder, fmt, *paths, code):
    """Runs `zhubi check`, checks its exit code and returns the report."""
    command = [ZHUBI, "check", "--level", "advice", "--format", fmt, *paths]
    done = subprocess.run(command, cwd=folder, capture_output=True)
    check(done.returncode == code, fmt, paths, done.returncode, done.stderr.decode())
    return done.stdout.decode()


def span(text, start_line, start, end_line, end):
    """Returns the text of a range; lines and columns start at 1, columns count code points, `end` is exclusive."""
    lines = text.split("\n")
    if start_line == end_line:
        return lines[start_line - 1][start - 1 : end - 1]
    first, last = lines[start_line - 1][start - 1 :], lines[end_line - 1][: end - 1]
    return "\n".join([first, *lines[start_line : end_line - 1], last])


def sarif(folder, report, findings):
    schema = json.loads((PACKAGES / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json").read_text())
    log = json.loads(report)
    jsonschema.Draft4Validator(schema).validate(log)
    (run,) = log["runs"]
    check(run["columnKind"] == "unicodeCodePoints")
    check(len(run["results"]) == len(findings))
    known = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    check(len(known) == len(set(known)))
    for result, finding in zip(run["results"], findings):
        place = result["locations"][0]["physicalLocation"]
        region = place["region"]
        text = (folder / unquote(place["artifactLocation"]["uri"])).read_bytes().decode()
        found = span(text, region["startLine"], region["startColumn"], region["endLine"], region["endColumn"])
        check(found == finding["text"] == region["snippet"]["text"], found, finding)
        check(result["ruleId"] == finding["rule"] and finding["rule"] in known)
        fixes = [fix["artifactChanges"][0]["replacements"][0] for fix in result.get("fixes", [])]
        offered = finding["suggestions"] if finding["fix"] != "none" else []
        check([fix["insertedContent"]["text"] for fix in fixes] == offered)


def rdjson(folder, report, findings):
    tool = PACKAGES / "@umbrelladocs/rdformat-validator/bin/rdformat-validator.js"
    done = subprocess.run(["node", tool, "--strict"], input=report, capture_output=True, text=True)
    check(done.returncode == 0, done.stdout, done.stderr)
    diagnostics = json.loads(report)["diagnostics"]
    check(len(diagnostics) == len(findings))
    for diagnostic, finding in zip(diagnostics, findings):
        place = diagnostic["location"]
        lines = (folder / place["path"]).read_bytes().split(b"\n")
        start, end = place["range"]["start"], place["range"]["end"]
        if start["line"] == end["line"]:
            line = lines[start["line"] - 1]
            check(line[start["column"] - 1 : end["column"] - 1].decode() == finding["text"], finding)


def gitlab(report, findings):
    issues = json.loads(report)
    jsonschema.validate(issues, json.loads((SCHEMAS / "gitlab-code-quality.json").read_text()))
    check(len({issue["fingerprint"] for issue in issues}) == len(issues) == len(findings))


def xml(schema, report, element, findings):
    xmlschema.XMLSchema(SCHEMAS / schema).validate(report)
    check(len(list(ElementTree.fromstring(report).iter(element))) == len(findings))


def github(report, findings):
    lines = report.splitlines()
    check(len(lines) == len(findings))
    for line, finding in zip(lines, findings):
        command = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        check(command is not None, line)
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        plain = properties["file"].replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
        check(plain == finding["path"].removeprefix("./"), plain, finding["path"])
        check(int(properties["line"]) == finding["line"])


def errata(report, findings):
    check(report.startswith("\ufeff"))
    rows = list(csv.reader(io.StringIO(report.removeprefix("\ufeff"), newline="")))
    check(all(len(row) == len(rows[0]) for row in rows))
    check(sum(int(row[2]) for row in rows[1:]) == len(findings))
    check(not any(cell[:1] in tuple("=+-@\t\r") for row in rows for cell in row if cell), rows)


def check_all_formats(folder, *paths, code):
    """Validates the reports of `paths` in all formats and returns the number of findings."""
    report = {
        fmt: run(folder, fmt, *paths, code=code)
        for fmt in ("jsonl", "sarif", "rdjson", "gitlab", "checkstyle", "junit", "github", "errata-csv")
    }
    findings = [json.loads(line) for line in report["jsonl"].split("\n") if line]
    sarif(folder, report["sarif"], findings)
    rdjson(folder, report["rdjson"], findings)
    gitlab(report["gitlab"], findings)
    xml("checkstyle.xsd", report["checkstyle"], "error", findings)
    xml("junit-10.xsd", report["junit"], "failure", findings)
    github(report["github"], findings)
    errata(report["errata-csv"], findings)
    return len(findings)


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    for path, text in HOSTILE.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(text.encode())
    check(check_all_formats(folder, ".", code=1) > 8)
    check(check_all_formats(folder, "./稿件/第一版.md", code=1) > 0)
    check(check_all_formats(folder, "clean.txt", "empty.txt", code=0) == 0)
    check(check_all_formats(folder, "clean.txt", "none.txt", "crlf.txt", code=2) > 0)
check(check_all_formats(ROOT, "samples", code=1) > 50)
print(f"{passed} passed, 0 failed")
