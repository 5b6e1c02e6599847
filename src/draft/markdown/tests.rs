use super::*;
use crate::block::Shape;
use dialect::Part;
use proptest::prelude::*;

fn fragments(text: &str) -> Vec<Fragment> {
    super::read(text).0
}

fn read(text: &str) -> Vec<(Shape, &str)> {
    let fragments = fragments(text).leak();
    fragments.iter().map(|fragment| (fragment.shape, fragment.body.text(text))).collect()
}

fn texts(text: &str) -> Vec<&str> {
    read(text).into_iter().map(|(_, text)| text).collect()
}

#[test]
fn reads_text_through_inline_markup() {
    for (source, text) in [
        ("**江城**日_报_", "江城日_报_"),
        ("~~旧~~新<b>闻</b><!-- 注 -->", "旧新闻"),
        ("见[链接](https://example.cn \"题\")。", "见链接。"),
        ("运行`a,b`后", "运行\u{FFFC}后"),
        ("按<kbd>Enter</kbd>键", "按\u{FFFC}键"),
        ("见<https://example.cn>，", "见\u{FFFC}，"),
        ("见https://example.cn/a_b，", "见\u{FFFC}，"),
        ("甲&amp;乙 1\\.具有", "甲&乙 1.具有"),
        ("每桶100$，涨到$120", "每桶100$，涨到$120"),
        ("3~5月，6~8月", "3~5月，6~8月"),
        ("江城[^1]。\n\n[^1]:", "江城。"),
    ] {
        assert_eq!(texts(source)[0], text, "{source}");
    }
}

#[test]
fn allows_no_edits_of_escapes_and_entities() {
    let text = "甲&lt;乙\\.丙";
    let fragment = fragments(text).remove(0);
    assert_eq!(fragment.body.edit(Span::new(3, 4), "《", text), None);
    // The backslash before a character that is not ASCII is text.
    assert_eq!(fragment.body.edit(Span::new(7, 8), "．", text), None);
    assert_eq!(fragment.body.locate(Span::new(7, 8)).span.of(text), "\\.");
}

#[test]
fn gives_blocks_their_shapes() {
    let text = "---\ntitle: 题\n---\n# 标题\n\n正文\n\n- 1.具有\n- [ ] 乙\n\n  乙二\n\n> 引文\n\n|甲|乙\\|丙|\n|-|-|\n|1|**2**|\n\n```\n代码\n```\n\n<div>\n网页\n</div>\n\n尾";
    assert_eq!(
        read(text),
        [
            (Shape::Heading(1), "题"),
            (Shape::Heading(1), "标题"),
            (Shape::Paragraph, "正文"),
            (Shape::ListItem, "1.具有"),
            (Shape::ListItem, "乙"),
            (Shape::ListItem, "乙二"),
            (Shape::Paragraph, "引文"),
            (Shape::TableCell, "甲"),
            (Shape::TableCell, "乙|丙"),
            (Shape::TableCell, "1"),
            (Shape::TableCell, "2"),
            (Shape::Paragraph, "网页"),
            (Shape::Paragraph, "尾"),
        ]
    );
}

#[test]
fn joins_lines_at_soft_breaks_and_splits_at_hard_breaks() {
    for (source, expected) in [
        ("江城 \n日报", vec!["江城日报"]),
        ("于2023\r\n年，the\nend", vec!["于2023年，the end"]),
        ("> 江城，\n> 日报", vec!["江城，日报"]),
        ("工会搭台：  \n工匠唱戏", vec!["工会搭台：", "工匠唱戏"]),
        ("上句<br>下句\\\n末句", vec!["上句", "下句", "末句"]),
    ] {
        assert_eq!(texts(source), expected, "{source}");
    }
}

#[test]
fn reads_picture_descriptions_as_captions() {
    assert_eq!(texts("![*参观*现场](a.jpg)\n江城日报"), ["江城日报", "参观现场"]);
    assert_eq!(texts("前![](a.jpg)后"), ["前\u{FFFC}后"]);
    assert_eq!(read("![现场](a.jpg)"), [(Shape::Caption, "现场")]);
}

