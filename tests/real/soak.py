"""Makes drafts by tests/fuzz/copy.grammar, and has them checked, fixed, and fixed again by `--jsonl-in`."""

import difflib
import json
import pathlib
import random
import re
import subprocess
import sys
import time
import tomllib

ZHUBI, DRAFTS, SEED = sys.argv[1], int(sys.argv[2]), sys.argv[3]

# How many drafts go through the program at a time.
BATCH = 20000

# How many symbols of the grammar a draft is made of.
MOST_SYMBOLS = 150

FORMATS = [("text", "plain"), ("markdown", "markdown"), ("html", "html"), ("subtitles", "subtitles"), ("text", "figures")]
ESCAPES = {"n": "\n", "t": "\t", "s": " ", "p": "|", "e": "", "z": "\u200b", "i": "\u3000", "x": "\u00a0", "u": "\u202e"}


def unescape(text):
    """A text of the grammar with the characters that its escapes stand for."""
    return re.sub(r"\\([ntspezixu])", lambda found: ESCAPES[found[1]], text)


def read_grammar():
    """The texts that each symbol may stand for, divided into plain text and symbols."""
    symbols = {}
    for line in pathlib.Path("tests/fuzz/copy.grammar").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, texts = line.split(" = ", 1)
            symbols[name] = [re.split(r"\{([\w-]+)\}", unescape(text)) for text in texts.split(" | ")]
    for path in sorted(pathlib.Path("rules").glob("*/*.toml")):
        for rule in tomllib.loads(path.read_text(encoding="utf-8")).get("rule", []):
            for example in rule.get("example", []) if isinstance(rule, dict) else []:
                for field, symbol in (("bad", "slip"), ("ok", "rule-text")):
                    if field in example:
                        symbols[symbol].append([re.sub("[⟦⟧{}]", "", example[field])])
    return symbols


def write(symbols, start, chance):
    """What a symbol stands for. When many have been written, the first text of each is taken."""
    out, open_texts, count = [], [(chance.choice(symbols[start]), 0)], 0
    while open_texts:
        text, at = open_texts.pop()
        out.append(text[at])
        if at + 1 < len(text):
            open_texts.append((text, at + 2))
            count += 1
            choices = symbols[text[at + 1]]
            open_texts.append((choices[0] if count > MOST_SYMBOLS else chance.choice(choices), 0))
    return "".join(out)


def answers(command, documents, seconds):
    """The answers to documents. The time that they took is appended to `seconds`."""
    lines = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    start = time.monotonic()
    done = subprocess.run([ZHUBI, *command, "--jsonl-in", "--no-config"], input=lines.encode(), capture_output=True)
    seconds.append(time.monotonic() - start)
    if done.returncode not in (0, 1):
        sys.exit(f"zhubi {' '.join(command)} ended with {done.returncode}: {done.stderr.decode(errors='replace')[:2000]}")
    found = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
    assert [answer["id"] for answer in found] == [document["id"] for document in documents], "the order, or the number of answers"
    return found


def main():
    symbols = read_grammar()
    chance = random.Random(SEED)
    size, findings, changes, wrong = 0, 0, 0, 0
    checks, fixes, more_fixes = [], [], []
    for first in range(0, DRAFTS, BATCH):
        documents = []
        for number in range(first, min(first + BATCH, DRAFTS)):
            shown, symbol = chance.choice(FORMATS)
            documents.append({"id": number, "text": write(symbols, symbol, chance), "format": shown})
        size += sum(len(document["text"].encode()) for document in documents)
        checked = answers(["check", "--level", "advice"], documents, checks)
        fixed = answers(["fix", "--suggested"], documents, fixes)
        again = [{**document, "text": answer["text"]} for document, answer in zip(documents, fixed)]
        twice = answers(["fix", "--suggested"], again, more_fixes)
        findings += sum(len(answer["findings"]) for answer in checked)
        changes += sum(len(answer["changes"]) for answer in fixed)
        for document, once, answer in zip(documents, fixed, twice):
            if answer["text"] != once["text"]:
                wrong += 1
                show(document, once["text"], answer["text"])
        print(f"{len(documents) + first} drafts, {wrong} changed by fixing twice", flush=True)
    print(f"{DRAFTS} drafts of {size / 1e6:.1f} MB: {findings} findings, {changes} changes; check {sum(checks):.0f} s, fix {sum(fixes):.0f} s, fix again {sum(more_fixes):.0f} s")
    sys.exit(bool(wrong))


def show(document, once, twice):
    """Prints a draft that fixing twice changes, and what changes."""
    print(f"FAILED: {json.dumps(document, ensure_ascii=False)}")
    print(*difflib.unified_diff(once.splitlines(), twice.splitlines(), "once", "twice", lineterm="", n=0), sep="\n")


if __name__ == "__main__":
    main()
