"""What must hold of a Word file that zhubi has fixed, by an implementation of tracked changes of its own."""

import io
import re
import zipfile
from collections.abc import Iterator
from enum import Enum

import docx
from lxml import etree

from .skeleton import Difference, Part, Skeleton, differences

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
OWN = {"zhubi", "朱笔"}
"""The names under which zhubi writes."""

REVISIONS = {"ins", "del", "moveFrom", "moveTo"}
FORMAT = "␟"
"""Stands between a text and its format in a skeleton."""

PROPERTIES = {"rPr", "trPr", "tcPr", "numPr"}
"""Elements in which a tracked change is one of the paragraph mark, the row, the cell or the numbering."""

ANCHORS = {"commentRangeStart", "commentRangeEnd", "commentReference"}
LISTS_OF_PARTS = ("[Content_Types].xml", "word/_rels/document.xml.rels")
"""The files in which a part with comments is announced."""


class Changes(Enum):
    """What happens to the tracked changes of zhubi."""

    ACCEPTED = "ins"
    REJECTED = "del"


def name_of(element) -> str:
    """Returns the name of a WordprocessingML element without its namespace, or of any other element with it."""
    tag = element.tag
    if not isinstance(tag, str):
        return "#comment"
    return tag.removeprefix(W).removeprefix(STRICT_W)


def attribute(element, name: str) -> str:
    """Returns an attribute of WordprocessingML, or an empty text."""
    return element.get(W + name) or element.get(STRICT_W + name) or ""


def canonical(element) -> str:
    """Returns an element as text, the same for the same element."""
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False).decode()


def start_tag(element, without: tuple[str, ...] = ()) -> str:
    """Returns the name and the attributes of an element; the ids of editing sessions do not count."""
    attributes = sorted(f"{name.rpartition('}')[2]}={value}" for name, value in element.items())
    kept = [attribute for attribute in attributes if not attribute.startswith(("rsid", *without))]
    return " ".join([name_of(element), *kept])


def format_of(run) -> str:
    """Returns the format of a run."""
    properties = [
        element for child in run if name_of(child) == "rPr" for element in child.iter() if element is not child
    ]
    return "; ".join(map(start_tag, properties))


class Reader:
    """Reads one part of the archive as a skeleton in which the text stands as it is.

    Text is one entry for each stretch of the same formatting and the same tracked change of another author, however it
    is divided into runs.
    """

    def __init__(self, own_comments: set[str], changes: Changes, others: bool) -> None:
        self.own_comments = own_comments
        self.changes = changes
        self.others = others
        self.skeleton: Skeleton = []
        self.format = ""
        self.stretch = ("", "")

    def text(self, text: str, around: str) -> None:
        """Appends text."""
        form, before = self.stretch
        if form != self.format + around:
            self.end_stretch()
            form, before = self.format + around, ""
        self.stretch = (form, before + text)

    def end_stretch(self) -> None:
        """Appends the text that has been read."""
        form, text = self.stretch
        if text:
            self.skeleton.append(Part("text", text + FORMAT + form))
        self.stretch = ("", "")

    def is_own_anchor(self, element) -> bool:
        """Tells whether the element belongs to a comment of zhubi."""
        if name_of(element) in ANCHORS:
            return attribute(element, "id") in self.own_comments
        content = [child for child in element if name_of(child) != "rPr"]
        return name_of(element) == "r" and bool(content) and all(map(self.is_own_anchor, content))

    def read(self, element, around: str = "") -> None:
        """Appends an element. `around` names the tracked changes of other authors that it is in."""
        name = name_of(element)
        if name in REVISIONS and name_of(element.getparent()) not in PROPERTIES:
            self.revision(element, around)
        elif name == "#comment" or self.is_own_anchor(element):
            return
        elif name == "r":
            outer, self.format = self.format, format_of(element)
            self.children(element, around)
            self.format = outer
        elif name in ("t", "delText"):
            content = element.text or ""
            self.text(content if element.get(SPACE) == "preserve" else content.strip(" \t\r\n"), around)
        elif name != "rPr" or name_of(element.getparent()) != "r":
            self.end_stretch()
            self.skeleton.append(Part(f"element {name}", f"<{start_tag(element)}>"))
            self.skeleton += [Part(f"content of {name}", element.text)] if (element.text or "").strip() else []
            self.children(element, around)
            self.end_stretch()
            self.skeleton.append(Part(f"element {name}", f"</{name}>"))

    def revision(self, element, around: str) -> None:
        """Appends a tracked change."""
        if attribute(element, "author") in OWN:
            if name_of(element) == self.changes.value:
                self.children(element, around)
        elif self.others:
            self.children(element, f"{around} {start_tag(element, without=('id',))}")
        else:
            self.children(element, around)

    def children(self, element, around: str) -> None:
        """Appends the children of an element."""
        for child in element:
            self.read(child, around)


def read(xml: bytes, own_comments: set[str], changes: Changes, others: bool = True) -> Skeleton:
    """Returns the skeleton of a part. `others`: text tells which tracked changes of other authors it is in."""
    reader = Reader(own_comments, changes, others)
    reader.read(etree.fromstring(xml))
    return reader.skeleton


def without_text(skeleton: Skeleton) -> Skeleton:
    """Returns the skeleton without text."""
    return [part for part in skeleton if part.kind != "text"]


def formats(skeleton: Skeleton) -> list[set[str]]:
    """Returns the formats of the text between every two elements."""
    groups: list[set[str]] = [set()]
    for part in skeleton:
        if part.kind == "text":
            groups[-1].add(part.content.rpartition(FORMAT)[2])
        else:
            groups.append(set())
    return groups


