//! Tests of reading and writing Word files.

mod integrity;

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
    let known = ["styles", "footnotes", "header", "comments", "settings"];
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
