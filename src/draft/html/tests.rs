//! Tests of reading HTML and XHTML.

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Vec<(Shape, &str)> {
    let fragments = fragments(text, Span::new(0, text.len())).leak();
    fragments.iter().map(|fragment| (fragment.shape, fragment.body.text(text))).collect()
}

fn texts(text: &str) -> Vec<&str> {
    read(text).into_iter().map(|(_, text)| text).collect()
}

#[test]
fn reads_text_through_inline_markup() {
    for (source, text) in [
        ("<b>江城</b>日<i class=x>报</i>", "江城日报"),
        ("旧<!-- 注 -->新<wbr>闻<![CDATA[注]]>", "旧新闻"),
        ("见<a href='https://example.cn' target=_blank>链接</a>。", "见链接。"),
        ("运行<code>a<b>,b</code>后", "运行\u{FFFC}后"),
        ("按<kbd>Enter</kbd>，看<svg><text>图</text><svg></svg></svg>和<svg/>", "按\u{FFFC}，看\u{FFFC}和\u{FFFC}"),
        ("甲<script>if (a<b) '</p>'</script>乙<style>丙</style>丁", "甲乙丁"),
        ("<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字", "汉字"),
        ("甲&amp;乙&#20013;&#x6587;&hellip;&lt;&nbsp;AT&T", "甲&乙中文…<\u{A0}AT&T"),
        ("江城\r\n    日报，the\nend", "江城日报，the end"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("甲<b>乙", "甲乙"),
        ("<title>甲 - 乙报</title>", "甲\u{FFFC}乙报"),
        ("甲<code>乙<p>丙", "甲\u{FFFC}"),
    ] {
        assert_eq!(texts(source)[0], text, "{source}");
    }
}

#[test]
fn gives_blocks_their_shapes() {
    use Shape::*;
    let page = "<!doctype html><html><head><title>题</title><meta charset=utf-8>\
        <meta name=description content=\"述\"><meta property='og:description' content='分享'>\
        <meta name=author content=人></head><body><h1>标<br>题</h1><div>正文<p>段</div>\
        <ul><li>甲<li><p>乙</ul>尾<table><caption>表</caption><tr><th>丙<td>丁<td><p>戊。</table>\
        <figure><img src=a.jpg alt='图' title=\"名\"><figcaption>图注</figcaption></figure><pre>码</pre>\
        <textarea><p>框</textarea></body>";
    assert_eq!(
        read(page),
        [
            (Heading(1), "题"),
            (Paragraph, "述"),
            (Paragraph, "分享"),
            (Heading(1), "标"),
            (Heading(1), "题"),
            (Paragraph, "正文"),
            (Paragraph, "段"),
            (ListItem, "甲"),
            (ListItem, "乙"),
            (Paragraph, "尾"),
            (Caption, "表"),
            (TableCell, "丙"),
            (TableCell, "丁"),
            (Paragraph, "戊。"),
            (Caption, "图"),
            (Caption, "名"),
            (Caption, "图注"),
        ]
    );
}

#[test]
fn allows_edits_of_plain_text_only() {
    for (source, at, editable) in [
        ("甲,乙", ",", true),
        ("甲&#44;乙", ",", false),
        ("甲&amp;乙", "&", false),
        ("AT&T", "T", true),
        ("<img alt=\"甲,乙\">", ",", true),
        ("<img alt=甲,乙>", ",", false),
        ("1 < b", "< ", false),
    ] {
        let fragment = fragments(source, Span::new(0, source.len())).remove(0);
        let start = fragment.body.text(source).find(at).unwrap();
        let edit = fragment.body.edit(Span::new(start, start + at.len()), "，", source);
        assert_eq!(edit.is_some(), editable, "{source}");
    }
}

#[test]
fn reads_only_what_is_chinese_prose() {
    for (source, expected) in [
        ("<p lang=ja>日本,<b>語,</b></p><p>甲,</p>", vec!["甲,"]),
        ("<p lang=ja>日本,<p>甲,</p>", vec!["甲,"]),
        ("<ul><li lang=ko>甲,<li>乙,</ul>", vec!["乙,"]),
        ("<div lang='ja'>甲,<p lang=zh-Hant>乙,</p>丙,</div>丁,", vec!["乙,", "丁,"]),
        ("<p>他说<q lang=EN-us>Hello, world.</q>好", vec!["他说\u{FFFC}好"]),
        ("<html lang=ja><body>甲,", vec![]),
        ("<html lang=en><body>甲,", vec!["甲,"]),
        ("<html lang='{{ lang }}'><p>甲,", vec!["甲,"]),
        ("<p lang=''>甲,<p lang=yue>乙,<p lang=cn>丙,<p lang=zh_CN>丁,", vec!["甲,", "乙,", "丙,", "丁,"]),
        ("<p xml:lang='ja' title='甲,'>乙,</p><img lang=ja alt='丙,'>丁,", vec!["\u{FFFC}丁,"]),
        ("<b translate=no>甲,<i lang=zh>乙,</i></b>丙,", vec!["\u{FFFC}\u{FFFC}丙,"]),
        ("<p class='a notranslate'>甲,</p>乙,", vec!["乙,"]),
    ] {
        assert_eq!(texts(source), expected, "{source}");
    }
}

#[test]
fn reads_titles_and_descriptions_without_separators_and_keywords() {
    for (source, expected) in [
        ("<title>甲 -- 乙 - 丙 — 某报</title>", vec!["甲\u{FFFC}乙\u{FFFC}丙\u{FFFC}某报"]),
        ("<title>甲--乙 -丙</title>", vec!["甲--乙 -丙"]),
        ("<meta property='og:title' content='甲 - 某报'>", vec!["甲\u{FFFC}某报"]),
        ("<meta name=description content='新闻,体育,财经'>", vec![]),
        (
            "<meta name=description content='本报讯,昨天,桥上的灯第一次全部换新'>",
            vec!["本报讯,昨天,桥上的灯第一次全部换新"],
        ),
        ("<meta name=description content='昨天,开会,闭会。'>", vec!["昨天,开会,闭会。"]),
        ("<meta name=keywords content='甲,乙'><meta name=author content='丙,丁'>", vec![]),
        ("<link title='甲,乙' rel=stylesheet><style title='丙,'></style>", vec![]),
        ("---\ntitle: 甲\npermalink: /乙,丙\n---\n<p>丁,", vec!["甲", "丁,"]),
    ] {
        let fragments = read_page(source, None).0.leak();
        let read: Vec<&str> = fragments.iter().map(|fragment| fragment.body.text(source)).collect();
        assert_eq!(read, expected, "{source}");
    }
}

#[test]
fn reads_an_element_without_end_tag_to_the_end_of_its_sentence() {
    for (source, expected) in [
        ("甲<code>乙,<p>丙,", vec!["甲\u{FFFC}", "丙,"]),
        ("甲<code>乙,<p>丙,</code>丁,", vec!["甲\u{FFFC}丁,"]),
        ("<code>甲,<var>乙,</var>丙,</code>丁,", vec!["\u{FFFC}丁,"]),
        ("<noscript><p style='甲,'>乙,<script>丙,</script>丁,", vec!["乙,丁,"]),
        ("<noscript>甲,</p><p>乙,", vec!["甲,", "乙,"]),
        ("<select><option>甲,<p>乙,", vec![]),
        ("甲<b title='乙,>丙,", vec!["甲"]),
        ("甲<!-- 乙,<p>丙,", vec!["甲"]),
    ] {
        assert_eq!(texts(source), expected, "{source}");
    }
}

#[test]
fn knows_xhtml_by_what_it_declares() {
    for (source, expected) in [
        ("<?xml version='1.0'?><html>", Syntax::Xml),
        ("\u{FEFF}<!-- 甲 -->\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'a.dtd'>", Syntax::Xml),
        ("<!doctype html><html lang=zh xmlns='http://www.w3.org/1999/xhtml'>", Syntax::Xml),
        ("<!doctype html><html lang=zh>", Syntax::Html),
        ("<p>甲<html xmlns='http://www.w3.org/1999/xhtml'>", Syntax::Html),
        ("", Syntax::Html),
    ] {
        assert_eq!(declared_syntax(source, Span::new(0, source.len())), expected, "{source}");
    }
}

#[test]
fn escapes_markup_characters() {
    assert_eq!(escape("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
}

/// A piece of a page. The page is what they are together.
#[derive(Debug, Clone)]
struct Piece {
    text: String,
    is_prose: bool,
}

fn piece(is_prose: bool, text: impl Into<String>) -> Vec<Piece> {
    vec![Piece { text: text.into(), is_prose }]
}

/// Returns one of `choices`, which are not prose.
fn markup(choices: &'static [&'static str]) -> impl Strategy<Value = Vec<Piece>> {
    proptest::sample::select(choices).prop_map(|text| piece(false, text))
}

fn prose() -> impl Strategy<Value = Vec<Piece>> {
    const PROSE: &[&str] = &[
        "甲,乙",
        "“丙\"",
        "丁(戊)",
        "己.",
        "庚:'辛'",
        "壬 - 癸",
        "3,5",
        "a,b",
        "子}}",
        "丑>寅",
        "卯%}",
        "-->辰",
        "巳/>午",
        "未]]>",
    ];
    proptest::sample::select(PROSE).prop_map(|text| piece(true, text))
}

/// Attributes that readers do not see, with all that can stand in one.
const ATTRIBUTES: &[&str] = &[
    "",
    " class=\"甲,乙\"",
    " data-a='甲>\"乙,'",
    " style=\"font-family:微软雅黑,宋体\"",
    " :alt=\"'甲,' + 乙\"",
    " @click=\"a('甲,乙')\"",
    " v-bind:title='甲,'",
    " {{ 甲,乙 }}=\"\"",
    " {% if a > b %}class=\"甲,\"{% endif %}",
    " href=\"{% url \"甲,\" %}\"",
    " <?php echo $a->b('甲,') ?>",
    " onclick=\"<%= 甲, %>\"",
    "\n id='甲,乙'",
];
/// Attributes of HTML only.
const LOOSE_ATTRIBUTES: &[&str] = &[
    " id=甲,乙",
    " =\"甲,\"",
    " a=/甲,",
    " CLASS = '甲,'b",
    " 甲,乙",
    " a='甲'乙,='丙'",
    "/ ",
    " title=甲,乙",
    " a=<%= 甲>乙 %>",
];
/// Elements whose content is not prose, as the parts between which the attributes and the content stand.
const OPAQUE: &[(&str, &str, &str)] = &[
    ("<pre", "甲,乙<b>丙,</b>", "</pre>"),
    ("<code", "甲,<var>乙,</var>丙,<div>丁,</div>", "</code>"),
    ("<svg", "<title>甲,</title><text title=\"乙,\">丙,</text>", "</svg>"),
    ("<math", "<mi>甲,</mi>", "</math>"),
    ("<template", "<p title=\"甲,\">乙,</p>", "</template>"),
    ("<select", "<option>甲,</option>", "</select>"),
    ("<kbd", "甲,<br/>乙,", "</kbd>"),
    ("<p translate=\"no\"", "甲,<b title=\"乙,\">丙,</b>", "</p>"),
    ("<span class=\"a notranslate\"", "甲,", "</span>"),
    ("<div lang=\"ja\"", "<p title=\"甲,\">乙,<b>丙,</b></p>丁,", "</div>"),
    ("<p xml:lang=\"ko-KR\"", "甲,", "</p>"),
];
/// Elements whose content is read as one string.
const RAW: &[(&str, &str, &str)] = &[
    ("<script", "if (a<b && '甲,</p>{{') \"<!--乙,\"; /* <p> 丙, */", "</script>"),
    ("<style", "a::after { content: \"甲,<!--\" }", "</style>"),
    ("<textarea", "甲,<b>乙,</textare", "</textarea>"),
    ("<xmp", "<p>甲,", "</xmp>"),
    ("<iframe", "<p>甲,", "</iframe>"),
    ("<noembed", "<p>甲,", "</noembed>"),
    ("<noframes", "<p>甲,", "</noframes>"),
];
/// What is no element.
const OTHER: &[&str] = &[
    "<!-- 甲,<b title=\"乙,\"> -->",
    "<!--[if lt IE 9]><p>甲,</p><![endif]-->",
    "<![CDATA[甲,<b>乙,]]>",
    "{{ 甲,乙 | \"丙,\" }}",
    "{{{甲,}}}",
    "{% 甲, \"<b>\" %}",
    "{# 甲,<p>乙, #}",
    "{% comment %}甲,<p>乙,{% endcomment %}",
    "<% 甲,\n乙, %>",
    "<?php 甲, $a->乙; ?>",
    "<#if 甲, gt 乙>",
    "&hellip;",
    "<br/>",
    "<hr class=\"甲,\"/>",
    "<img src=\"甲,乙.png\"/>",
    "<link title=\"甲,乙\"/>",
    "<meta name=\"keywords\" content=\"甲,乙\"/>",
];
/// What is no element in HTML.
const LOOSE_OTHER: &[&str] = &[
    "<![if !IE]>",
    "</ 甲,>",
    "<?a 甲,>",
    "<!甲,>",
    "<!-->",
    "<BR>",
    "</b 甲,>",
    "<input value=甲,>",
    "<p>",
    "<li>",
    "</i>",
];
/// Elements whose content is prose.
const ELEMENTS: &[&str] =
    &["p", "b", "div", "li", "ul", "td", "h2", "a", "span", "noscript", "section", "button", "v-card", "zh"];

fn attributes(is_xml: bool) -> impl Strategy<Value = &'static str> {
    let loose = if is_xml { ATTRIBUTES } else { LOOSE_ATTRIBUTES };
    prop_oneof![3 => proptest::sample::select(ATTRIBUTES), 1 => proptest::sample::select(loose)]
}

fn opaque(elements: &'static [(&'static str, &'static str, &'static str)], is_xml: bool) -> BoxedStrategy<Vec<Piece>> {
    (proptest::sample::select(elements), attributes(is_xml))
        .prop_map(|((open, content, close), attributes)| piece(false, format!("{open}{attributes}>{content}{close}")))
        .boxed()
}

