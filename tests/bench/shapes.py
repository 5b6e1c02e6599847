"""Hostile texts, each of one shape that is repeated up to any size. `linear.py` measures them.

In a unit {n} is a number that counts up, {d} a day, {w} a day of the week, {h} one of many different Chinese characters.
"""

import io
import itertools
import zipfile

WEEKDAYS = "一二三四五六日"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# Units without line breaks make one endless sentence.
PLAIN = {
    "names in title marks": "《赵{n}》、",
    "names in quotation marks": "“赵{n}”，",
    "title marks left open": "《赵{n}",
    "quotation marks left open": "“赵{n}",
    "brackets left open": "（赵{n}",
    "brackets closed only": "赵{n}）",
    "quotation marks closed only": "赵{n}”",
    "all brackets, left open": "（《“‘[(",
    "all brackets, closed only": "）》”’])",
    "alternating openers": "（《",
    "alternating quotation marks": "“‘",
    "straight quotation marks": "\"赵{n}\"，",
    "straight quotation marks only": "\"",
    "apostrophes": "'",
    "empty brackets": "（）",
    "half-width brackets": "赵(a{n})、",
    "references": "&quot;赵{n}&quot;，",
    "references of characters": "&#36213;",
    "references left open": "&赵",
    "numbers in brackets": "（{n}）",
    "dates": "2023年11月{d}日，",
    "dates without year": "11月{d}日、",
    "dates with points": "2023.11.{d}、",
    "times of day": "{d}时{d}分、",
    "years": "{n}年，",
    "years in a row": "2023年",
    "days of the week": "11月{d}日（星期{w}）、",
    "bare days of the week": "星期{w}、",
    "lunar dates": "农历正月十{w}、",
    "lengths": "{n}公里、",
    "percentages": "占{n}%，",
    "percentages in a row": "5%",
    "parts of a whole": "共{n}人，其中{d}人、",
    "sums": "赵{n}3个、5个，共8个，",
    "changes": "从{n}元增加到{d}元，增长{d}%，",
    "rankings": "居第{d}位，",
    "approximate numbers": "约{n}多人，",
    "ranges": "{n}～{d}公里，",
    "Chinese numerals": "三千四百五十六万七千{w}百",
    "one numeral": "一",
    "two numerals": "十万",
    "digits": "{n}",
    "one digit": "0",
    "digits with points": "1.",
    "digits with commas": "1,000,",
    "full-width digits": "１２，",
    "ages": "赵明（{d}岁）、",
    "ages and births": "赵{h}，1970年生，今年{d}岁，",
    "persons": "市长赵明{w}说，",
    "persons with titles": "赵{h}{h}书记、",
    "different persons": "记者赵{h}明报道，",
    "misspelt persons": "总理奥尔波。奥尔坡表示，",
    "years in brackets": "今年（",
    "years in brackets left open": "1974年（21世纪",
    "items of a list twice": "甲乙、丙丁、甲乙、",
    "organisations": "赵{n}公司、",
    "different organisations": "{h}{h}市{h}局、",
    "places": "{h}省{h}市{h}县、",
    "abbreviations": "{h}{h}委员会（以下简称“{h}委”）、",
    "definitions in brackets": "世界贸易组织（WTO{n}），",
    "Latin words": "word{n} ",
    "Latin letters": "a",
    "Latin letters and marks": "a.b,",
    "addresses": "https://example.com/a{n}、",
    "mail addresses": "a{n}@example.com、",
    "addresses without end": "https://a.cn/",
    "paths": "/a{n}",
    "same words": "发展发展，",
    "one word": "发展",
    "one character": "的",
    "two characters": "是的",
    "different characters": "{h}",
    "characters in order": "{h}{h}{h}，",
    "idioms": "再接再励，",
    "conjunctions": "虽然{h}，但是{h}，",
    "lists": "{h}、{h}、{h}等",
    "list numbers": "（一）{h}；（二）{h}；",
    "list numbers counting": "{n}. {h}；",
    "commas": "，",
    "half-width commas": "赵{n},",
    "half-width commas only": ",",
    "alternating widths": "a，b,",
    "colons": "他说：",
    "semicolons": "{h}；",
    "question marks": "？！",
    "blanks": " ",
    "blanks between characters": "字 ",
    "runs of blanks": "字                                    ",
    "tabs": "\t",
    "ideographic spaces": "字\u3000",
    "ideographic spaces only": "\u3000",
    "zero width spaces": "字\u200b",
    "zero width spaces only": "\u200b",
    "joiners": "\u200d",
    "combining marks": "\u0301",
    "variation selectors": "字\ufe0f",
    "directions": "\u202e",
    "replacement characters": "\ufffd",
    "objects": "\ufffc",
    "controls": "字\x0b",
    "misread text": "锟斤拷",
    "misread Latin text": "ä½\xa0å¥½",
    "private characters": "\ue000",
    "emoji": "😀",
    "rare characters": "𠀀",
    "full stops": "。",
    "dashes": "—",
    "half dashes": "–",
    "hyphens": "-",
    "dots": ".",
    "ellipses": "…",
    "middle dots": "赵·",
    "slashes": "/",
    "stars": "*",
    "triangles": "▲赵{n}",
    "lines": "赵{n}\n",
    "lines of one character": "{h}\n",
    "lines of a comma": ",\n",
    "short sentences": "赵{n}在会上讲话。",
    "different sentences": "{h}{h}{h}在{h}{h}会上讲话。",
    "same sentences": "代表们在会上认真审议了报告。",
    "same sentences, one a line": "代表们在会上认真审议了报告。\n",
    "similar sentences": "代表们在会上认真审议了{h}的报告和{h}的决定。",
    "similar paragraphs": "代表们在会上认真审议了{h}的报告。会议还讨论了{h}的决定。\n",
    "alternating sentences": "会议开始。会议结束。",
    "blank lines": "\n",
    "carriage returns": "赵{n}\r",
    "carriage returns only": "\r",
    "both line ends": "赵{n}\r\n",
    "indented lines": "\u3000\u3000{h}{h}{h}。\n",
    "numbered lines": "{n}、{h}{h}\n",
    "numbered lines, Chinese": "一、{h}\n（一）{h}\n",
    "headlines and lines": "{h}{h}会议召开\n\n本报讯（记者赵{h}）{h}{h}。\n\n",
    "jump lines": "（下转第{d}版）\n（上接第{d}版）\n",
    "credits": "赵{h}{h} 摄\n",
    "captions": "图为赵{h}在讲话。\n",
    "labels": "{h}{h}：{n}\n",
    "cells": "赵{n}\t{d}\t{d}\n",
    "hard-wrapped lines": "代表们在会上认真审议了报告，一致认为{h}{h}的决定是\n",
    "verses": "{h}{h}{h}{h}{h}，\n{h}{h}{h}{h}{h}。\n",
    "suppression marks": "赵{n},\n【朱笔保留 punctuation：赵{n}】\n",
    "suppression marks without use": "【朱笔保留 punctuation：赵{n}】\n",
    "suppression marks left open": "【朱笔保留",
    "regions": "【朱笔关】\n赵{n},\n【朱笔开】\n",
    "regions left open": "【朱笔关】\n赵{n},\n",
    "front matter left open": "---\n",
}