#[test]
fn reads_html_blocks_as_html() {
    let text = "<div align=center>\n<b>江城</b>日报<img alt='图'>\n</div>\n\n正文<img src=a alt='二图'>，<ruby>汉<rt>hàn</rt></ruby>字\n\n\
                <script>\n\n码,\n</script>\n\n<details><summary>题</summary>\n\n内**文**\n\n</details>";
    assert_eq!(
        read(text),
        [
            (Shape::Paragraph, "江城日报\u{FFFC}"),
            (Shape::Caption, "图"),
            (Shape::Paragraph, "正文\u{FFFC}，汉字"),
            (Shape::Caption, "二图"),
            (Shape::Paragraph, "题"),
            (Shape::Paragraph, "内文"),
        ]
    );
}

#[test]
fn replaces_site_generator_placeholders_by_objects() {
    assert_eq!(texts("甲{{< figure src=\"a,b\" >}}乙{% raw %}丙{{ d }}"), ["甲\u{FFFC}乙\u{FFFC}丙\u{FFFC}"]);
    assert_eq!(texts("::: tip 提示\n正文\n:::\n"), ["提示", "正文"]);
    assert_eq!(texts("甲{{乙"), ["甲{{乙"]);
}

#[test]
fn reads_indented_prose_as_paragraphs() {
    let indented = fragments("    第一段，在此。\n    第二段，在此。\n");
    assert_eq!(indented.len(), 2);
    assert!(indented.iter().all(|fragment| fragment.indented && fragment.shape == Shape::Paragraph));
    assert_eq!(texts("　　第一段。\n　　第二段\n续写。"), ["第一段。", "第二段续写。"]);
    assert_eq!(texts("    let x = 1; // 注释\n"), Vec::<&str>::new());
}

#[test]
fn reads_a_paragraph_between_dashes_as_text() {
    assert_eq!(texts("第一篇。\n\n---\n第二篇。\n---\n"), ["第一篇。", "第二篇。"]);
}

/// Returns the parts of `text` that fixes can change, joined by `|` where others are between them.
fn editable(text: &str) -> String {
    let mut spans = Vec::new();
    for fragment in fragments(text) {
        for (at, c) in fragment.body.text(text).char_indices() {
            let edit = fragment.body.edit(Span::new(at, at + c.len_utf8()), "，", text);
            spans.extend(edit.map(|edit| edit.span));
        }
    }
    spans.sort_by_key(|span| span.start);
    let mut editable = String::new();
    let mut end = None;
    for span in spans {
        if end.is_some_and(|end| end != span.start) {
            editable.push('|');
        }
        editable.push_str(span.of(text));
        end = Some(span.end);
    }
    editable
}

#[test]
fn formulas_are_not_prose_but_prices_are() {
    for (source, expected) in [
        ("设$P(甲|乙)$与$(n-1)!$，$(0,1]$。", "设|与|，|。"),
        ("有$10^9$个", "有|个"),
        ("设\\(P(甲,乙)=1\\)则\\[x,y\\]好", "设|则|好"),
        ("前\n\n$$\n甲,乙\n\n- 丙,丁\n$$\n\n后", "前|后"),
        ("前$$a,b$$后", "前|后"),
        ("\\begin{align}\n甲,&乙\n\n丙\n\\end{align}\n\n后", "后"),
        ("如\\ref{图,1}所示", "如|所示"),
        ("设$甲,乙$则\\(甲,乙\\)和\\[丙,丁\\]好,", "设|则|和|好,"),
        ("设$a,b$$a,b$则$甲,$$乙,$好,", "设|则|好,"),
        ("图![甲,[$](a,b)](图,1.png)丙,$后,", "图|甲,|后,"),
        ("文$`$甲,`后,", "文|后,"),
        ("共$5,500到$甲,$ 乙,$", "共$5,500到| 乙,$"),
        ("|$a|b$,甲|乙|\n|-|-|", "|,甲|乙".trim_start_matches('|')),
        ("从$5亿涨到$8亿", "从$5亿涨到$8亿"),
        ("每桶100$，涨到$120", "每桶100$，涨到$120"),
        ("花了US$5,又花HK$8。", "花了US$5,又花HK$8。"),
    ] {
        assert_eq!(editable(source), expected, "{source}");
    }
}

