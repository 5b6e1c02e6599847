//! Tests of reading and writing Word files.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::block::BlockKind;
use crate::draft::{Draft, Format};
use crate::edit::{Edit, EditSet, Note, Signature};
use crate::text::Span;

const DATE: &str = "2023-11-01T08:00:00Z";
pub(super) const SIGNATURE: Signature = Signature { author: "朱笔", date: DATE };
const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const M: &str = "http://schemas.openxmlformats.org/officeDocument/2006/math";
const MC: &str = "http://schemas.openxmlformats.org/markup-compatibility/2006";
const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Returns a Word file with these parts and a main document with that body. The root element of a part is `<w:R>`, which
/// gets the declaration of the namespace.
pub(super) fn docx(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let relation =
        |kind: &str, target: &str| format!(r#"<Relationship Id="r{kind}" Type="{R}/{kind}" Target="{target}"/>"#);
    let relations = |inner: String| format!("<Relationships>{inner}</Relationships>");
    let known = ["styles", "footnotes", "header", "comments"];
    let named = known.iter().filter(|kind| parts.iter().any(|(name, _)| *name == format!("word/{kind}.xml")));
    let mut files = vec![
        ("[Content_Types].xml".to_owned(), "<Types></Types>".to_owned()),
        ("_rels/.rels".to_owned(), relations(relation("officeDocument", "word/document.xml"))),
        (
            "word/document.xml".to_owned(),
            format!(r#"<w:document xmlns:w="{W}" xmlns:m="{M}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>"#),
        ),
        (
            "word/_rels/document.xml.rels".to_owned(),
            relations(named.map(|kind| relation(kind, &format!("{kind}.xml"))).collect()),
        ),
    ];
    files.extend(
        parts.iter().map(|(name, xml)| (name.to_string(), xml.replace("<w:R>", &format!(r#"<w:R xmlns:w="{W}">"#)))),
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Returns the text of a part.
pub(super) fn part(bytes: &[u8], name: &str) -> String {
    let mut xml = String::new();
    ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_string(&mut xml).unwrap();
    xml
}

/// Returns the bytes of a part.
fn part_bytes(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut content = Vec::new();
    ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_end(&mut content).unwrap();
    content
}

/// Returns the file with another content of a part, or with this part added.
pub(super) fn with_part(bytes: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    super::archive::replace_parts(bytes, &[(name.to_owned(), content.to_vec())]).unwrap()
}

/// Returns the file without a part.
fn without_part(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).unwrap();
        if entry.name_raw() != name.as_bytes() {
            out.raw_copy_file(entry).unwrap();
        }
    }
    out.finish().unwrap().into_inner()
}

pub(super) fn open(bytes: &[u8]) -> Draft {
    Draft::open(bytes.to_vec(), Format::Word).unwrap()
}

fn text(body: &str) -> String {
    open(&docx(body, &[])).text().to_owned()
}

fn error_message(bytes: Vec<u8>) -> String {
    Draft::open(bytes, Format::Word).unwrap_err().to_string()
}

pub(super) fn edits(list: &[(usize, usize, &str)]) -> EditSet {
    let mut set = EditSet::default();
    for &(start, end, text) in list {
        set.push(Edit { span: Span::new(start, end), text: text.to_owned() }).unwrap();
    }
    set
}

pub(super) fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

pub(super) fn paragraph(inner: &str) -> String {
    format!("<w:p>{inner}</w:p>")
}

/// Returns the document after all changes by zhubi have been rejected.
fn with_changes_rejected(xml: &str) -> String {
    let inserted = regex::Regex::new(r#"<w:ins w:id="\d+" w:author="朱笔"[^>]*>.*?</w:ins>"#).unwrap();
    let deleted = regex::Regex::new(r#"<w:del w:id="\d+" w:author="朱笔"[^>]*>(.*?)</w:del>"#).unwrap();
    deleted.replace_all(&inserted.replace_all(xml, ""), "$1").replace("w:delText", "w:t")
}

#[test]
fn reads_the_visible_text() {
    for (inner, expected) in [
        ("<w:r><w:t>甲</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>乙</w:t></w:r>", "甲乙"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>", "甲\t乙\u{2028}丙"),
        ("<w:ins><w:r><w:t>甲</w:t></w:r></w:ins><w:del><w:r><w:delText>乙</w:delText></w:r></w:del>", "甲"),
        ("<w:moveTo><w:r><w:t>甲</w:t></w:r></w:moveTo><w:moveFrom><w:r><w:t>乙</w:t></w:r></w:moveFrom>", "甲"),
        (
            "<w:hyperlink><w:r><w:t>甲</w:t></w:r></w:hyperlink><w:smartTag><w:r><w:t>乙</w:t></w:r></w:smartTag>",
            "甲乙",
        ),
        (
            "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>隐</w:t>\
             <w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>3</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>",
            "3",
        ),
        ("<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>甲</w:t></w:r></w:sdtContent></w:sdt>", "甲"),
        (
            "<w:r><w:ruby><w:rt><w:r><w:t>jiǎ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>甲</w:t></w:r></w:rubyBase></w:ruby></w:r>",
            "甲",
        ),
        ("<w:r><w:t>甲</w:t><w:noBreakHyphen/><w:sym/><w:t>&amp;&#x4E59;</w:t></w:r>", "甲\u{2011}\u{FFFC}&乙"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t><![CDATA[<甲>]]></w:t></w:r>", "<甲>"),
        ("<w:r><w:t>甲\n乙</w:t></w:r>", "甲 乙"),
    ] {
        assert_eq!(text(&paragraph(inner)), format!("{expected}\n"), "{inner}");
    }
    assert_eq!(text("<w:p/><w:p><w:r><w:t>甲</w:t></w:r></w:p>"), "\n甲\n");
    // The end of the first paragraph is a tracked deletion.
    let joined = "<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p><w:p><w:r><w:t>乙</w:t></w:r></w:p>";
    assert_eq!(text(joined), "甲乙\n");
}

#[test]
fn reads_notes_headers_and_text_boxes_after_the_main_text() {
    let boxed = "<w:r><w:drawing><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></w:drawing></w:r>";
    let choice = format!(
        "<mc:AlternateContent><mc:Choice>{boxed}</mc:Choice><mc:Fallback>{boxed}</mc:Fallback></mc:AlternateContent>"
    );
    let body = paragraph(&format!(
        "{}{}<w:r><w:footnoteReference w:id='2'/></w:r>",
        run("文"),
        choice.replacen("<mc:Alt", "<w:r><mc:Alt", 1) + "</w:r>"
    ));
    let notes = "<w:R><w:footnote w:type='separator' w:id='0'><w:p/></w:footnote><w:footnote w:id='2'><w:p><w:r><w:t>注,释</w:t></w:r></w:p></w:footnote></w:R>";
    let bytes = docx(
        &body,
        &[("word/footnotes.xml", notes), ("word/header.xml", "<w:R><w:p><w:r><w:t>眉</w:t></w:r></w:p></w:R>")],
    );
    let draft = open(&bytes);
    assert_eq!(draft.text(), "文\n注,释\n眉\n框\n");
    let note = Note { span: Span::new(7, 8), text: "试。".to_owned(), source: "x/y".to_owned() };
    let tracked = draft.track(&edits(&[(7, 8, "，")]), std::slice::from_ref(&note), SIGNATURE).bytes;
    assert!(part(&tracked, "word/footnotes.xml").contains("<w:delText>,</w:delText>"));
    assert!(part(&tracked, "word/document.xml").contains("<w:footnoteReference w:id='2'/></w:r><w:commentRangeStart"));
    assert!(part(&tracked, "word/comments.xml").contains("x/y  脚注 1"));
    assert!(open(&tracked).track(&EditSet::default(), &[note], SIGNATURE).bytes == tracked);
}

#[test]
fn derives_block_kinds_from_styles() {
    let styles = "<w:R><w:style w:type='paragraph' w:styleId='2'><w:name w:val='heading 2'/></w:style>\
        <w:style w:type='paragraph' w:styleId='own'><w:name w:val='小标题'/><w:basedOn w:val='2'/></w:style>\
        <w:style w:type='paragraph' w:styleId='loop'><w:basedOn w:val='loop'/><w:pPr><w:numPr><w:numId w:val='3'/></w:numPr></w:pPr></w:style></w:R>";
    let styled =
        |style: &str, text: &str| paragraph(&format!("<w:pPr><w:pStyle w:val='{style}'/></w:pPr>{}", run(text)));
    let body = styled("own", "试验一下，标题。")
        + &styled("loop", "试验一项")
        + &format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", paragraph(&run("试验一格")))
        + &paragraph(&format!("<w:pPr><w:outlineLvl w:val='0'/></w:pPr>{}", run("试验，大纲。")));
    let draft = open(&docx(&body, &[("word/styles.xml", styles)]));
    let kinds: Vec<BlockKind> = draft.blocks().iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::Headline, BlockKind::ListItem, BlockKind::TableCell, BlockKind::Headline]);
}

#[test]
fn splits_the_insertion_of_another_author() {
    let body =
        paragraph("<w:ins w:id='7' w:author='甲'><w:r><w:t>一,二</w:t></w:r></w:ins>".replace('\'', "\"").as_str());
    let bytes = docx(&body, &[]);
    let xml = part(&open(&bytes).track(&edits(&[(3, 4, "，")]), &[], SIGNATURE).bytes, "word/document.xml");
    let expected = format!(
        "<w:ins w:id=\"7\" w:author=\"甲\"><w:r><w:t>一</w:t></w:r><w:del w:id=\"1\" w:author=\"朱笔\" w:date=\"{DATE}\"><w:r>\
         <w:delText>,</w:delText></w:r></w:del></w:ins><w:ins w:id=\"2\" w:author=\"朱笔\" w:date=\"{DATE}\"><w:r><w:t>，</w:t></w:r></w:ins>\
         <w:ins w:id=\"3\" w:author=\"甲\"><w:r><w:t>二</w:t></w:r></w:ins>"
    );
    assert!(xml.contains(&expected), "{xml}");
}

#[test]
fn does_not_allow_edits_of_field_results() {
    let field = "<w:fldSimple w:instr='X'><w:r><w:t>一,二</w:t></w:r></w:fldSimple>";
    let draft = open(&docx(&paragraph(&format!("{}{field}", run("甲,乙"))), &[]));
    let block = &draft.blocks()[0];
    assert!(block.body.edit(Span::new(3, 4), "，", draft.text()).is_some());
    assert!(block.body.edit(Span::new(10, 11), "，", draft.text()).is_none());
}

/// Checks that a file with these edits and notes is in order, and that a second fix with the same notes adds nothing.
fn assert_in_order(bytes: &[u8], edits: &EditSet, notes: &[Note]) -> Vec<u8> {
    let draft = open(bytes);
    for written in [draft.rewrite(edits), draft.track(edits, notes, SIGNATURE).bytes] {
        assert_eq!(draft.damage(&written), None);
        assert_eq!(open(&written).text(), edits.apply(draft.text()));
    }
    let tracked = draft.track(edits, notes, SIGNATURE).bytes;
    let other = Signature { author: "王编辑", ..SIGNATURE };
    assert!(open(&tracked).track(&EditSet::default(), notes, other).bytes == tracked, "comments were added again");
    tracked
}

fn note(start: usize, end: usize) -> Note {
    Note { span: Span::new(start, end), text: "试。".to_owned(), source: "x/y".to_owned() }
}

#[test]
fn comments_on_text_outside_the_body_are_anchored_in_the_body() {
    let header = "<w:R><w:p><w:r><w:t>甲,乙</w:t></w:r></w:p></w:R>";
    let boxed = |inner: &str| format!("<w:r><w:drawing><w:txbxContent>{inner}</w:txbxContent></w:drawing></w:r>");
    let header_with_box = format!("<w:R><w:p>{}</w:p></w:R>", boxed(&paragraph(&run("甲,乙"))));
    let sealed = format!(
        "<w:sdt><w:sdtPr><w:lock w:val='contentLocked'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
        paragraph("")
    );
    for (body, header, comment_expected) in [
        ("<w:p/>".to_owned(), header, true),
        ("<w:p />".to_owned(), header, true),
        (paragraph("<w:pPr><w:jc w:val='left'/></w:pPr>"), header, true),
        ("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>".to_owned(), header, true),
        (format!("{sealed}<w:p/>"), header, true),
        (sealed, header, false),
        (String::new(), header, false),
        ("<w:sectPr/>".to_owned(), header, false),
        (paragraph(""), &header_with_box, true),
        (String::new(), &header_with_box, false),
    ] {
        let bytes = docx(&body, &[("word/header.xml", header)]);
        let at = open(&bytes).text().find(',').unwrap();
        let tracked = assert_in_order(&bytes, &edits(&[(at, at + 1, "，")]), &[note(at, at + 1)]);
        assert_eq!(part(&tracked, "word/document.xml").contains("commentReference"), comment_expected, "{body}");
    }
    let in_box = docx(&paragraph(&boxed(&paragraph(&run("甲,乙")))), &[]);
    assert_in_order(&in_box, &edits(&[(4, 5, "，")]), &[note(4, 5)]);
}

#[test]
fn reads_and_writes_any_prefix_and_quotation_marks_of_namespaces() {
    let plain = docx(
        &paragraph("<w:r><w:rPr><w:b/><w:rPrChange w:id='1'><w:rPr/></w:rPrChange></w:rPr><w:t>甲,乙</w:t></w:r>"),
        &[],
    );
    let xml = part(&plain, "word/document.xml");
    let prefixed =
        xml.replace("<w:", "<ns0:").replace("</w:", "</ns0:").replace(" w:", " ns0:").replace("xmlns:w", "xmlns:ns0");
    let default = xml.replace("<w:", "<").replace("</w:", "</").replace(" w:id='1'", "").replace("xmlns:w", "xmlns");
    let both = xml.replace("<w:", "<").replace("</w:", "</").replace("<document ", &format!("<document xmlns='{W}' "));
    let strict = xml.replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main");
    let other = prefixed.replace("<ns0:body>", "<ns0:body xmlns:w='urn:x'><w:p><w:r/></w:p>");
    for xml in [xml.replace('"', "'"), prefixed, default, both, strict, other, xml.replace("xmlns:w=", "xmlns:w \n= ")]
    {
        let bytes = with_part(&plain, "word/document.xml", xml.as_bytes());
        assert_eq!(open(&bytes).text(), "甲,乙\n", "{xml}");
        let tracked = assert_in_order(&bytes, &edits(&[(3, 4, "，")]), &[note(3, 4)]);
        let written = part(&tracked, "word/document.xml");
        let ids: Vec<&str> = super::id::id_values(&written).map(|range| &written[range]).collect();
        let unique: std::collections::HashSet<&&str> = ids.iter().collect();
        // A comment has three marks.
        assert_eq!(ids.len(), unique.len() + 2, "{written}");
    }
}

#[test]
fn keeps_the_encoding_of_parts() {
    let plain = docx(&paragraph(&run("甲,乙")), &[]);
    let xml = part(&plain, "word/document.xml");
    let little = xml.encode_utf16().flat_map(u16::to_le_bytes);
    let big = xml.encode_utf16().flat_map(u16::to_be_bytes);
    for encoded in [
        b"\xFF\xFE".iter().copied().chain(little.clone()).collect::<Vec<_>>(),
        b"\xFE\xFF".iter().copied().chain(big.clone()).collect(),
        little.collect(),
        big.collect(),
        b"\xEF\xBB\xBF".iter().copied().chain(xml.bytes()).collect(),
    ] {
        let bytes = with_part(&plain, "word/document.xml", &encoded);
        let tracked = assert_in_order(&bytes, &edits(&[(3, 4, "，")]), &[note(3, 4)]);
        assert_eq!(part_bytes(&tracked, "word/document.xml")[..4], encoded[..4]);
    }
    let odd = with_part(&plain, "word/document.xml", b"\xFF\xFE<\0w");
    assert!(error_message(odd).contains("损坏"));
}

#[test]
fn neighbouring_edits_keep_the_formatting_of_their_runs() {
    let formatted = |property: &str, text: &str| format!("<w:r><w:rPr><w:{property}/></w:rPr><w:t>{text}</w:t></w:r>");
    let body = paragraph(&format!(
        "{}<w:hyperlink>{}</w:hyperlink>{}",
        formatted("b", "甲."),
        formatted("i", ","),
        formatted("u", "...")
    ));
    let bytes = docx(&body, &[]);
    let base = open(&bytes).text().to_owned();
    // The edits of one round, and the same in two rounds.
    let rounds = [edits(&[(3, 4, "。"), (4, 5, "”"), (5, 8, "……")])];
    let two_rounds = [edits(&[(3, 4, "。"), (5, 8, "……")]), edits(&[(6, 7, "”")])];
    for rounds in [&rounds[..], &two_rounds] {
        let all = rounds.iter().fold(EditSet::default(), |all, round| all.then(round, &base));
        let tracked = assert_in_order(&bytes, &all, &[]);
        let xml = part(&tracked, "word/document.xml");
        for (property, text) in [("b", "。"), ("i", "”"), ("u", "……")] {
            assert!(
                xml.contains(&format!("<w:r><w:rPr><w:{property}/></w:rPr><w:t>{text}</w:t></w:r></w:ins>")),
                "{xml}"
            );
        }
    }
}

#[test]
fn leaves_sealed_content_controls_alone() {
    let control = |properties: &str, content: &str| {
        format!("<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>")
    };
    for (properties, is_editable) in [
        ("<w:text/>", true),
        ("<w:lock w:val='sdtLocked'/>", true),
        ("<w:lock w:val='contentLocked'/>", false),
        ("<w:lock w:val='sdtContentLocked'/>", false),
        ("<w:dataBinding w:xpath='/a'/>", false),
        ("<w:showingPlcHdr/>", false),
        ("<w:showingPlcHdr w:val='0'/>", true),
        ("<w:dropDownList/>", false),
    ] {
        let inline = paragraph(&format!("{}{}", control(properties, &run("甲,乙")), run("丙,丁")));
        let block = control(properties, &control("", &paragraph(&run("甲,乙")))) + &paragraph(&run("丙,丁"));
        let row = format!(
            "<w:tbl>{}</w:tbl>",
            control(properties, &format!("<w:tr><w:tc>{}</w:tc></w:tr>", paragraph(&run("甲,乙"))))
        );
        for body in [inline, block, row + &paragraph(&run("丙,丁"))] {
            let bytes = docx(&body, &[]);
            let draft = open(&bytes);
            let first = &draft.blocks()[0];
            assert_eq!(first.body.edit(Span::new(3, 4), "，", draft.text()).is_some(), is_editable, "{body}");
            let last = draft.blocks().last().unwrap();
            let comma = last.text(draft.text()).rfind(',').unwrap();
            assert!(last.body.edit(Span::new(comma, comma + 1), "，", draft.text()).is_some());
            assert_eq!(draft.remarks().unwrap().on_writing.is_empty(), is_editable);
            let tracked = assert_in_order(&bytes, &EditSet::default(), &[note(3, 4)]);
            let inside = format!("<w:sdtContent>{}</w:sdtContent>", run("甲,乙"));
            if !is_editable && body.contains(&inside) {
                assert!(part(&tracked, "word/document.xml").contains(&inside));
            }
        }
    }
}

#[test]
fn blanks_that_word_does_not_show_stay_unshown() {
    for (element, expected) in [
        ("<w:t> 甲,乙 </w:t>", "甲,乙"),
        ("<w:t>\n\t甲 ,乙\n</w:t>", "甲 ,乙"),
        ("<w:t>&#32;甲,乙&#x20;</w:t>", "甲,乙"),
        ("<w:t xml:space='default'> 甲,乙 </w:t>", "甲,乙"),
        ("<w:t xml:space='preserve'> 甲,乙 </w:t>", " 甲,乙 "),
        ("<w:t>\u{3000}甲,乙</w:t>", "\u{3000}甲,乙"),
        ("<w:t> </w:t><w:t>甲,乙</w:t>", "甲,乙"),
        ("<w:t>甲</w:t><w:t xml:space='preserve'> </w:t><w:t>,乙</w:t>", "甲 ,乙"),
    ] {
        let bytes = docx(&paragraph(&format!("<w:r>{element}</w:r>")), &[]);
        let draft = open(&bytes);
        assert_eq!(draft.text(), format!("{expected}\n"), "{element}");
        let comma = expected.find(',').unwrap();
        let before = expected[..comma].char_indices().next_back().unwrap().0;
        for edit in [(comma, comma + 1, "，"), (before, comma + 1, ""), (comma, comma + 1, " 丙 ")] {
            let edits = edits(&[edit]);
            let tracked = assert_in_order(&bytes, &edits, &[note(comma, comma + 1)]);
            let rejected = with_changes_rejected(&part(&tracked, "word/document.xml"));
            assert_eq!(text(&body_of(&rejected)), draft.text(), "{rejected}");
        }
    }
}

#[test]
fn the_copy_of_a_text_box_is_fixed_too_where_it_has_the_same_text() {
    let boxed = |inner: &str| format!("<w:drawing><w:txbxContent>{}</w:txbxContent></w:drawing>", paragraph(inner));
    let split = "<w:r><w:t>甲</w:t></w:r><w:r><w:t>,乙</w:t></w:r>";
    for (copy, is_fixed) in [(run("甲,乙").as_str(), true), (split, true), (run("甲,丙").as_str(), false)].iter() {
        let body = paragraph(&format!(
            "<w:r><mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent></w:r>",
            boxed(&run("甲,乙")),
            boxed(copy)
        ));
        let bytes = docx(&body, &[]);
        let draft = open(&bytes);
        assert_eq!(draft.text(), "\n甲,乙\n");
        assert_in_order(&bytes, &edits(&[(4, 5, "，")]), &[note(4, 5)]);
        let xml = part(&draft.rewrite(&edits(&[(4, 5, "，")])), "word/document.xml");
        assert_eq!(xml.matches('，').count(), if *is_fixed { 2 } else { 1 }, "{xml}");
        assert_eq!(draft.remarks().unwrap().on_writing.is_empty(), *is_fixed);
    }
}

#[test]
fn adds_a_missing_comments_part_once() {
    let bytes = docx(&paragraph(&run("甲,乙")), &[("word/comments.xml", "<w:R/>")]);
    let dangling = without_part(&bytes, "word/comments.xml");
    let tracked = assert_in_order(&dangling, &edits(&[(3, 4, "，")]), &[note(3, 4)]);
    assert!(part(&tracked, "word/comments.xml").contains("x/y"));
    assert_eq!(part(&tracked, "word/_rels/document.xml.rels").matches("/comments\"").count(), 1);
    let types = part(&tracked, "[Content_Types].xml");
    assert!(types.contains("/word/comments.xml"), "{types}");
}

#[test]
fn rejects_other_files() {
    let compound_file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    assert!(error_message(compound_file.clone()).contains("另存为 .docx"));
    let name = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes);
    assert!(error_message(compound_file.into_iter().chain(name).collect()).contains("加了密"));
    assert!(error_message(b"{\\rtf1 x}".to_vec()).contains("RTF"));
    assert!(error_message(b"PK\x03\x04".to_vec()).contains("损坏"));
    assert!(error_message(docx("<w:p>", &[])).contains("损坏"));
    assert!(error_message(docx("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", &[])).contains("损坏"));
    assert!(error_message(docx("<!DOCTYPE x>", &[])).contains("损坏"));
    let whole = docx(&paragraph(&run("甲")), &[]);
    let root = format!("<w:document xmlns:w='{W}'/>");
    for xml in ["", " ", "甲", "<a/>", "<w:document/>", &format!("{root}甲"), &format!("{root}{root}"), &root[..20]] {
        assert!(error_message(with_part(&whole, "word/document.xml", xml.as_bytes())).contains("损坏"), "{xml}");
    }
    // An entry of the directory gets the name of another one.
    let mut doubled = with_part(&whole, "word/footnotes1.xml", b"");
    let types = memchr::memmem::rfind(&doubled, b"[Content_Types].xml").unwrap();
    doubled[types..][..19].copy_from_slice(b"word/footnotes1.xml");
    assert!(error_message(doubled).contains("两份"));
    assert!(error_message(docx(&("<w:tbl>".repeat(5000) + &"</w:tbl>".repeat(5000)), &[])).contains("嵌套过深"));
    assert!(
        error_message(docx(&format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", " ".repeat(40 << 20)), &[]))
            .contains("解压后过大")
    );
    let whole = docx(&paragraph(&run("甲")), &[]);
    for end in 0..whole.len() {
        let _ = Draft::open(whole[..end].to_vec(), Format::Word);
    }
}

/// Paragraphs of runs among other elements.
fn bodies() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "<w:r><w:t>甲,乙</w:t></w:r>",
        "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\"> 丙&amp; </w:t><w:tab/><w:t>a&#x4E59;b</w:t></w:r>",
        "<w:r><w:t>丁</w:t><w:br/></w:r>",
        "<w:r><w:drawing/><w:t>戊&lt;己</w:t></w:r>",
        "<w:hyperlink w:anchor=\"x\"><w:r><w:t>链,接</w:t></w:r></w:hyperlink>",
        "<w:ins w:id=\"900\" w:author=\"甲\"><w:r><w:t>新,增</w:t></w:r></w:ins>",
        "<w:del w:id=\"901\" w:author=\"甲\"><w:r><w:delText>删,去</w:delText></w:r></w:del>",
        "<w:fldSimple w:instr=\"X\"><w:r><w:t>域,果</w:t></w:r></w:fldSimple>",
        "<m:oMath><m:r/></m:oMath>",
        "</w:p><w:p>",
        "</w:p><w:p><w:pPr><w:rPr><w:del w:id=\"902\"/></w:rPr></w:pPr>",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES), 0..10).prop_map(|pieces| paragraph(&pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn accepted_changes_give_the_edited_text_and_rejected_changes_the_original(
        body in bodies(),
        replacements in proptest::collection::vec((0usize..40, 0usize..9, "[，新 &<]{0,3}"), 0..6),
    ) {
        let bytes = docx(&body, &[]);
        let draft = open(&bytes);
        let canonical = draft.text();
        prop_assert!(draft.rewrite(&EditSet::default()) == bytes);
        prop_assert!(draft.track(&EditSet::default(), &[], SIGNATURE).bytes == bytes);

        // Edits that some block allows.
        let mut allowed = EditSet::default();
        let mut notes = Vec::new();
        for block in draft.blocks() {
            let text = block.text(canonical);
            for (from, length, new) in &replacements {
                let start = text.floor_char_boundary((*from).min(text.len()));
                let span = Span::new(start, text.floor_char_boundary((start + length).min(text.len())).max(start));
                if let Some(edit) = block.body.edit(span, new, canonical)
                    && (!edit.span.is_empty() || !edit.text.is_empty())
                    && allowed.push(edit.to_edit()).is_ok()
                {
                    notes.push(Note { span: edit.span, text: "试。".to_owned(), source: new.clone() });
                }
            }
        }
        let expected = allowed.apply(canonical);
        let plain = draft.rewrite(&allowed);
        prop_assert_eq!(draft.damage(&plain), None);
        let reopened = open(&plain);
        prop_assert_eq!(reopened.text(), &expected);

        let tracked = draft.track(&allowed, &notes, SIGNATURE).bytes;
        prop_assert_eq!(draft.damage(&tracked), None);
        let reopened = open(&tracked);
        prop_assert_eq!(reopened.text(), &expected);
        let xml = part(&tracked, "word/document.xml");
        let restored = Draft::open(docx(&body_of(&with_changes_rejected(&xml)), &[]), Format::Word).unwrap();
        prop_assert_eq!(restored.text(), canonical);
        let ids: Vec<&str> = regex::Regex::new("<w:(?:ins|del|comment) w:id=\"([0-9]+)\"").unwrap()
            .captures_iter(&xml).map(|it| it.get(1).unwrap().as_str()).collect();
        // The ids in `bodies` have three digits and repeat.
        let unique: std::collections::HashSet<&&str> = ids.iter().filter(|id| id.len() < 3).collect();
        prop_assert_eq!(unique.len(), ids.iter().filter(|id| id.len() < 3).count());
    }

    #[test]
    fn survives_mutated_files(body in bodies(), mutations in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..6), mutate_xml: bool) {
        let mut bytes = docx(&body, &[]);
        if mutate_xml {
            let mut xml = body.into_bytes();
            for (at, byte) in mutations {
                let at = at % xml.len();
                xml[at] = byte;
            }
            bytes = docx(&String::from_utf8_lossy(&xml), &[]);
        } else {
            for (at, byte) in mutations {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
        }
        if let Ok(draft) = Draft::open(bytes.clone(), Format::Word) {
            prop_assert!(draft.rewrite(&EditSet::default()) == bytes);
        }
    }
}

/// Returns the content of `w:body`.
fn body_of(xml: &str) -> String {
    let (start, end) = (xml.find("<w:body>").unwrap() + "<w:body>".len(), xml.rfind("</w:body>").unwrap());
    xml[start..end].to_owned()
}