/// Pages made from the grammar of HTML, or from that of XHTML.
fn pages(is_xml: bool) -> impl Strategy<Value = Vec<Piece>> {
    let raw = if is_xml { markup(&["<script/>", "<style/>", "<title/>", "<p/>"]).boxed() } else { opaque(RAW, false) };
    let visible = proptest::sample::select(&[("<img alt=\"", "\"/>"), ("<b title='", "' class=\"甲,\"></b>")][..]);
    let visible =
        visible.prop_map(|(open, close)| [piece(false, open), piece(true, "甲,乙"), piece(false, close)].concat());
    let leaf = prop_oneof![
        4 => prose(),
        1 => markup(OTHER),
        1 => markup(if is_xml { OTHER } else { LOOSE_OTHER }),
        1 => opaque(OPAQUE, is_xml),
        1 => raw,
        1 => visible,
    ];
    let page = leaf.prop_recursive(4, 40, 6, move |node| {
        let content = proptest::collection::vec(node, 0..6).prop_map(|nodes| nodes.concat());
        let name = prop_oneof![9 => proptest::sample::select(ELEMENTS), 1 => Just(if is_xml { "甲" } else { "em" })];
        (name, attributes(is_xml), content).prop_map(|(name, attributes, content)| {
            let language = if name == "zh" { " lang=\"zh-CN\"" } else { "" };
            let open = piece(false, format!("<{name}{language}{attributes}>"));
            [open, content, piece(false, format!("</{name}>"))].concat()
        })
    });
    proptest::collection::vec(page, 0..6).prop_map(|nodes| nodes.concat())
}

