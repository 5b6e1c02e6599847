"""Random small pages of Markdown, by a grammar of its markup and of its dialects."""

import random
from collections.abc import Callable

from .slips import prose

Rule = Callable[[random.Random], str]


def lines(text: str) -> list[str]:
    """Returns the lines of a list written as a text."""
    return text.strip("\n").split("\n")


def blocks(text: str) -> list[str]:
    """Returns the entries of a list written as a text, with a line of § between two."""
    return text.strip("\n").split("\n§\n")


# Right after other code, parsers disagree on where code with more backticks begins.
CODE = lines(r"""
`a,b`
 ``他说,`"好"` ``
`第3次(乙)`{.python}
{py:func}`a,b`
{kbd}`Ctrl,A`
++ctrl+alt+"甲,乙"++
""")

MATH = lines(r"""
$a,b$
$P(甲\|乙)$
$(n-1)!$
$$甲,乙$$
\(甲,乙\)
\[甲,乙\]
$10^9$
$(0,1]$
$`甲,乙`$
\cite{甲,乙}
\ref{甲,乙}
""")

HTML = lines(r"""
<br>
<b>
</b>
<span class="甲,乙">
</span>
<!-- 甲,乙 -->
<a href="甲,乙">
</a>
<kbd>甲,乙</kbd>
<T x={["甲,乙"]}/>
<code>甲,乙</code>
<img alt="图,1" src="a,b">
<https://a.cn/甲,乙>
&copy;
&#44;
<Note title="甲,乙">
""")

TOKENS = lines(r"""
[[甲,乙]]
![[图,1.png]]
[[页面,一|显示,二]]
:smile:
:warning:
:+1:
~:warning:请
[^1]
{{ name,a }}
{% raw,a %}
{{< fig "甲,乙" >}}
{: .a,b}
{#id-甲,乙}
{.cls,b}
https://a.cn/文档(一).html
https://a.cn/?q=甲,乙
a@b.cn
@user
#话题
#123
{甲|读,音}
\*
\,
\[
{++甲,乙++}
{--甲,乙--}
{>>注,一<<}
%%注,释%%
^[脚注,文字]
H~2~O
x^2^
(C)
(tm)
--
C:\报表\2024年,一月.docx
/usr/甲,乙.txt
{a || "默认,值"}
{props.甲,乙}
[x]{.甲,乙}
:ref[甲,乙]{a=1}
[TOC]
[[toc]]
==高,亮==
||剧,透||
{~甲,乙~}
@fig:a,b
""")

TARGETS = lines(r"""
a,b
<甲,乙>
/文档/第1章,下.md
./a(1).html
#甲-乙
https://a.cn/?q=甲,乙
{{ url('a,b') }}
""")

REFERENCES = lines(r"""
[规定,第3条]
[规定,第3条][]
[字,][规定,第3条]
![规定,第3条][]
[^注,1]
[^1]
[@a, 第3页; @b]
""")

ADMONITIONS = lines(r"""
!!! note "注意:断电"
=== "苹果,一"
??? note "甲,乙"
!!! warning
???+ tip inline end "甲,乙"
!!! note ""
""")

CONTAINERS = lines(r"""
::: tip 标题,一
:::note[标题,一]
::: details "甲,乙"
:::{note} 甲,乙
::: {.a,b}
:::tabs{a="甲,乙"}
::: code-group
""")

INFO = [""]
INFO += blocks(r"""
python
§
 title="甲,乙" hl_lines="1,2"
§
{code-block} python
:caption: 甲,乙
§
{.py #甲,乙}
§
mermaid
§
math
""")

WHOLE_BLOCKS = blocks(r"""
术语,一
: 解释,一
§
术语

:   解释,一
§
[规定,第3条]: /a,b '标,题'
§
[^1]: 脚注,一
§
[^注,1]: 脚注,一
§
*[缩写]: 甲,乙
§
--8<-- "甲,乙"
§
[//]: # (注,释)
§
import F from "./中,文.js"
§
export const a = "甲,乙"
§
$$
甲,乙
$$
§
\begin{align}
甲,乙
\end{align}
§
---
§
---
首行,一

---
§
% 注,释
§
(目标,一)=
§
+++ 甲,乙
§
{{#include 甲,乙.md}}
§
@[code](甲,乙)
§
<<< @/甲,乙.js{1,3}
§
![](甲,乙.png){width=1}
§
Table: 表,一
§
段,一。

    code(甲,"b")
§
{% note 甲,乙 %}
正文,一
{% endnote %}
§
<details><summary>甲,乙</summary>

正文,一

</details>
§
[[toc]]
§
<!-- more -->
§
甲,乙
{: .a,b title="甲,乙"}
""")

OPENINGS = lines(r"""
<div class="甲,乙">
<details>
<Note title="甲,乙">
<table><tr><td>
<pre>
<script>
<style>
<!--
<p align=center>
<div markdown="1">
""")

METADATA = blocks(r"""
---
title: 标,题
tags: [甲,乙]
key: "a,b"
---
§
+++
title = "标,题"
+++
§
---
title: '甲,乙'
slug: 甲,乙
date: 2024-1-1
---
§
---
标题: 甲,乙
作者: "某,某"
---
§
% 标,题
% 甲,乙
""")