MARKDOWN = {
    "headlines": "## 赵{n}的报告\n\n",
    "headlines of places": "# 越南日本老挝朝鲜印度\n\n泰国、泰国。\n\n",
    "headlines with text": "## 赵{n}的报告\n\n赵{n}在会上讲话。\n\n",
    "underlined headlines": "赵{n}\n===\n",
    "list items": "- 赵{n}\n",
    "numbered items": "{n}. 赵{d}\n",
    "task items": "- [ ] 赵{n}\n",
    "emphasis": "**赵{n}**、",
    "emphasis left open": "**赵",
    "emphasis closed only": "赵**",
    "alternating emphasis": "*赵_",
    "stars and underscores": "*_",
    "struck text": "~~赵{n}~~、",
    "links": "[赵{n}](https://example.com/{n})、",
    "links left open": "[赵{n}](",
    "link texts left open": "[赵",
    "link texts closed only": "赵]",
    "pictures left open": "![",
    "references": "[赵{n}][{n}]、",
    "definitions": "[赵{n}]: /a{n}\n",
    "definitions and uses": "[赵{n}]\n\n[赵{n}]: /a{n}\n\n",
    "footnotes": "赵[^{n}]\n\n[^{n}]: 注{n}\n\n",
    "footnotes inline": "赵^[注{n}]",
    "wiki links": "[[赵{n}|{h}]]、",
    "wiki links left open": "[[赵",
    "code": "`赵{n}`、",
    "code left open": "`赵",
    "code of growing fences": "`赵``",
    "fences": "```\n赵{n}\n```\n",
    "fences left open": "```\n赵\n\n",
    "indented code": "    赵{n}\n",
    "formulas": "$赵{n}$、",
    "formulas left open": "$赵",
    "display formulas left open": "$$赵\n",
    "escapes": "\\*",
    "backslashes": "\\",
    "tags": "<b>赵{n}</b>、",
    "tags left open": "<b>赵{n}",
    "tags not ended": "<b ",
    "attributes not ended": "<b a=\"",
    "comments left open": "<!-- 赵",
    "comments": "<!-- 赵{n} -->、",
    "instructions left open": "<?赵",
    "declarations left open": "<!A",
    "sections left open": "<![CDATA[",
    "entities": "&amp;赵",
    "ampersands": "&",
    "addresses in brackets": "<https://a.cn/{n}>、",
    "angles": "<",
    "quotations": "> 赵{n}\n",
    "quotations in quotations": "> ",
    "quotations in quotations, lines": ">>>>赵{n}\n",
    "items in items": "- ",
    "items in items, numbered": "1. ",
    "rows of a table": "| 赵{n} | {d} |\n",
    "tables": "| 赵 | 钱 |\n|-|-|\n| {n} | {d} |\n\n",
    "cells of a row": "| 赵{n} ",
    "dividers of cells": "|-",
    "containers": "::: 赵{n}\n",
    "directives": "{{{{ 赵{n} }}}}",
    "directives left open": "{{{{",
    "braces": "{{",
    "attributes in braces": "赵{{#a{n}}}",
    "expressions": "<A b={{{n}}}>赵</A>\n\n",
    "expressions left open": "<A b={{",
    "imports": "import a from 'b'\n\n",
    "rules": "---\n",
    "hard breaks": "赵{n}  \n",
    "suppression comments": "<!-- zhubi stet punctuation: 赵{n} -->\n赵{n},\n\n",
    "suppression comments in a line": "赵{n},<!-- zhubi stet punctuation: 赵{n} -->",
}