#[test]
fn template_tags_and_expressions_are_not_prose() {
    for (source, expected) in [
        ("甲{{< figure src=\"a,b\" >}}乙{% raw %}丙{{ d,e }}", "甲|乙|丙"),
        ("见[说明,一]({{< ref \"a,b c\" >}})。", "见|说明,一|。"),
        ("<a href=\"{{ url \"甲,乙\" }}\">文,字</a>", "文,字"),
        ("值为{a || \"默认,值\"}。", "值为|。"),
        ("{姓名}同志", "同志"),
        ("{% note %}\n正文,甲\n{% endnote %}", "正文,甲"),
        ("{% highlight js %}\n代码,甲\n\n代码,乙\n{% endhighlight %}\n\n后", "后"),
        ("{{< mermaid >}}\n图,甲\n\n图,乙\n{{< /mermaid >}}\n\n后", "后"),
        ("甲{{乙", "甲{{乙"),
        ("甲{# 注,释 #}乙", "甲|乙"),
    ] {
        assert_eq!(editable(source), expected, "{source}");
    }
}

#[test]
fn targets_labels_and_keys_are_not_prose() {
    for (source, expected) in [
        ("见[[2024年巡查,第3次]]", "见"),
        ("和![[图,甲.png]]后", "和|后"),
        ("见[[目标,甲|显示,乙]]后", "见|后"),
        ("|见[[目标,甲\\|显示,乙]]后|乙|\n|-|-|", "见|后|乙"),
        ("[[甲,乙]](丙,丁)后,甲", "后,甲"),
        ("[[甲,乙][注,1]](丙,丁.md)后,甲", "后,甲"),
        ("[[甲]:乙](丙,丁)[[甲,\n乙]]", "[甲]:乙|[[甲,|乙]]"),
        ("见[规定,第3条]。\n\n[规定,第3条]: /a", "见|。"),
        ("见[规定,第3条][]。\n\n[规定,第3条]: /a", "见|。"),
        ("见[这里,甲][规定,第3条]。\n\n[规定,第3条]: /a", "见|这里,甲|。"),
        ("见[这里,甲][别的文件,乙]。", "见|这里,甲|。"),
        ("见[说明,甲](文件,乙 (1).md)与[乙,](丙,(丁)。", "见[说明,甲|与[乙,|。"),
        ("见[说明,甲](<文件,乙 1.md> \"题,\")。", "见|说明,甲|。"),
        ("[注,甲]不是链接", "[注,甲]不是链接"),
        ("见![规定,第3条]后\n\n[规定,第3条]: /a", "见|后"),
        ("见![规定,第3条][]后", "见|后"),
        ("<div>见[甲,](http://a.cn/甲,乙 (标,题))后,</div>", "见|甲,|后,"),
        ("<div>来了!![规定,第3条][]后,</div>\n\n[规定,第3条]: /a", "来了!|][]后,"),
        ("[注,1][`][注,1]`后,", "[注,1][|后,"),
        ("~~旧,<!-- 注 -->~~新,", "旧,|新,"),
        ("[规定,第3条][甲,][规定,第3条](乙,丙)\n\n[规定,第3条]: /a", ""),
        ("他来了![^1][甲,](/a)", "他来了|甲,"),
        ("见![标,签][规定,第3条]后\n\n[规定,第3条]: /a", "见|标,签|后"),
        ("|文[^注,1][甲,](/a)|文**甲。**[^注,1]|\n|-|-|", "文|甲,|文|甲。"),
        ("[^注,1]: 脚注,甲\n\n文[^1],再[^甲,\n乙]", "脚注,甲|文|,再[^甲,|乙]"),
        ("正文[@a, 第3页; @b]后[见 @c,第1页]。", "正文|后|。"),
        ("大家好:smile:,再见:+1:。比分3:100:2", "大家好|,再见|。比分3:100:2"),
        ("|:warning:|20:warning:请~:smile:|\n|-|-|", "20|请~"),
        ("按++ctrl+alt+\"甲,乙\"++和++tab++后,++新增,甲++", "按|和|后,++新增,甲++"),
        ("文,甲\n(目标,一)=\n文,乙\n\n(目标,一) =", "文,甲|文,乙|(目标,一) ="),
        ("### 步骤 1: 安装\n\n[见,甲](#步骤-1-安装)", "见,甲"),
        ("### 步骤 1: 安装\n\n[见,甲](#别的)", "步骤 1: 安装|见,甲"),
        ("## 题,一 {#id .甲}\n\n文", "题,一|文"),
    ] {
        assert_eq!(editable(source), expected, "{source}");
    }
    assert_eq!(texts("见[规定,第3条]。\n\n[规定,第3条]: /a"), ["见规定,第3条。"]);
}

