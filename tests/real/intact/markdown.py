"""The skeleton of Markdown, as markdown-it and Python-Markdown see it, with the tokens of other dialects."""

import itertools
import re
import unicodedata
from urllib.parse import unquote

import yaml
from markdown import markdown as python_markdown
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from mdit_py_plugins.texmath import texmath_plugin

from .skeleton import Part, Skeleton
from .webpage import fragment_skeleton, template_tags

PROSE_ATTRIBUTES = {"alt", "title"}
PROSE_FIELDS = {"title", "description"}
"""Fields of a metadata block that are prose."""

BLOCK_PLUGINS = (front_matter_plugin, footnote_plugin, deflist_plugin, admon_plugin, tasklists_plugin, amsmath_plugin)
INLINE_PLUGINS = (attrs_plugin, attrs_block_plugin, myst_block_plugin, myst_role_plugin)
CONTAINERS = ("note", "tip", "warning", "danger", "details")


def parser() -> MarkdownIt:
    """Returns markdown-it with the extensions that documentation sites use."""
    markdown = MarkdownIt("gfm-like", {"linkify": False}).disable("linkify")
    for plugin in BLOCK_PLUGINS + INLINE_PLUGINS:
        markdown.use(plugin)
    # As on GitHub, $$甲$$ is one formula within a line too; otherwise the text after it would be another.
    markdown.use(dollarmath_plugin, double_inline=True)
    for name in CONTAINERS:
        markdown.use(container_plugin, name)
    return markdown.use(texmath_plugin, delimiters="brackets")


MARKDOWN_IT = parser()

DIALECTS = {
    "wiki link": r"!?\[\[[^\[\]\n]*\]\]",
    "emoji code": r":[a-z][a-z0-9_+-]*:",
    "attribute list": r"\{:[^{}\n]*\}|\{[.#][^{}\n]*\}",
    "shortcode": r"\{\{[<%].*?[%>]\}\}",
    "admonition": r"^[ \t]*(?:!!!|\?\?\?\+?) .*$|^[ \t]*===[+!]? \".*$",
    "container": r"^[ \t>]*:{3,} *[a-z-]*",
    "include": r"^[ \t]*-+8<-+.*$",
    "abbreviation": r"^\*\[[^\]\n]*\]:",
    "citation": r"(?<!\w)@[A-Za-z0-9_-]+",
    "import": r"^import .* from [\"'].*$|^export (?:const|default|function) .*$",
    "TeX command": r"\\[a-z]+\{[^{}\n]*\}",
    "MyST target": r"^\([^()\n]+\)=$",
}
"""Tokens of dialects that the parsers do not know."""

CODE = re.compile(r"(?ms)^[ \t>]*(```+|~~~+).*?^[ \t>]*\1|(`+)(?!`).*?(?<!`)\2(?!`)|^(?: {4}|\t).*?$")


def dialect_tokens(source: str) -> Skeleton:
    """Returns the tokens of dialects outside code. The title in the head of an admonition is prose."""
    prose = CODE.sub("", source)
    tokens: Skeleton = []
    for kind, pattern in DIALECTS.items():
        for token in re.findall(pattern, prose, re.MULTILINE):
            tokens.append(Part(kind, re.sub(r'"[^"\n]*"', '"…"', token) if kind == "admonition" else token))
    return tokens + template_tags(prose)


def is_prose(code: str) -> bool:
    """Tells whether an indented block is prose after all: most of its letters are Chinese.

    Newsrooms indent paragraphs; what Markdown makes of them is not what they mean.
    """
    letters = [character for character in code if character.isalpha()]
    return sum(unicodedata.name(letter, "").startswith("CJK") for letter in letters) * 2 >= len(letters)