def emphasis(rng: random.Random) -> str:
    """Returns emphasized text."""
    mark = rng.choice(["*", "_", "**", "__", "***", "~~", "==", "^^", "++"])
    return rng.choice(["", " "]) + mark + inline(rng) + mark + rng.choice(["", " "])


def link(rng: random.Random) -> str:
    """Returns a link or an image."""
    title = rng.choice(["", "", ' "标,题"', " '好'", " (标,题)"])
    text = prose(rng) + rng.choice(["", rng.choice(rng.choice([CODE, MATH, HTML])), f"**{prose(rng)}**"])
    return f"{rng.choice(['', '!'])}[{text}]({rng.choice(TARGETS)}{title})"


def reference(rng: random.Random) -> str:
    """Returns a reference to a definition elsewhere on the page."""
    return rng.choice(REFERENCES)


def token(rng: random.Random) -> str:
    """Returns inline markup that is of one piece."""
    return rng.choice(rng.choice([CODE, MATH, HTML, TOKENS, TOKENS]))


def inline(rng: random.Random) -> str:
    """Returns text or markup."""
    rules: list[Rule] = [prose, prose, prose, token, token, emphasis, link, reference]
    return "".join(rng.choice(rules)(rng) for _ in range(rng.randint(1, 2)))


def line(rng: random.Random) -> str:
    """Returns text with markup in it."""
    return prose(rng) + "".join(inline(rng) for _ in range(rng.randint(1, 2))) + rng.choice(["", prose(rng)])


def paragraph(rng: random.Random) -> str:
    """Returns a paragraph of a few lines."""
    return rng.choice(["\n", "  \n", "\\\n"]).join(line(rng) for _ in range(rng.randint(1, 3)))


def heading(rng: random.Random) -> str:
    """Returns a heading, now and then with a link to it."""
    end = rng.choice(["", " {#甲,乙}", " ##", " {: #a,b}"])
    linked = "### 步骤 1: 安装\n\n[x](#步骤-1-安装)"
    return rng.choice([f"## {line(rng)}{end}", linked, f"{line(rng)}\n===", "## [1.0,2] - 2024-1-1"])


def indented(source: str, by: str) -> str:
    """Returns the source with `by` before each line."""
    return "\n".join(by + part if part else part for part in source.split("\n"))


def listing(rng: random.Random) -> str:
    """Returns a list; its items may hold any block."""
    mark = rng.choice(["- ", "* ", "1. ", "1) ", "- [ ] ", "- [x] ", "+ "])
    items = []
    for _ in range(rng.randint(1, 3)):
        inside = line(rng) if rng.random() < 0.7 else block(rng)
        items.append(mark + indented(inside, " " * len(mark)).lstrip())
    return "\n".join(items)


def quote(rng: random.Random) -> str:
    """Returns a quotation or a callout."""
    return rng.choice(["", "> [!NOTE]\n", '> [!NOTE]- 标题,"一"\n']) + indented(block(rng), "> ")


def fence(rng: random.Random) -> str:
    """Returns code."""
    mark = rng.choice(["```", "~~~", "````"])
    return f'{mark}{rng.choice(INFO)}\n他说,"好的".\na = f(甲,乙)\n{mark}'


def table(rng: random.Random) -> str:
    """Returns a table."""
    rows = ["|".join(["", *(line(rng).replace("|", "\\|") for _ in range(2)), ""]) for _ in range(3)]
    rows.insert(1, rng.choice(["|---|:-:|", "| - | - |"]))
    return "\n".join(rows) + rng.choice(["", "\n: 表,1 {#tbl-甲,乙}"])


def admonition(rng: random.Random) -> str:
    """Returns a note, a box that unfolds or a tab, as MkDocs has them."""
    return f"{rng.choice(ADMONITIONS)}\n\n{indented(block(rng), '    ')}"


def container(rng: random.Random) -> str:
    """Returns a container between two lines of colons."""
    return f"{rng.choice(CONTAINERS)}\n{block(rng)}\n:::"


def html_block(rng: random.Random) -> str:
    """Returns a block of HTML."""
    inside = rng.choice([line(rng), f"\n{line(rng)}\n", "\n    缩进,文字\n"])
    opening = rng.choice(OPENINGS)
    name = opening[1:].split()[0].rstrip(">")
    closing = {"!--": "-->", "table><tr><td": "</td></tr></table>"}.get(name, f"</{name}>")
    return f"{opening}{inside}{closing}"


def whole_block(rng: random.Random) -> str:
    """Returns a block that is always the same."""
    return rng.choice(WHOLE_BLOCKS)


def block(rng: random.Random) -> str:
    """Returns any block."""
    rules: list[Rule] = [paragraph, paragraph, heading, listing, quote, fence, table, admonition, container, html_block]
    return rng.choice([*rules, whole_block, whole_block])(rng)


def page(rng: random.Random) -> str:
    """Returns a page of a few blocks, with the definitions that they refer to."""
    head = f"{rng.choice(METADATA)}\n\n" if rng.random() < 0.1 else ""
    body = "\n\n".join(block(rng) for _ in range(rng.randint(1, 2)))
    labels = [label for label in ("[规定,第3条]", "[^1]", "[^注,1]") if label in body]
    return head + body + "\n" + "".join(f"\n{label}: /a,b\n" for label in labels)