HTML = {
    "paragraphs": "<p>赵{n}在会上讲话,</p>\n",
    "paragraphs left open": "<p>赵{n}",
    "inline tags": "<b>赵</b>{n}，",
    "inline tags left open": "<b>赵",
    "inline tags closed only": "</b>赵",
    "different tags left open": "<x{n}>赵",
    "tags not ended": "<b ",
    "attributes": "<b a{n}=\"{d}\">赵</b>",
    "attributes of one tag": " a{n}=\"b\"",
    "attributes not ended": "<b a=\"",
    "empty attributes": "<b a='' ",
    "titles": "<img alt=\"赵{n},钱\">",
    "comments": "<!-- 赵{n} -->赵",
    "comments left open": "<!-- 赵",
    "comments not begun": "<!-赵",
    "scripts": "<script>赵{n}</script>赵",
    "scripts left open": "<script>赵",
    "scripts half closed": "<script><!--<script></script",
    "styles left open": "<style>赵",
    "titles left open": "<title>赵",
    "text areas left open": "<textarea>赵",
    "sections left open": "<![CDATA[",
    "instructions left open": "<?赵",
    "declarations": "<!DOCTYPE 赵>",
    "entities": "&amp;赵",
    "entities without end": "&amp",
    "numbers of characters": "&#36213;",
    "numbers of characters, endless": "&#0000",
    "ampersands": "&",
    "angles": "<",
    "rows": "<tr><td>赵{n}</td><td>{d}</td></tr>\n",
    "cells left open": "<td>赵",
    "tables in tables": "<table><tr><td>",
    "lists in lists": "<ul><li>赵",
    "divisions in divisions": "<div>赵",
    "divisions in inline tags": "<b><div>赵",
    "headlines": "<h2>赵{n}</h2>",
    "quotations in quotations": "<blockquote>赵",
    "ruby": "<ruby>赵<rt>zhào</rt></ruby>",
    "line breaks": "赵{n}<br>",
    "hidden": "<span hidden>赵{n}</span>",
    "hidden left open": "<span hidden>赵",
    "languages": "<span lang=en>赵{n}</span>",
    "languages left open": "<span lang=en>赵",
    "templates": "{{{{ 赵{n} }}}}",
    "templates left open": "{{{{赵",
    "template tags": "{{% if {n} %}}赵",
    "template tags left open": "{{%",
    "server tags left open": "<%赵",
    "foreign elements": "<svg><text>赵",
    "suppression comments": "<!-- zhubi stet punctuation: 赵{n} --><p>赵{n},</p>",
}