#[test]
fn what_addresses_may_extend_to_cannot_be_edited() {
    for (source, expected) in [
        ("见https://a.cn/,再看,甲", "见"),
        ("见https://a.cn/, 再看,甲", "见| 再看,甲"),
        ("(见http://a.cn/甲(1),)再看,甲", "(见|再看,甲"),
        ("见: http://a.cn/。(http://b.cn/),", "见:|。|,"),
        ("见www.a.cn/甲.乙…丙,丁。再看,甲", "见|。再看,甲"),
        ("**https://a.cn/b:** 再看,甲", " 再看,甲"),
        ("见[https://a.cn/,](图 1,2.png)后,甲", "见[|后,甲"),
        ("见<https://a.cn/`>`甲,乙`后,", "见|后,"),
        ("注://甲,乙 awww.甲,乙", "注://甲,乙 awww.甲,乙"),
    ] {
        assert_eq!(editable(source), expected, "{source}");
    }
}

#[test]
fn titles_of_containers_are_prose() {
    for (source, expected) in [
        (
            "!!! warning \"注意:断电\"\n    正文,[甲](/a,b)\n\n    ```\n    码,甲\n\n    码,乙\n    ```\n\n外",
            "注意:断电|正文,|甲|外",
        ),
        ("??? note \"甲,\"\n\n    乙", "甲,|乙"),
        ("???+ note\n\n    乙,丙", "乙,丙"),
        ("=== \"苹果,\"\n\n    乙", "苹果,|乙"),
        ("!!! note\n    - 甲\n\n      乙\n\n    丙", "甲|乙|丙"),
        ("::: tip 提示,甲\n正文\n:::", "提示,甲|正文"),
        ("::: {.note title=\"甲,乙\"}\n正文\n:::", "正文"),
        (":::note[题,甲]{#id}\n正文\n:::", "题,甲|正文"),
        ("> [!note]- 题,甲\n> 正文", "题,甲|正文"),
        ("> [!tip]\n> 正文", "正文"),
        ("太好了!!!\n\n!!! 太好了", "太好了!!!|!!! 太好了"),
        ("甲\n===\n\n乙", "甲|乙"),
    ] {
        assert_eq!(editable(source), expected, "{source}");
    }
    let shapes: Vec<Shape> = read("!!! note \"题\"\n    文\n\n- 项\n").into_iter().map(|(shape, _)| shape).collect();
    assert_eq!(shapes, [Shape::Paragraph, Shape::Paragraph, Shape::ListItem]);
}

#[test]
fn other_lines_of_dialects_are_not_prose() {
    for (source, expected) in [
        ("术语,甲\n: 解释,乙", "术语,甲|解释,乙"),
        ("> |甲|\n> |-|\n> |乙,|\n> : 表,甲", "甲|乙,|表,甲"),
        ("- [x] 术语,一\n      : 解释,一", "术语,一|解释,一"),
        ("- [ ] ```py\n      码,\n      ```\n- [ ] 文,甲", "文,甲"),
        ("文\n{: title=\"标,题\"}", "文"),
        ("文[字]{.cls key=\"值,甲\"}后", "文[字]|后"),
        ("*[缩写,甲]: 全称,乙\n*[另]: 丙", "全称,乙|丙"),
        ("前\n--8<-- \"甲,乙\"\n后", "前|后"),
        ("import F from \"./中,文.js\"\nimport {\n  甲,\n} from '乙'\n\n文", "文"),
        ("export const a = {\n  甲: '乙,丙',\n\n  丁: 1,\n}\n\n文", "文"),
        ("import 语句,很重要", "import 语句,很重要"),
        ("甲%%注,释%%乙", "甲|乙"),
        ("|{\"键\": \"值,乙\"}|[\"甲,乙\"]|\n|-|-|", ""),
        ("运行`ls -a,b 后,甲", "运行| -a,b 后,甲"),
        ("`abc``甲,``后,", "后,"),
        ("- `\"好\"\n| 甲 | 乙 |\n|-|-|\n| 甲,乙`\n", ""),
        ("**`**\n# 题`甲,`后,\n- `\n- `甲,`后,", "`|题|后,|`|后,"),
        ("|`|`甲,`后,|\n|-|-|\n|`|\n|`甲,`后,|", "`|后,|`|后,"),
        ("文`\n---\n题`甲,`后,", "文`|题|后,"),
    ] {
        assert_eq!(editable(source), expected, "{source}");
    }
}

