//! The files of a walk that may hold copy, but are in formats that are not read. They are counted, so that nobody takes
//! them for checked.

use std::collections::BTreeMap;
use std::path::Path;

use crate::draft::Kind;

/// Counts files by their extension.
#[derive(Default)]
pub struct UnreadFiles {
    /// The kind and the number of files, by the extension in lower case.
    by_extension: BTreeMap<String, (&'static Kind, usize)>,
}

impl UnreadFiles {
    /// Counts the file at `path`.
    pub fn add(&mut self, kind: &'static Kind, path: &Path) {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        self.by_extension.entry(extension).or_insert((kind, 0)).1 += 1;
    }

    /// Returns one line that says how many files were not checked and what can be done, or `None` if there are none:
    /// `另有 3 个 .doc、2 个 .pdf 没有检查：.doc 请用……；.pdf 请……。`
    pub fn note(&self) -> Option<String> {
        let counts = self.by_extension.iter().map(|(extension, (_, count))| format!("{count} 个 .{extension}"));
        let counts: Vec<String> = counts.collect();
        if counts.is_empty() {
            return None;
        }
        let mut advice: Vec<(&str, Vec<String>)> = Vec::new();
        for (extension, (kind, _)) in &self.by_extension {
            let Some(text) = kind.advice() else { continue };
            let extension = format!(".{extension}");
            match advice.iter_mut().find(|(known, _)| *known == text) {
                Some((_, extensions)) => extensions.push(extension),
                None => advice.push((text, vec![extension])),
            }
        }
        let advice: Vec<String> = match advice.as_slice() {
            [(only, _)] => vec![(*only).to_owned()],
            several => several.iter().map(|(text, extensions)| format!("{} {text}", extensions.join("、"))).collect(),
        };
        Some(format!("另有 {} 没有检查：{}。", counts.join("、"), advice.join("；")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::unread_copy;

    fn note(names: &[&str]) -> Option<String> {
        let mut unread = UnreadFiles::default();
        for name in names {
            if let Some(kind) = unread_copy(Path::new(name)) {
                unread.add(kind, Path::new(name));
            }
        }
        unread.note()
    }

    #[test]
    fn counts_by_extension_and_joins_equal_advice() {
        assert_eq!(note(&["a.py", "b.png", "c", "d.txt"]), None);
        assert_eq!(note(&["a.doc", "b.DOC"]).unwrap(), "另有 2 个 .doc 没有检查：请用 Word 或 WPS 另存为 .docx。");
        assert_eq!(
            note(&["a.wps", "b.pdf", "c.rtf"]).unwrap(),
            "另有 1 个 .pdf、1 个 .rtf、1 个 .wps 没有检查：.pdf 请向作者要 .docx 或 .txt 原稿；\
             .rtf、.wps 请用 Word 或 WPS 另存为 .docx。"
        );
    }
}