XHTML = {
    "paragraphs": "<p>赵{n}在会上讲话,</p>\n",
    "closed tags": "<b/>赵",
    "sections": "<![CDATA[赵{n}]]>",
    "sections left open": "<![CDATA[赵",
    "instructions": "<?赵 {n}?>",
    "scripts left open": "<script>赵",
}

SUBTITLES = {
    "captions": "{n}\n00:00:01,000 --> 00:00:02,000\n赵{n},\n\n",
    "times only": "00:00:01,000 --> 00:00:02,000\n",
    "numbers only": "{n}\n\n",
    "lines of one caption": "赵{n},\n",
    "tags": "<i>赵{n}</i>",
    "tags left open": "<i>赵",
    "marks of styles": "{{\\an8}}赵{n}",
    "marks of styles left open": "{{\\",
    "notes": "NOTE 赵{n}\n\n",
}

# Units of the body of a Word file.
WORD = {
    "one paragraph of one run": ("<w:p><w:r><w:t>", "赵{h}{h},", "</w:t></w:r></w:p>"),
    "one paragraph of many runs": ("<w:p>", "<w:r><w:t>赵{n},</w:t></w:r>", "</w:p>"),
    "one paragraph of runs of a character": ("<w:p>", "<w:r><w:t>{h}</w:t></w:r>", "</w:p>"),
    "one paragraph of blanks": ("<w:p><w:r><w:t xml:space=\"preserve\">", "字  ", "</w:t></w:r></w:p>"),
    "one run of many texts": ("<w:p><w:r>", "<w:t>赵{n},</w:t><w:tab/>", "</w:r></w:p>"),
    "paragraphs": ("", "<w:p><w:r><w:t>赵{n},{h}</w:t></w:r></w:p>", ""),
    "empty paragraphs": ("", "<w:p/>", ""),
    "headlines": ("", "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>赵{n}</w:t></w:r></w:p>", ""),
    "rows": ("<w:tbl>", "<w:tr><w:tc><w:p><w:r><w:t>赵{n}</w:t></w:r></w:p></w:tc></w:tr>", "</w:tbl>"),
    "cells": ("<w:tbl><w:tr>", "<w:tc><w:p><w:r><w:t>赵{n}</w:t></w:r></w:p></w:tc>", "</w:tr></w:tbl>"),
    "insertions": ("<w:p>", "<w:ins w:id=\"{n}\"><w:r><w:t>赵{n},</w:t></w:r></w:ins>", "</w:p>"),
    "deletions": ("<w:p>", "<w:del w:id=\"{n}\"><w:r><w:delText>赵</w:delText></w:r></w:del><w:r><w:t>,</w:t></w:r>", "</w:p>"),
    "bookmarks": ("<w:p>", "<w:bookmarkStart w:id=\"{n}\"/><w:r><w:t>赵{n},</w:t></w:r><w:bookmarkEnd w:id=\"{n}\"/>", "</w:p>"),
    "fields": ("<w:p>", "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:t>赵,</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>", "</w:p>"),
    "fields left open": ("<w:p>", "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:t>赵,</w:t></w:r>", "</w:p>"),
    "attributes": ("<w:p ", "a{n}=\"b\" ", "/>"),
    "comments of XML": ("<w:p><w:r><w:t>", "赵<!-- -->,", "</w:t></w:r></w:p>"),
    "entities": ("<w:p><w:r><w:t>", "&amp;赵,", "</w:t></w:r></w:p>"),
    "sections of text": ("<w:p><w:r><w:t>", "<![CDATA[赵,]]>", "</w:t></w:r></w:p>"),
}

