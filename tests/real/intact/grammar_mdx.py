"""Random small pages of MDX: Markdown with elements, expressions and modules of JavaScript."""

import random

from .grammar_markdown import blocks, indented, lines
from .slips import SLIPS

INLINE = lines(r"""
{甲 || "默认,值"}
{t('甲,乙')}
{props.甲}
{/* 甲,乙 */}
{`甲,${乙}`}
{["甲","乙"].map(x => <b key={x}>甲,乙</b>)}
<T x={["甲,乙"]}/>
<T x={() => "甲,乙"} title="甲,乙">甲,乙</T>
<T {...{a: "甲,乙"}}/>
<T.A x='甲,乙' y="甲,乙"/>
<>甲,乙</>
<code>{"甲,乙"}</code>
`a,b`
$a,b$
[甲,乙](a,b)
![甲,乙](a,b "甲,乙")
**甲,乙**
""")

BLOCKS = blocks(r"""
import F from "./中,文.js"
§
import {
  a,
} from "甲,乙"
§
export const f = () => {
  return "甲,乙"
}
§
export const data = [{甲: "乙,丙"}, {甲: '丁,"戊"'}]
§
{/*
甲,乙
*/}
§
{[1, 2].map(x => (
  <b key={x}>甲,乙</b>
))}
§
<T
  x="甲,乙"
  y={["甲,乙"]}
>
  甲,乙
</T>
§
<Tabs>
  <Tab label="甲,乙">
    - 甲,乙

    ```js
    f("甲,乙")
    ```
  </Tab>
</Tabs>
§
<Note>
请读[说明](/a)再做,
</Note>
§
```jsx title="甲,乙"
f("甲,乙")
```
""")


def prose(rng: random.Random) -> str:
    """Returns text without characters that mean something in JavaScript."""
    return rng.choice([slip for slip in SLIPS if "_" not in slip])


def paragraph(rng: random.Random) -> str:
    """Returns a paragraph."""
    return "".join(rng.choice([prose(rng), rng.choice(INLINE)]) for _ in range(rng.randint(2, 4)))


def element(rng: random.Random) -> str:
    """Returns an element with Markdown in it."""
    inside = paragraph(rng)
    return rng.choice([f"<T>\n{inside}\n</T>", f"<T>\n\n{inside}\n\n</T>", f"<T>\n{indented(inside, '  ')}\n</T>"])


def page(rng: random.Random) -> str:
    """Returns a page."""
    rules = [paragraph, element, lambda rng: rng.choice(BLOCKS), lambda rng: f"## {paragraph(rng)}"]
    return "\n\n".join(rng.choice(rules)(rng) for _ in range(rng.randint(1, 4))) + "\n"