def is_protected(control) -> bool:
    """Tells whether the text of a content control is not the author's to change: locked, bound to data, placeholder."""
    for properties in control:
        if name_of(properties) == "sdtPr":
            names = {name_of(child) for child in properties}
            locks = [attribute(child, "val") for child in properties if name_of(child) == "lock"]
            bound = any(name.endswith("dataBinding") for name in names)
            return bound or "showingPlcHdr" in names or bool({"contentLocked", "sdtContentLocked"} & set(locks))
    return False


def protected_text(xml: bytes) -> list[str]:
    """Returns the text in protected content controls."""
    controls = [
        element for element in etree.fromstring(xml).iter() if name_of(element) == "sdt" and is_protected(element)
    ]
    return [
        "".join(e.text or "" for e in control.iter() if name_of(e) in ("t", "delText", "instrText"))
        for control in controls
    ]


class File:
    """A Word file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.entries = archive.infolist()
            self.parts = {entry.filename: archive.read(entry) for entry in self.entries}

    def comments(self) -> dict[str, tuple[str, str]]:
        """Returns the comments: id → author, and the comment as text."""
        found = {}
        for name, xml in self.parts.items():
            if name.startswith("word/comments") and name.endswith(".xml") and b"<" in xml:
                for element in etree.fromstring(xml):
                    if name_of(element) == "comment":
                        found[attribute(element, "id")] = (attribute(element, "author"), canonical(element))
        return found


def archive_differences(before: File, after: File) -> Iterator[Difference]:
    """Compares the archives but for the content of changed parts."""
    names = [entry.filename for entry in before.entries]
    kept = [entry.filename for entry in after.entries if entry.filename in before.parts]
    if kept != names:
        yield Difference("archive entries", str(names), str(kept))
    for name in [name for name in after.parts if name not in before.parts]:
        if not name.startswith("word/comments"):
            yield Difference("new part", "", name)
    for old in before.entries:
        new = next((entry for entry in after.entries if entry.filename == old.filename), None)
        same = new and (new.compress_type, new.date_time) == (old.compress_type, old.date_time)
        if new and not same and before.parts[old.filename] == after.parts[old.filename]:
            yield Difference("archive entry", repr(old), repr(new))


def comment_differences(before: File, after: File) -> Iterator[Difference]:
    """Checks that other comments are as they were, and that each new comment is anchored."""
    old, new = before.comments(), after.comments()
    for id, (_, content) in old.items():
        if new.get(id, ("", ""))[1] != content:
            yield Difference("comment of another author", content, str(new.get(id)))
    stories = [xml for name, xml in after.parts.items() if name.endswith(".xml") and "comments" not in name]
    anchored = {id for xml in stories for id in re.findall(rb"""commentReference [^>]*\bid=["'](\d+)""", xml)}
    for id, (author, content) in new.items():
        if id not in old and (author not in OWN or id.encode() not in anchored):
            yield Difference("comment without anchor", "", content)


def announced(xml: bytes) -> Skeleton:
    """Returns the entries of a list of parts, in any order."""
    return sorted(Part("list of parts", canonical(element)) for element in etree.fromstring(xml))


def part_differences(
    name: str, before: bytes, after: bytes, new_comments: set[str], tracked: bool
) -> Iterator[Difference]:
    """Compares one changed part."""
    try:
        etree.fromstring(after)
    except etree.XMLSyntaxError as error:
        yield Difference("XML that does not parse", name, str(error))
        return
    if name in LISTS_OF_PARTS:
        missing = [part for part in announced(before) if part not in announced(after)]
        yield from (Difference("list of parts", part.content, "") for part in missing)
    elif name.startswith("word/comments"):
        return
    else:
        original = read(before, set(), Changes.ACCEPTED)
        accepted = read(after, new_comments, Changes.ACCEPTED)
        if tracked:
            yield from differences(original, read(after, new_comments, Changes.REJECTED))
        yield from differences(without_text(original), without_text(accepted))
        accepted = read(after, new_comments, Changes.ACCEPTED, others=False)
        for old, new in zip(
            formats(read(before, set(), Changes.ACCEPTED, others=False)), formats(accepted), strict=False
        ):
            if not new <= old:
                yield Difference("format", str(old), str(new))
        if protected_text(before) != protected_text(after):
            yield Difference("protected content control", str(protected_text(before)), str(protected_text(after)))


def compare(before: bytes, after: bytes, tracked: bool) -> Iterator[Difference]:
    """Compares a Word file with the fixed one. `tracked`: the fixes are tracked changes, otherwise made at once."""
    old, new = File(before), File(after)
    yield from archive_differences(old, new)
    yield from comment_differences(old, new)
    new_comments = set(new.comments()) - set(old.comments())
    for name, xml in new.parts.items():
        if name in old.parts and xml != old.parts[name]:
            yield from part_differences(name, old.parts[name], xml, new_comments, tracked)
    try:
        docx.Document(io.BytesIO(before))
    except Exception:
        return
    try:
        docx.Document(io.BytesIO(after))
    except Exception as error:
        yield Difference("python-docx cannot read it", "", repr(error))


def compare_accepted(tracked: bytes, accepted: bytes, draft: bytes) -> Iterator[Difference]:
    """Compares the tracked changes, accepted here, with the file whose changes zhubi made at once."""
    one, other, original = File(tracked), File(accepted), File(draft)
    new_comments = set(one.comments()) - set(original.comments())
    for name, xml in original.parts.items():
        if name in one.parts and name in other.parts and (one.parts[name] != xml or other.parts[name] != xml):
            if name not in LISTS_OF_PARTS and not name.startswith("word/comments"):
                try:
                    yield from differences(
                        read(one.parts[name], new_comments, Changes.ACCEPTED, others=False),
                        read(other.parts[name], set(), Changes.ACCEPTED, others=False),
                    )
                except etree.XMLSyntaxError:
                    pass