/// Returns for each byte of `page` whether an edit can change it.
fn editable(page: &str, syntax: Syntax) -> Vec<bool> {
    let mut editable = vec![false; page.len()];
    for fragment in super::read(page, Span::new(0, page.len()), syntax) {
        for (at, c) in fragment.body.text(page).char_indices() {
            if let Some(edit) = fragment.body.edit(Span::new(at, at + c.len_utf8()), "", page) {
                assert_eq!(edit.span.of(page), c.to_string());
                editable[edit.span.range()].fill(true);
            }
        }
    }
    editable
}

fn check(pieces: &[Piece], syntax: Syntax) -> std::result::Result<(), TestCaseError> {
    let page: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let editable = editable(&page, syntax);
    let mut at = 0;
    for piece in pieces {
        for (offset, c) in piece.text.char_indices() {
            let is_editable = editable[at + offset];
            prop_assert!(piece.is_prose || !is_editable, "{:?} is changed in {:?} in {:?}", c, piece.text, page);
            prop_assert!(
                !piece.is_prose || is_editable || !crate::text::is_han(c),
                "{:?} is not read in {:?}",
                c,
                page
            );
        }
        at += piece.text.len();
    }
    Ok(())
}

proptest! {
    #[test]
    fn only_prose_in_html_can_be_edited(page in pages(false)) {
        check(&page, Syntax::Html)?;
    }

    #[test]
    fn only_prose_in_xhtml_can_be_edited(page in pages(true)) {
        check(&page, Syntax::Xml)?;
    }
}
