//! Checks a written file against the original: only text may have changed, all else must be as it was.

use std::collections::{HashMap, HashSet};

use super::archive::{Archive, Xml};
use super::outline::{Known, Outline};
use super::{Part, WordFile, comment, id, package};
use crate::error::Result;

/// Compares `file` with `written`, the same file after it was rewritten. Returns a Chinese clause that says what writing has
/// broken, or `None` if only text has changed.
pub fn damage(file: &WordFile, written: &[u8]) -> Option<String> {
    if written == file.bytes {
        return None;
    }
    Comparison::new(file, written).and_then(|mut comparison| comparison.check()).err()
}

/// `Err` has the Chinese clause.
type Check<T = ()> = std::result::Result<T, String>;

struct Comparison<'f> {
    file: &'f WordFile,
    written: Archive<'f>,
    known: Known,
}

impl<'f> Comparison<'f> {
    fn new(file: &'f WordFile, written: &'f [u8]) -> Check<Comparison<'f>> {
        let written = Archive::open(written).map_err(|_| "写出的文件打不开".to_owned())?;
        let mut known = Known::default();
        for xml in originals(file) {
            known.ids.extend(id::id_values(&xml.text).map(|range| xml.text[range].to_owned()));
        }
        for part in &file.parts {
            known.add_insertions(&part.xml.text).map_err(|_| malformed(&part.name))?;
        }
        Ok(Comparison { file, written, known })
    }

    fn check(&mut self) -> Check {
        self.check_other_parts()?;
        let mut texts = Vec::new();
        for part in &self.file.parts {
            texts.push(read(&mut self.written, &part.name)?);
        }
        let mut marks = Vec::new();
        for (part, text) in self.file.parts.iter().zip(&texts) {
            if *text != part.xml.text {
                marks.extend(self.check_text_part(part, text)?);
            }
        }
        let comments = self.check_package()?;
        check_comment_marks(&marks, &comments)?;
        self.check_ids(&texts, &comments)
    }

    /// Checks that the parts without text are the same bytes, in the same order.
    fn check_other_parts(&mut self) -> Check {
        let file = self.file;
        let mut original = Archive::open(&file.bytes).map_err(|_| "原稿打不开".to_owned())?;
        let comments = file.comments.as_ref().map(|comments| comments.name.as_str());
        let may_change: HashSet<&[u8]> = (file.parts.iter().map(|part| part.name.as_str()))
            .chain([package::CONTENT_TYPES, &file.relationships.name])
            .chain(comments)
            .map(str::as_bytes)
            .collect();
        let (before, after) = (original.entries(), self.written.entries());
        for (index, (name, checksum, length)) in before.iter().enumerate() {
            let is_kept = after.get(index).is_some_and(|(written_name, written_checksum, written_length)| {
                name == written_name
                    && (may_change.contains(name.as_slice())
                        || checksum == written_checksum && length == written_length)
            });
            if !is_kept {
                return Err(format!("部件“{}”变了", String::from_utf8_lossy(name)));
            }
        }
        Ok(())
    }

    /// Checks a part with text. Returns the marks of the comments that were added.
    fn check_text_part(&self, part: &Part, written: &str) -> Check<Vec<(String, String)>> {
        let outline = |xml| Outline::read(xml, &self.known).map_err(|_| malformed(&part.name));
        let (original, written) = (outline(&part.xml.text)?, outline(written)?);
        if written.changes_markup || !written.differs_only_in_text(&original) {
            return Err(format!("“{}”里文字以外的内容变了", part.name));
        }
        if written.has_new_changes && written.items != original.items {
            return Err(format!("“{}”拒绝修订以后与原稿不同", part.name));
        }
        Ok(written.new_comment_marks)
    }

    /// Checks that the comments part, the types and the relationships only have additions. Returns the ids of the comments
    /// that were added.
    fn check_package(&mut self) -> Check<HashSet<String>> {
        let file = self.file;
        let relationships = &file.relationships;
        self.check_additions(package::CONTENT_TYPES, Some(&file.content_types))?;
        self.check_additions(&relationships.name, relationships.xml.as_ref())?;
        let related = match self.written.xml(&relationships.name).map_err(|_| malformed(&relationships.name))? {
            Some(xml) => package::Relationships::read(&xml.text, &file.parts[0].name)
                .map_err(|_| malformed(&relationships.name))?,
            None => return Ok(HashSet::new()),
        };
        let Some(name) = related.of("comments").next() else { return Ok(HashSet::new()) };
        let before = file.comments.as_ref().and_then(|comments| comments.xml.as_ref());
        if before.is_some() {
            self.check_additions(name, before)?;
        }
        let ids =
            |xml: &Xml| -> Result<HashSet<String>> { Ok(comment::existing_comments(&xml.text)?.into_keys().collect()) };
        let ids = |xml: Option<&Xml>| xml.map_or(Ok(HashSet::new()), ids).map_err(|_| malformed(name));
        let after = self.written.xml(name).map_err(|_| malformed(name))?;
        let known = ids(before)?;
        Ok(ids(after.as_ref())?.difference(&known).cloned().collect())
    }

    /// Checks that the part `name` is `original` with additions at one place.
    fn check_additions(&mut self, name: &str, original: Option<&Xml>) -> Check {
        let Some(original) = original else { return Ok(()) };
        let written = read(&mut self.written, name)?;
        if written == original.text {
            return Ok(());
        }
        let outline = |xml| Outline::read(xml, &Known::all()).map_err(|_| malformed(name));
        let is_kept = outline(&written)?.is_insertion_into(&outline(&original.text)?);
        if is_kept { Ok(()) } else { Err(format!("“{name}”里原有的内容变了")) }
    }

    /// Checks that no two elements have the same new id, except the three marks of a comment.
    fn check_ids(&self, texts: &[String], comments: &HashSet<String>) -> Check {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for text in texts {
            for range in id::id_values(text) {
                *counts.entry(&text[range]).or_default() += 1;
            }
        }
        let is_repeated =
            |(id, count): &(&str, usize)| *count > 1 && !self.known.ids.contains(*id) && !comments.contains(*id);
        match counts.into_iter().find(is_repeated) {
            Some((id, _)) => Err(format!("编号 {id} 用了两次")),
            None => Ok(()),
        }
    }
}