def slug(title: str) -> str:
    """Returns the id that GitHub gives a heading."""
    kept = (c for c in title.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def attributes(token: Token) -> Skeleton:
    """Returns the attributes of a token."""
    return [
        Part(
            "link target" if name in ("href", "src") else "attribute",
            f"{name}={'…' if name in PROSE_ATTRIBUTES else value}",
        )
        for name, value in sorted(token.attrs.items())
    ]


def inline(token: Token) -> Skeleton:
    """Returns the skeleton of an inline token."""
    match token.type:
        case "text" | "text_special" | "softbreak":
            return []
        case "html_inline":
            return [Part("inline HTML", re.sub(r"""\b(alt|title)=("[^"]*"|'[^']*')""", r"\1=…", token.content))]
        case "image":
            inside = [part for child in token.children or [] for part in inline(child)]
            return [Part("image", "image"), *attributes(token), *inside]
        case "footnote_ref":
            return [Part("footnote", str(token.meta))]
        case name:
            return [
                Part(name.removesuffix("_open").removesuffix("_close"), f"{name} {token.content}".strip()),
                *attributes(token),
            ]


def metadata(content: str) -> Skeleton:
    """Returns the fields of a metadata block.

    Without any field, it is text between two rules, as CommonMark has it.
    """
    if not re.search(r"(?m)^\s*[\w-]+\s*:(?:\s|$)", content):
        return [part for token in MARKDOWN_IT.parse(content) for part in block(token)]
    try:
        fields = yaml.load(content, yaml.BaseLoader)
    except yaml.YAMLError:
        fields = content
    if isinstance(fields, dict):
        fields = {name: "…" if name in PROSE_FIELDS and value else value for name, value in fields.items()}
    return [Part("metadata", str(fields))]


def block(token: Token) -> Skeleton:
    """Returns the skeleton of a token of a block."""
    match token.type:
        case "inline":
            return [part for child in token.children or [] for part in inline(child)]
        case "myst_line_comment":
            # The beginning of a paragraph to all but MyST.
            return []
        case "front_matter":
            return metadata(token.content)
        case "html_block":
            return fragment_skeleton(token.content)
        case "code_block":
            return [] if is_prose(token.content) else [Part("indented code", token.content)]
        case "fence" | "math_block" | "math_block_label" | "amsmath" | "colon_fence":
            return [Part(token.type.replace("_", " "), f"{token.info}\n{token.content}")]
        case "admonition_open" | "admonition_title_open":
            return [Part("admonition", token.type)]
        case name:
            return [Part(name.removesuffix("_open").removesuffix("_close"), name), *attributes(token)]


def internal_links(tokens: list[Token]) -> Skeleton:
    """Returns the links within the page, each with the position of the heading that it leads to."""
    headings = [
        slug("".join(child.content for child in after.children or [] if child.type in ("text", "code_inline")))
        for token, after in itertools.pairwise(tokens)
        if token.type == "heading_open"
    ]
    links: Skeleton = []
    for child in (child for token in tokens for child in token.children or []):
        target = unquote(str(child.attrs.get("href", ""))).lower()
        if target.startswith("#"):
            found = headings.index(target[1:]) if target[1:] in headings else "none"
            links.append(Part("internal link", f"{target} → heading {found}"))
    return links


def by_markdown_it(source: str) -> Skeleton:
    """Returns the skeleton that markdown-it sees."""
    tokens = MARKDOWN_IT.parse(source)
    parts: Skeleton = []
    head = ""
    for token in tokens:
        # What is indented under the head of a tab is its content, which markdown-it does not know.
        if token.type != "code_block" or not head.startswith(("===", "!!!", "???")):
            parts += block(token)
        head = token.content if token.type == "inline" else head
    return parts + internal_links(tokens)


EXTENSIONS = ["abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc"]
EXTENSIONS += [
    "pymdownx." + name for name in "arithmatex caret critic details emoji highlight inlinehilite keys".split()
]
EXTENSIONS += ["pymdownx." + name for name in "magiclink mark superfences tabbed tasklist tilde".split()]
OPTIONS = {
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.tabbed": {"alternate_style": True},
    # In Chinese a range is written with it: 13~17亿元.
    "pymdownx.tilde": {"subscript": False},
    # Ids of headings are compared by their links only.
    "toc": {"slugify": lambda title, separator: ""},
}


def by_python_markdown(source: str) -> Skeleton:
    """Returns the skeleton of the HTML that Python-Markdown makes, with the extensions of MkDocs sites.

    It has its own idea of where code ends, so of text only formulas are compared.
    """
    source = re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.DOTALL)
    # Arithmatex takes the second $ of these for the beginning of a formula, with the text after it.
    source = re.sub(r"\$\$[^$\n]+\$\$|\$`[^`\n]*`\$", "", source)
    parts = fragment_skeleton(python_markdown(source, extensions=EXTENSIONS, extension_configs=OPTIONS))
    return [
        Part(f"{part.kind} (Python-Markdown)", part.content)
        for part in parts
        if part.kind != "text that is not prose" or part.content.startswith(("\\(", "\\["))
    ]


def skeleton(source: str) -> Skeleton:
    """Returns the skeleton of a page of Markdown."""
    return by_markdown_it(source) + by_python_markdown(source) + dialect_tokens(source)
