"""Random small Word files: runs of several formats, links, fields, tracked changes, content controls, text boxes."""

import io
import random
import zipfile
from xml.sax.saxutils import escape, quoteattr

from .slips import prose

FORMATS = "http://schemas.openxmlformats.org"
NAMESPACES = " ".join(
    [
        f'xmlns:w="{FORMATS}/wordprocessingml/2006/main"',
        f'xmlns:r="{FORMATS}/officeDocument/2006/relationships"',
        f'xmlns:m="{FORMATS}/officeDocument/2006/math"',
        f'xmlns:mc="{FORMATS}/markup-compatibility/2006"',
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
        'xmlns:v="urn:schemas-microsoft-com:vml"',
    ]
)

RUN_PROPERTIES = """


<w:b/>
<w:color w:val="FF0000"/>
<w:rStyle w:val="Strong"/>
<w:vertAlign w:val="superscript"/>
<w:rFonts w:hint="eastAsia"/>
""".strip("\n").split("\n")

IN_RUNS = """
<w:tab/>
<w:br/>
<w:br w:type="page"/>
<w:cr/>
<w:noBreakHyphen/>
<w:softHyphen/>
<w:lastRenderedPageBreak/>
<w:sym w:font="Wingdings" w:char="F04A"/>
<w:footnoteReference w:id="2"/>
<w:drawing/>
""".strip().split("\n")

PARAGRAPH_PROPERTIES = """


<w:pStyle w:val="Heading1"/>
<w:rPr><w:ins w:id="9" w:author="编辑"/></w:rPr>
""".strip("\n").split("\n")

CONTROL_PROPERTIES = """

<w:lock w:val="contentLocked"/>
<w:lock w:val="sdtLocked"/>
<w:showingPlcHdr/>
<w:dataBinding w:xpath="/a" w:storeItemID="{1}"/>
""".strip("\n").split("\n")

INSTRUCTIONS = ["PAGE", 'HYPERLINK "https://a.cn/甲,乙"', "REF 甲,乙 \\h", "SEQ 图,表 \\* ARABIC", "TOC \\o"]

OTHER_AUTHOR = 'w:author="编辑" w:date="2023-11-01T08:00:00Z"'


def element(name: str, attributes: str, *content: str) -> str:
    """Returns an element of WordprocessingML."""
    return f"<w:{name}{attributes and ' '}{attributes}>{''.join(content)}</w:{name}>"


def number(rng: random.Random) -> int:
    """Returns an id."""
    return rng.randrange(1000, 10**8)


def run(rng: random.Random, text: str, tag: str = "t") -> str:
    """Returns a run with a random format; `xml:space` is missing now and then, though there are blanks at the edges."""
    space = 'xml:space="preserve"' if rng.random() < 0.7 else ""
    properties = rng.choice(RUN_PROPERTIES)
    session = f'w:rsidR="00{number(rng):08}"' if rng.random() < 0.3 else ""
    special = rng.choice(IN_RUNS) if rng.random() < 0.05 else ""
    return element(
        "r", session, properties and element("rPr", "", properties), element(tag, space, escape(text)), special
    )


def runs(rng: random.Random) -> str:
    """Returns a text divided into runs at random."""
    whole = prose(rng) + prose(rng)
    cuts = sorted(rng.sample(range(1, len(whole)), min(len(whole) - 1, rng.choice([0, 1, 3, 6]))))
    return "".join(run(rng, whole[start:end]) for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True))


def field(rng: random.Random) -> str:
    """Returns a field with its result."""
    code = rng.choice(INSTRUCTIONS)
    if rng.random() < 0.4:
        return element("fldSimple", f"w:instr={quoteattr(code)}", runs(rng))
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return begin + element("r", "", element("instrText", "", escape(code))) + middle + runs(rng) + end


def deletion(rng: random.Random) -> str:
    """Returns what another author has deleted."""
    return element("del", f'w:id="{number(rng)}" {OTHER_AUTHOR}', run(rng, prose(rng), "delText"))


def insertion(rng: random.Random) -> str:
    """Returns what another author has inserted, and perhaps deleted from it."""
    inside = runs(rng) + (deletion(rng) if rng.random() < 0.3 else "")
    return element("ins", f'w:id="{number(rng)}" {OTHER_AUTHOR}', inside)


def control(rng: random.Random, inside: str) -> str:
    """Returns a content control."""
    properties = element("sdtPr", "", '<w:alias w:val="甲,乙"/>', rng.choice(CONTROL_PROPERTIES))
    return element("sdt", "", properties, element("sdtContent", "", inside))


def link(rng: random.Random) -> str:
    """Returns a link within the document."""
    return element("hyperlink", 'w:anchor="甲,乙" w:tooltip="甲,乙"', runs(rng))


