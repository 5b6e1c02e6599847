//! What is not text stays as it is, whatever is in the file and however it is written.

use super::super::id;
use super::*;

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
        let ids: Vec<&str> = id::id_values(&written).map(|range| &written[range]).collect();
        let unique: std::collections::HashSet<&&str> = ids.iter().collect();
        // A comment has three marks.
        assert_eq!(ids.len(), unique.len() + 2, "{written}");
    }
}

#[test]
fn keeps_ids_by_which_runs_belong_together() {
    for property in ["<w:fitText w:val='1680' w:id='9'/>", "<w:eastAsianLayout w:id='9' w:combine='1'/>"] {
        let bytes = docx(&paragraph(&format!("<w:r><w:rPr>{property}</w:rPr><w:t>甲,乙</w:t></w:r>")), &[]);
        let tracked = assert_in_order(&bytes, &edits(&[(3, 4, "，")]), &[note(3, 4)]);
        let written = part(&tracked, "word/document.xml");
        assert_eq!(written.matches(property).count(), written.matches("<w:rPr><w:").count(), "{written}");
        assert!(written.matches(property).count() > 1, "{written}");
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
fn the_same_comment_is_made_once_a_paragraph_or_table() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(&run(text)));
    let inner = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", cell("己,"));
    let table =
        format!("<w:tbl><w:tr>{}{}</w:tr><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>", cell("甲,"), cell("乙,"));
    let body = format!("{table}{}{table}{}", paragraph(&run("丙,丁,戊")), paragraph(&run("庚,")));
    let bytes = docx(&body, &[]);
    let draft = open(&bytes);
    let notes: Vec<Note> = draft.text().match_indices(',').map(|(at, _)| note(at, at + 1)).collect();
    assert_eq!(draft.track(&EditSet::default(), &notes, SIGNATURE).comments, 4);
    assert_in_order(&bytes, &EditSet::default(), &notes);
}

#[test]
fn reads_and_writes_the_deepest_nesting() {
    // The main document adds two levels, the paragraph three; the deepest accepted nesting is 256.
    for (open_tags, close_tags, levels) in [
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 83),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 125),
        ("<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>", 62),
    ] {
        let body = open_tags.repeat(levels) + &paragraph(&run("甲,乙")) + &close_tags.repeat(levels);
        let bytes = docx(&format!("<w:p/>{body}"), &[]);
        let at = open(&bytes).text().find(',').unwrap();
        assert_in_order(&bytes, &edits(&[(at, at + 1, "，")]), &[note(at, at + 1)]);
    }
    let inline = "<w:hyperlink>".repeat(250) + &run("甲,乙") + &"</w:hyperlink>".repeat(250);
    assert_in_order(&docx(&paragraph(&inline), &[]), &edits(&[(3, 4, "，")]), &[note(3, 4)]);
}

#[test]
fn says_what_is_not_read_or_changed() {
    let fallback =
        format!("<mc:AlternateContent><mc:Choice/><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>", run("甲"));
    let settings = |attribute: &str| format!("<w:R><w:documentProtection {attribute}/></w:R>");
    for (body, settings, expected) in [
        (paragraph(&run("甲")), settings("w:enforcement='1'"), "限制"),
        (paragraph(&run("甲")), settings("w:enforcement='0'"), ""),
        (paragraph(&run("甲")), "<broken".to_owned(), ""),
        (paragraph(&fallback), settings(""), "旧版"),
    ] {
        let draft = open(&docx(&body, &[("word/settings.xml", &settings)]));
        let remarks = &draft.remarks().unwrap().on_writing;
        assert!(remarks.concat().contains(expected) && remarks.is_empty() == expected.is_empty(), "{body} {remarks:?}");
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
