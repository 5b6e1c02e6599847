use super::*;
use crate::block::Shape;

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
