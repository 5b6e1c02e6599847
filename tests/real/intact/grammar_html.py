"""Random small pages of HTML, with elements of every kind."""

import random

from .slips import prose, slip

VOID = "br hr img input wbr meta link col embed source track area base param".split()
RAW = "script style textarea title noscript iframe noembed noframes xmp template plaintext".split()
OTHER = """
p div span a b i em strong ul li ol dl dt dd table tr td th caption colgroup tbody h1 h2 h3 h6 blockquote q cite code
pre kbd samp var tt svg math mi text ruby rt rp rb bdo del ins mark small sub sup abbr dfn time data figure figcaption
picture video audio canvas object form label button select option optgroup fieldset legend details summary dialog
header footer main nav section article aside address center font frameset marquee menu output progress meter slot
x-note o:p v:shape body html head foreignObject desc annotation-xml
""".split()

ATTRIBUTES = r"""
class="甲,乙"
id='甲,乙'
data-x=甲,乙
href="/甲,乙?q=(1)"
onclick="f('甲,乙')"
style="a:b,c"
alt='图,1'
title="标,题"
title=甲,乙
title="甲&quot;乙,"
hidden
lang="ja"
translate="no"
contenteditable="甲,"
value="甲,乙"
placeholder="请,输入"
srcset="a.png 1x,b.png 2x"
content="甲,乙"
name="keywords"
name="description"
aria-label="甲,乙"
a="1'
""".strip().split("\n")

TEXTS = r"""
{{ 甲,乙 }}
{% if 甲,乙 %}
{# 注,释 #}
<!-- 甲,乙 -->
<![CDATA[甲,乙]]>
<?php echo '甲,乙'; ?>
<% 甲,乙 %>
&nbsp;
&quot;丙"
"丙&quot;
&lt;甲,乙&gt;
&#44;
&ldquo;甲"
a < b,c
<
&
https://a.cn/甲,乙
<!甲,乙>
</>
<!--[if IE]>甲,乙<![endif]-->
<!--甲,乙--!>
${甲,乙}
&hellip;,
""".strip().split("\n")

HEADS = ("", '<!DOCTYPE html><meta charset="utf-8">', "<html><head><title>标,题</title></head><body>")


def element(rng: random.Random, depth: int) -> str:
    """Returns an element; now and then it is not closed, or closed as XML does."""
    name = rng.choice(rng.choice([VOID, RAW, OTHER, OTHER, OTHER]))
    tag = " ".join([name, *rng.sample(ATTRIBUTES, rng.choice([0, 0, 1, 2]))])
    if name in VOID:
        return f"<{tag}{rng.choice(['', '/', ' /'])}>"
    if rng.random() < 0.05:
        return f"<{tag}/>"
    end = "" if rng.random() < 0.1 else f"</{name}>"
    return f"<{tag}>{content(rng, depth - 1)}{end}"


def content(rng: random.Random, depth: int) -> str:
    """Returns text and elements."""
    if depth <= 0:
        return prose(rng)
    pieces = (prose(rng), slip(rng), rng.choice(TEXTS), element(rng, depth), element(rng, depth), "\n")
    return "".join(rng.choice(pieces) for _ in range(rng.randint(1, 3)))


def page(rng: random.Random) -> str:
    """Returns a page."""
    return f"{rng.choice(HEADS)}{content(rng, 3)}{prose(rng)}\n"
