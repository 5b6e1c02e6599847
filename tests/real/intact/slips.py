"""Chinese with slips that zhubi corrects, and how it gets into drafts of other languages."""

import io
import random
import re
import zipfile

from lxml import etree
from markdown_it.token import Token

SLIPS = (
    '他说,"好的".',
    "13~17亿元",
    "甲乙,丙丁.",
    "“重点:” 下面",
    "共有大约500多人参加,",
    "(见附件) ",
    "怎么办?!",
    "等等......",
    "他叫'小明'!",
    "2023年11月1日-3日;",
    "已经已经",
    "《a_b》,《c》",
    "东经116°23'17\",北纬",
    "标点:,。;",
    "GPT-4:20",
    "第3次(乙)",
    " 10 %的人,",
    "a,b,丙",
)

WORDS = (
    "两地 携手 共建 联盟 会议 昨天 在 北京 举行 的 记者 报道 了 安排 下一步 和 新闻 单位 表示 提高 质量 以及".split()
)

RUN = re.compile(r"\S*(?:://|@)\S*|[A-Za-z][a-z]+(?: [A-Za-z][a-z]+)*")
"""An address, or words with blanks between them."""

KEPT = re.compile(r"(?m)^[ \t>]*(?:```|~~~|---|===|!!!|\?\?\?|:::).*$|<[^<>]*>")
"""Tags, and lines with which code, metadata and containers begin."""

SOLID = [slip for slip in SLIPS if not re.search(r"[\s\"'()<>]", slip)]
"""Slips that can stand in an address without ending it."""


def slip(rng: random.Random) -> str:
    """Returns a clause with a slip."""
    return rng.choice(SLIPS)


def prose(rng: random.Random) -> str:
    """Returns a few words, most of them with a slip."""
    words = ["新闻", "两地携手", "北京", "报道", "API", "2024年", "会议", "word"]
    return "".join(rng.choice([slip(rng), rng.choice(words)]) for _ in range(rng.randint(1, 3)))


def in_chinese(text: str, rng: random.Random) -> str:
    """Returns the text with most of its words replaced by Chinese ones; its marks stay half-width."""

    def replaced(run: re.Match[str]) -> str:
        if rng.random() < 0.1 or "://" in run[0] or "@" in run[0]:
            return run[0]
        return "".join(rng.choice(WORDS) for _ in run[0].split())

    return RUN.sub(replaced, text)


def planted(source: str, count: int, rng: random.Random) -> str:
    """Returns the source with slips at random places, in markup too.

    Tags, and the lines with which code, metadata and containers begin, are left as they are: with a slip in it, each
    parser takes them for something else.
    """
    kept = {at for match in KEPT.finditer(source) for at in range(*match.span())}
    places = [match.end() for match in re.finditer(r"\w|(?<=\w) (?=\w)", source) if match.end() not in kept]
    for at in sorted(rng.sample(places, min(count, len(places))), reverse=True):
        source = source[:at] + rng.choice(SOLID) + source[at:]
    return source


def markdown(source: str, tokens: list[Token], rng: random.Random) -> str:
    """Returns a page of Markdown whose text is Chinese. `tokens` are those of the page."""
    out, at = "", 0
    for token in tokens:
        for child in (token.children or []) if token.type == "inline" else []:
            start = source.find(child.content, at) if child.type == "text" and child.content.strip() else -1
            if start >= 0:
                end = start + len(child.content)
                out += source[at:start] + in_chinese(child.content, rng)
                at = end
    return out + source[at:]


def html(source: str, rng: random.Random) -> str:
    """Returns a page whose text is Chinese: what stands between two tags outside scripts and styles."""
    pieces = re.split(
        r"(<(script|style|pre|code|textarea)\b.*?</\2\s*>|<!--.*?-->|<[^<>]*>)", source, flags=re.DOTALL | re.I
    )
    # Each tag comes with the name of the raw element, which `split` returns because it is a group.
    return "".join(
        in_chinese(piece, rng) if kind == 0 else piece
        for kind, piece in ((n % 3, p) for n, p in enumerate(pieces))
        if kind < 2
    )


def word(data: bytes, rng: random.Random) -> bytes:
    """Returns a Word file whose text is Chinese, with slips in some of its runs."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.startswith("word/") and entry.filename.endswith(".xml") and b":t>" in content:
                content = story(content, rng)
            new.writestr(entry, content)
    return out.getvalue()


def story(xml: bytes, rng: random.Random) -> bytes:
    """Returns a part of a Word file whose text is Chinese."""
    root = etree.fromstring(xml)
    for element in root.iter("{*}t"):
        if element.text and "wordprocessingml" in element.tag:
            text = in_chinese(element.text, rng)
            element.text = planted(text, 1, rng) if rng.random() < 0.3 else text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