# What is nested: what opens it and what closes it, in a file of that kind.
NESTED = {
    ("txt", "brackets"): ("（赵", "）"),
    ("txt", "quotation marks"): ("“‘", "’”"),
    ("txt", "title marks"): ("《赵", "》"),
    ("txt", "half-width brackets"): ("(", ")"),
    ("md", "brackets"): ("[", "](a)"),
    ("md", "pictures"): ("![", "](a)"),
    ("md", "emphasis"): ("*赵", "*"),
    ("md", "strong emphasis"): ("**赵", "**"),
    ("md", "quotations"): (">", "赵"),
    ("md", "tags"): ("<b>", "</b>"),
    ("html", "divisions"): ("<div>", "</div>"),
    ("html", "inline tags"): ("<b>", "</b>"),
    ("html", "lists"): ("<ul><li>", "</li></ul>"),
    ("html", "tables"): ("<table><tr><td>", "</td></tr></table>"),
    ("html", "hidden"): ("<div hidden>赵", "</div>"),
    ("html", "templates"): ("{{", "}}"),
    ("xhtml", "divisions"): ("<div>", "</div>"),
    ("srt", "tags"): ("<i>赵", "</i>"),
    ("docx", "tables"): ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
    ("docx", "controls"): ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
    ("docx", "elements"): ("<w:x>", "</w:x>"),
    ("docx", "insertions"): ("<w:ins w:id=\"1\">", "</w:ins>"),
}


class Characters:
    """Different Chinese characters, one each time that it is formatted."""

    def __init__(self, number):
        self.at = number * 7

    def __format__(self, _):
        self.at += 1
        return chr(0x4E00 + self.at * 2654435761 % 20902)


class Shape:
    """A shape of text: a unit that is repeated, after `before` and followed by `after`, in a file of one kind."""

    def __init__(self, name, kind, unit, before="", after="", closer=""):
        self.name = name
        self.kind = kind
        self.unit = unit
        self.before = before
        self.after = after
        self.closer = closer

    def text(self, size):
        """Returns about `size` bytes of the shape."""
        first, second = self.fill(0), self.fill(1)
        if first == second:
            count = max(1, size // len((first + self.closer).encode()))
            return self.before + first * count + self.closer * count + self.after
        parts = []
        for number in itertools.count():
            if size <= 0:
                return self.before + "".join(parts) + self.closer * len(parts) + self.after
            parts.append(self.fill(number))
            size -= len((parts[-1] + self.closer).encode())

    def fill(self, number):
        """Returns the unit with that number."""
        values = {"n": number, "d": number % 30 + 1, "w": WEEKDAYS[number % 7]}
        return self.unit.format_map(values | {"h": Characters(number)})

    def write(self, path, size):
        text = self.text(size)
        if self.kind == "docx":
            path.write_bytes(word_file(text))
        else:
            path.write_bytes(text.encode())


def word_file(body):
    """Returns a Word file with this body."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def shapes():
    """Returns all shapes; their names are unique."""
    found = []
    for kind, units in (("txt", PLAIN), ("md", MARKDOWN), ("html", HTML), ("xhtml", XHTML), ("srt", SUBTITLES)):
        found += [Shape(f"{kind}: {name}", kind, unit) for name, unit in units.items()]
    found += [Shape(f"docx: {name}", "docx", unit, before, after) for name, (before, unit, after) in WORD.items()]
    found.append(Shape("html: attributes of one tag, begun", "html", " a{n}=\"b\"", before="<p>赵<b"))
    for (kind, name), (opener, closer) in NESTED.items():
        unit = opener.replace("{", "{{").replace("}", "}}")
        found.append(Shape(f"{kind}: nested {name}", kind, unit, closer=closer))
    return found
