//! Small Word files.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Returns a Word file whose paragraphs have these texts, and that is related to other parts: by the package, then by the
/// main document. Each relationship is its type with namespace, and its target.
pub fn word_file(paragraphs: &[&str], package: &[(&str, &str)], main: &[(&str, &str)]) -> Vec<u8> {
    let paragraph = |text: &&str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let body: String = paragraphs.iter().map(paragraph).collect();
    let document = format!(r#"<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>"#);
    word_file_of(&document, package, main)
}

/// Returns a Word file with this main document, related to other parts as in [`word_file`].
pub fn word_file_of(content: &str, package: &[(&str, &str)], main: &[(&str, &str)]) -> Vec<u8> {
    word_file_with(content, package, main, &[])
}

/// Returns such a file with other `parts`, each with its name.
pub fn word_file_with(
    content: &str,
    package: &[(&str, &str)],
    main: &[(&str, &str)],
    parts: &[(&str, &str)],
) -> Vec<u8> {
    let relationships = |list: &[(&str, &str)]| {
        let one = |(number, (kind, target)): (usize, &(&str, &str))| {
            format!(r#"<Relationship Id="r{number}" Type="{kind}" Target="{target}"/>"#)
        };
        let list: String = list.iter().enumerate().map(one).collect();
        format!(r#"<Relationships xmlns="{PACKAGE}">{list}</Relationships>"#)
    };
    let document = (&*format!("{OFFICE}/officeDocument"), "word/document.xml");
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("[Content_Types].xml", types.to_owned()),
        ("_rels/.rels", relationships(&[&[document], package].concat())),
        ("word/document.xml", content.to_owned()),
        ("word/_rels/document.xml.rels", relationships(main)),
    ]
    .into_iter()
    .chain(parts.iter().map(|(name, content)| (*name, (*content).to_owned())))
    {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Returns the text of a part.
pub fn part(bytes: &[u8], name: &str) -> String {
    let mut xml = String::new();
    ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_string(&mut xml).unwrap();
    xml
}
