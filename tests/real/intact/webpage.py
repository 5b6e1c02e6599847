"""The skeleton of HTML, as html5lib parses it: the tree of elements without its prose."""

import re
from xml.dom import Node

import html5lib

from .skeleton import Part, Skeleton

VERBATIM = {
    "code",
    "kbd",
    "math",
    "noembed",
    "noframes",
    "plaintext",
    "pre",
    "samp",
    "script",
    "style",
    "svg",
    "template",
}
VERBATIM |= {"textarea", "tt", "var", "xmp"}
"""Elements whose text is not prose, or is shown with its blanks."""

MATH_CLASS = "arithmatex"
"""The class that Python-Markdown gives formulas."""

PROSE_ATTRIBUTES = {"alt", "title"}
DESCRIPTIONS = {"description", "og:description", "og:title", "twitter:description", "twitter:title"}
"""Names of `<meta>` elements whose content is prose."""

TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{# (?s:.*?) #\}|<\?(?s:.*?)\?>|<%.*?%>")
"""What a template engine replaces: Jinja and its relatives, PHP, ASP."""


def is_prose(element, name: str) -> bool:
    """Tells whether the value of this attribute is prose."""
    if name in PROSE_ATTRIBUTES:
        return True
    label = element.getAttribute("name") or element.getAttribute("property")
    return element.tagName == "meta" and name == "content" and label.lower() in DESCRIPTIONS


def walk(node, skeleton: Skeleton, verbatim: bool) -> None:
    """Appends the children of a node."""
    for child in node.childNodes:
        match child.nodeType:
            case Node.TEXT_NODE if verbatim:
                skeleton.append(Part("text that is not prose", child.data))
            case Node.COMMENT_NODE:
                skeleton.append(Part("comment", f"<!--{child.data}-->"))
            case Node.DOCUMENT_TYPE_NODE:
                skeleton.append(Part("doctype", child.toxml()))
            case Node.ELEMENT_NODE:
                name = child.tagName
                skeleton.append(Part("element", f"<{name}>"))
                for attribute, value in sorted(child.attributes.items()):
                    value = "…" if is_prose(child, attribute) else value
                    skeleton.append(Part("attribute", f"{attribute}={value}"))
                inside = name in VERBATIM or child.getAttribute("class") == MATH_CLASS
                walk(child, skeleton, inside or (verbatim and name != "title"))
                skeleton.append(Part("element", f"</{name}>"))


def skeleton(source: str) -> Skeleton:
    """Returns the skeleton of a page, as browsers see it with scripts and without."""
    parts: Skeleton = []
    for scripting in (False, True):
        parser = html5lib.HTMLParser(html5lib.getTreeBuilder("dom"))
        walk(parser.parse(source, scripting=scripting), parts, verbatim=False)
    return parts + template_tags(source)


def template_tags(source: str) -> Skeleton:
    """Returns what a template engine replaces."""
    return [Part("template tag", tag) for tag in TEMPLATE.findall(source)]


def fragment_skeleton(source: str) -> Skeleton:
    """Returns the skeleton of a piece of HTML."""
    parts: Skeleton = []
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("dom"))
    walk(parser.parseFragment(source), parts, verbatim=False)
    return parts