#[test]
fn components_contain_markdown() {
    for (source, expected) in [
        ("<Note>\n请读[说明,甲](/a)再做,`码,`。\n</Note>", "请读|说明,甲|再做,|。"),
        ("<T x={[\"甲,乙\"]}>显示,甲</T>", "显示,甲"),
        ("<T\n  x={{\n    甲: '乙,丙' }}\n>\n显示,甲\n</T>", "显示,甲"),
        ("<B @click=\"f('甲,乙')\" #x {...p}>点,</B>后", "点,|后"),
        ("<Foo.Bar x='甲,乙'>文,</Foo.Bar>后", "文,|后"),
        ("新<Badge text=\"甲,\" />版", "新|版"),
        ("<>甲,乙</>后", "甲,乙|后"),
        ("<div>\n\n    缩进,甲[说明](/a)\n\n</div>", ""),
    ] {
        assert_eq!(editable(source), expected, "{source}");
    }
}

#[test]
fn dashes_in_the_middle_of_a_text_are_a_rule() {
    let source = "正文,甲\n\n---\n首行,乙\n\n读 [说明](/a,b) 再做\n\n```\n码,\n```\n\n---\n";
    assert_eq!(editable(source), "正文,甲|首行,乙|读 |说明| 再做");
    assert_eq!(read("第一篇。\n\n---\n第二篇。\n---\n")[1], (Shape::Paragraph, "第二篇。"));
    assert_eq!(read("题\n---\n文")[0], (Shape::Heading(2), "题"));
}

#[test]
fn code_in_an_indented_block_is_not_prose() {
    assert_eq!(editable("    打印(\"你好,世界\")\n"), "");
    assert_eq!(editable("    第一段说得很清楚,见[说明](/a,b)。\n"), "第一段说得很清楚,见|说明|。");
}

/// Syntax of dialects with a place for text that is not prose.
const TEMPLATES: &[&str] = &[
    "[[@]]",
    "![[@]]",
    "[[@|字]]",
    "$a=@$",
    "$$@$$",
    "\\(a=@\\)",
    "\\ref{@}",
    "{{ @ }}",
    "{{< x \"@\" >}}",
    "{% x '@' %}",
    "{\"@\"}",
    "{.a b=\"@\"}",
    "[@a, @]",
    "[\"@\"]",
    "`@`",
    "<T x={\"@\"}>",
    "<B @click=\"@\">",
    "[题](/a/@)",
    "![题](图 @.png)",
    "\n\n--8<-- \"@\"\n\n",
    "\n\n{: a=\"@\"}\n\n",
    "\n\n$$\n@\n\n@\n$$\n\n",
    "\n\n```\n@\n\n@\n```\n\n",
    "\n\n<!-- @ -->\n\n",
    "\n\nimport @ from \"@\"\n\n",
];

proptest! {
    #[test]
    fn what_is_in_syntax_cannot_be_edited(
        template in proptest::sample::select(TEMPLATES),
        hidden in "[码符]{1,3}[,:(][码符]{1,3}",
        container in proptest::sample::select(&["", "> ", "- ", "1. ", "# ", "!!! note \"题\"\n    ", "::: tip 题\n"][..]),
    ) {
        let syntax = template.replace("[@a", "[\u{1}a").replace("<B @", "<B \u{1}").replace('@', &hidden).replace('\u{1}', "@");
        let is_line = template.starts_with('\n');
        let container = if is_line { "" } else { container };
        let source = format!("{container}前文{syntax}后文");
        let editable = editable(&source);
        prop_assert!(!editable.contains(['码', '符']), "{:?} gives {:?}", source, editable);
        prop_assert!(editable.contains("前文") && editable.contains("后文"), "{:?} gives {:?}", source, editable);
    }

    #[test]
    fn translation_keeps_offsets(text in "([甲乙,。a \n]|\\[\\[|\\]\\]|\\{\\{|\\}\\}|\\{|\\}|\\$|:::|!!! a|\"|<T |>|`|\\\\|%%|:a:|\\{%|%\\}|    ){0,40}") {
        let translation = dialect::translate(&text, 0);
        prop_assert_eq!(translation.text().len(), text.len());
        let mut end = 0;
        translation.parts(Span::new(0, text.len()), |part| {
            let (Part::Prose(span) | Part::Fixed(span) | Part::Object(span)) = part;
            assert!(span.start >= end && text.get(span.range()).is_some());
            end = span.end;
        });
    }
}
