#!/usr/bin/env python3
"""Rebuilds rules/lexicon/glyphs: pairs of common characters whose printed forms resemble each other.

    python3 -m venv env && env/bin/pip install numpy==2.4.6 pillow==13.0.0
    env/bin/python tests/lexicon/glyphs.py FONT [FONT ...]

FONT are fonts with Chinese characters; the list was made with NotoSerifCJK-Bold.ttc and NotoSansCJK-Regular.ttc
(SIL Open Font License). Only which characters resemble each other is taken from them. Run it when the list of words has
changed much. The build of zhubi does not run it.
"""

import collections
import pathlib
import sys

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HOME = pathlib.Path(__file__).resolve().parents[2] / "rules" / "lexicon"

# The characters that are compared: those of GB 2312 that occur most often in words.
MOST_CHARACTERS = 3500
# The size of an image, the radius by which it is blurred, in pixels.
SIZE, BLUR = 40, 1.3
# The correlation of two images from which on the characters look alike.
ALIKE = 0.85
# The correlation from which on they do if each is among the nearest of the other: simple characters have few strokes in
# which they could agree.
NEAREST_ALIKE, NEAREST = 0.70, 3


def frequent_characters():
    """Returns the characters of GB 2312 that occur most often in the list of words."""
    counts = collections.Counter()
    for line in (HOME / "words").read_text(encoding="utf-8").splitlines():
        word, frequency = ("", 0) if line.startswith("#") else line.split()[:2]
        counts.update({character: int(frequency) for character in word if is_common(character)})
    return [character for character, _ in counts.most_common(MOST_CHARACTERS)]


def is_common(character):
    """Returns whether a character is a Chinese one of GB 2312."""
    try:
        return "\u4e00" <= character <= "\u9fff" and bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def simplified_face(path):
    """Returns the face of a font file with the forms used in mainland China, or its only face."""
    faces = []
    while True:
        try:
            faces.append(ImageFont.truetype(path, SIZE, index=len(faces)))
        except OSError:
            break
    return next((face for face in faces if " SC" in face.getname()[0]), faces[0])


def images(characters, path):
    """Returns a row for each character: its blurred image, with mean 0 and length 1."""
    face = simplified_face(path)
    rows = []
    for character in characters:
        image = Image.new("L", (SIZE + 8, SIZE + 16), 0)
        ImageDraw.Draw(image).text((4, -4), character, font=face, fill=255)
        rows.append(numpy.asarray(image.filter(ImageFilter.GaussianBlur(BLUR)), dtype=numpy.float32).ravel())
    rows = numpy.array(rows)
    rows -= rows.mean(axis=1, keepdims=True)
    return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


def readings():
    """Returns the readings of each character."""
    found = collections.defaultdict(set)
    for line in (HOME / "readings").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            reading, characters = line.split()
            for character in characters:
                found[character].add(reading)
    return found


def main():
    characters = frequent_characters()
    sounds = readings()
    correlations = [rows @ rows.T for rows in (images(characters, path) for path in sys.argv[1:])]
    # Half of the least and half of the mean: they must resemble each other in every font.
    alike = (numpy.min(correlations, axis=0) + numpy.mean(correlations, axis=0)) / 2
    numpy.fill_diagonal(alike, 0)
    ranks = (-alike).argsort(axis=1).argsort(axis=1)
    is_pair = (alike >= ALIKE) | ((alike >= NEAREST_ALIKE) & (ranks < NEAREST) & (ranks.T < NEAREST))
    pairs = []
    for one, other in zip(*numpy.where(numpy.triu(is_pair, 1))):
        pair = sorted(characters[one] + characters[other])
        if not sounds[pair[0]] & sounds[pair[1]]:
            pairs.append("".join(pair))
    comment = "# Pairs of characters whose printed forms resemble each other and that do not sound the same."
    (HOME / "glyphs").write_text("\n".join([comment, *sorted(pairs)]) + "\n", encoding="utf-8")
    print("glyphs", len(pairs))


if __name__ == "__main__":
    main()