/// Checks that every added comment has one of each of its three marks, and that there are no other marks.
fn check_comment_marks(marks: &[(String, String)], comments: &HashSet<String>) -> Check {
    const NAMES: [&str; 3] = ["w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"];
    let found: HashSet<(&str, &str)> = marks.iter().map(|(name, id)| (name.as_str(), id.as_str())).collect();
    let incomplete = comments.iter().find(|id| !NAMES.iter().all(|name| found.contains(&(*name, id.as_str()))));
    match incomplete {
        Some(id) => Err(format!("批注 {id} 没有位置")),
        None if marks.len() != NAMES.len() * comments.len() => Err("批注的位置多于批注".to_owned()),
        None => Ok(()),
    }
}

/// Returns the parts of the original that have ids.
fn originals(file: &WordFile) -> impl Iterator<Item = &Xml> {
    let comments = file.comments.as_ref().and_then(|comments| comments.xml.as_ref());
    file.parts.iter().map(|part| &part.xml).chain(comments)
}

/// Returns the text of the part `name`, which must be there.
fn read(archive: &mut Archive, name: &str) -> Check<String> {
    let xml = archive.xml(name).map_err(|_| malformed(name))?;
    xml.map(|xml| xml.text).ok_or_else(|| format!("部件“{name}”不见了"))
}