def bookmark(rng: random.Random) -> str:
    """Returns a text with a bookmark."""
    id = number(rng)
    return f'<w:bookmarkStart w:id="{id}" w:name="甲,乙"/>{runs(rng)}<w:bookmarkEnd w:id="{id}"/>'


def commented(rng: random.Random) -> str:
    """Returns a text with another author's comment."""
    reference = element("r", "", '<w:commentReference w:id="0"/>')
    return f'<w:commentRangeStart w:id="0"/>{runs(rng)}<w:commentRangeEnd w:id="0"/>{reference}'


def smart_tag(rng: random.Random) -> str:
    """Returns a text that Word has recognized as a name or a date."""
    properties = element("smartTagPr", "", '<w:attr w:name="甲,乙" w:val="甲,"/>')
    return element("smartTag", 'w:element="a"', properties, runs(rng))


def ruby(rng: random.Random) -> str:
    """Returns a character with its reading above it."""
    base, reading = element("rubyBase", "", run(rng, "字,")), element("rt", "", run(rng, "zì,"))
    return element("r", "", element("ruby", "", reading, base))


def text_box(rng: random.Random) -> str:
    """Returns a text box, with its copy for old versions of Word."""
    inside = element("txbxContent", "", paragraph(rng, boxes=False))
    new = f"<w:drawing><wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict>"
    choices = f'<mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
    return element("r", "", f"<mc:AlternateContent>{choices}</mc:AlternateContent>")


def formula(_: random.Random) -> str:
    """Returns a formula."""
    return "<m:oMath><m:r><m:t>甲,乙</m:t></m:r></m:oMath>"


def comment_in_xml(_: random.Random) -> str:
    """Returns a comment that only programs see."""
    return "<!-- 甲,乙 -->"


RULES = [insertion, deletion, field, link, bookmark, commented, smart_tag, ruby, formula, comment_in_xml]


def inline(rng: random.Random, boxes: bool) -> str:
    """Returns what stands in a paragraph."""
    if rng.random() < 0.3:
        return runs(rng)
    if boxes and rng.random() < 0.08:
        return text_box(rng)
    if rng.random() < 0.1:
        return control(rng, runs(rng))
    return rng.choice(RULES)(rng)


def paragraph(rng: random.Random, boxes: bool = True) -> str:
    """Returns a paragraph, now and then an empty one."""
    properties = rng.choice(PARAGRAPH_PROPERTIES)
    inside = "".join(inline(rng, boxes) for _ in range(rng.randint(0, 3)))
    return element("p", "", properties and element("pPr", "", properties), inside)


def table(rng: random.Random) -> str:
    """Returns a table of one row."""
    cells = "".join(element("tc", "", paragraph(rng)) for _ in range(2))
    return element("tbl", "", "<w:tblPr/><w:tblGrid/>", element("tr", "", cells))


def block(rng: random.Random) -> str:
    """Returns a paragraph, a table, or a paragraph in a content control."""
    kind = rng.random()
    if kind < 0.1:
        return table(rng)
    return control(rng, paragraph(rng)) if kind < 0.2 else paragraph(rng)


def stories(rng: random.Random) -> dict[str, str]:
    """Returns the parts with text: name → XML."""
    body = "".join(block(rng) for _ in range(rng.randint(0, 3)))
    parts = {
        "document": element("document", NAMESPACES, element("body", "", body, "<w:sectPr/>")),
        "header1": element("hdr", NAMESPACES, paragraph(rng)),
        "footer1": element("ftr", NAMESPACES, paragraph(rng)),
        "footnotes": element("footnotes", NAMESPACES, element("footnote", 'w:id="2"', paragraph(rng))),
    }
    if rng.random() < 0.5:
        comment = element("comment", f'w:id="0" {OTHER_AUTHOR}', paragraph(rng, boxes=False))
        parts["comments"] = element("comments", NAMESPACES, comment)
    return parts


def archive(parts: dict[str, str]) -> bytes:
    """Returns the archive with these parts."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    links = f"{FORMATS}/officeDocument/2006/relationships"
    packages = f"{FORMATS}/package/2006"
    types = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    relations = ""
    for part in parts:
        kind = part.rstrip("1")
        content_type = f"{main}.document.main+xml" if kind == "document" else f"{main}.{kind}+xml"
        types += f'<Override PartName="/word/{part}.xml" ContentType="{content_type}"/>'
        if kind != "document":
            relations += f'<Relationship Id="r{part}" Type="{links}/{kind}" Target="{part}.xml"/>'
    document = f'<Relationship Id="r1" Type="{links}/officeDocument" Target="word/document.xml"/>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships">{document}</Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{packages}/relationships">{relations}</Relationships>',
        **{f"word/{part}.xml": xml for part, xml in parts.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}')
    return out.getvalue()


def page(rng: random.Random) -> bytes:
    """Returns a Word file."""
    return archive(stories(rng))