fn malformed(name: &str) -> String {
    format!("部件“{name}”不是完好的 XML")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SIGNATURE, docx, edits, open, paragraph, part, run, with_part};
    use crate::edit::{EditSet, Note};
    use crate::text::Span;

    /// A file with a picture, a header, and tracked changes of another author.
    fn original() -> Vec<u8> {
        let body = format!(
            "{}<w:bookmarkStart w:id=\"7\" w:name=\"x\"/>{}<w:bookmarkEnd w:id=\"7\"/><w:sectPr/>",
            paragraph(&run("甲,乙")),
            paragraph(
                "<w:pPr><w:jc w:val=\"left\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>丙</w:t><w:tab/></w:r>\
                <w:ins w:id=\"8\" w:author=\"某\" w:date=\"d\"><w:r><w:t>丁,戊</w:t></w:r></w:ins>"
            ),
        );
        let header = "<w:R><w:p><w:r><w:t>眉</w:t></w:r></w:p></w:R>";
        docx(&body, &[("word/header.xml", header), ("word/media/a.png", "图")])
    }

    fn tracked() -> Vec<u8> {
        let notes =
            [3, 9 + 7].map(|at| Note { span: Span::new(at, at + 1), text: "试。".into(), source: at.to_string() });
        let edits: EditSet = edits(&[(3, 4, "，"), (15, 16, "，")]);
        open(&original()).track(&edits, &notes, SIGNATURE).bytes
    }

    #[test]
    fn accepts_what_is_written() {
        let draft = open(&original());
        assert_eq!(draft.damage(&original()), None);
        assert_eq!(draft.damage(&tracked()), None);
        assert_eq!(draft.damage(&draft.rewrite(&edits(&[(3, 4, ""), (15, 16, "，")]))), None);
    }

    #[test]
    fn names_what_is_broken() {
        const DOCUMENT: &str = "word/document.xml";
        for (name, from, to, expected) in [
            (DOCUMENT, "</w:p>", "", "不是完好的 XML"),
            (DOCUMENT, "<w:jc w:val=\"left\"/>", "", "文字以外"),
            (DOCUMENT, "<w:jc w:val=\"left\"/>", "<w:jc w:val=\"right\"/>", "文字以外"),
            (DOCUMENT, "<w:b/>", "", "文字以外"),
            (DOCUMENT, "<w:tab/>", "", "文字以外"),
            (DOCUMENT, "<w:sectPr/>", "<w:p/><w:sectPr/>", "文字以外"),
            (DOCUMENT, "<w:bookmarkEnd w:id=\"7\"/>", "", "文字以外"),
            (DOCUMENT, "w:author=\"某\"", "w:author=\"朱笔\"", "文字以外"),
            (DOCUMENT, "<w:t>甲</w:t>", "<w:t>甲甲</w:t>", "拒绝修订以后"),
            (DOCUMENT, "<w:delText>,", "<w:delText>，", "拒绝修订以后"),
            (DOCUMENT, "<w:commentRangeEnd w:id=\"1\"/>", "", "没有位置"),
            (DOCUMENT, "<w:commentReference w:id=\"1\"/>", "", "没有位置"),
            (DOCUMENT, "<w:commentRangeStart w:id=\"1\"/>", "<w:commentRangeStart w:id=\"99\"/>", "没有位置"),
            (DOCUMENT, "<w:del w:id=\"3\"", "<w:del w:id=\"4\"", "用了两次"),
            ("word/comments.xml", "</w:comments>", "", "不是完好的 XML"),
            ("word/comments.xml", "<w:comment w:id=\"1\"", "<w:comment w:id=\"99\"", "没有位置"),
            ("word/media/a.png", "图", "画", "变了"),
            ("word/header.xml", "<w:p>", "<w:p w:x=\"1\">", "文字以外"),
            ("[Content_Types].xml", "<Types>", "<Types x=\"1\">", "原有的内容变了"),
            ("word/_rels/document.xml.rels", "header.xml", "header2.xml", "原有的内容变了"),
        ] {
            let bytes = tracked();
            let xml = part(&bytes, name);
            let changed = xml.replacen(from, to, 1);
            assert_ne!(xml, changed, "{from} is not in {xml}");
            let damage = open(&original()).damage(&with_part(&bytes, name, changed.as_bytes()));
            assert!(damage.as_ref().is_some_and(|damage| damage.contains(expected)), "{from} → {to}: {damage:?}");
        }
        assert!(open(&original()).damage(b"PK").is_some());
    }
}
