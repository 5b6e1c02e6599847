//! The paper's lists: reads the files, in the encodings that spreadsheets write, or what has been prepared of them.
//!
//! A prepared file lies beside its list. It is used only if it was made of the very text of the list, so a list can be
//! edited at any time.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use crate::error::{Error, ErrorKind, Result};
use crate::file::{Unreadable, read_regular};
use crate::house::{House, ListKind, Problem, Roster, Vocabulary};
use crate::text::Position;

/// The largest size of a list, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// What the name of a prepared file adds to that of its list.
const PREPARED: &str = ".zhubi";

/// The extensions of lists.
const EXTENSIONS: [&str; 4] = ["txt", "tsv", "csv", "list"];

/// A list that a configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPath {
    pub kind: ListKind,
    pub path: PathBuf,
}

/// The lists of a paper that have been read, and what a reader of them should know.
#[derive(Debug, Default)]
pub struct ReadLists {
    pub house: House,
    /// What is superfluous in the lists, and does no harm.
    pub notes: Vec<Error>,
}

impl ListPath {
    /// Whether a path has the extension of a list.
    pub fn is_list(path: &Path) -> bool {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        !path.is_dir() && EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
    }

    /// Reads the list, and says what is wrong with it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self) -> Result<(Vocabulary, Vec<Problem>)> {
        let (path, bytes) = (self.path.display().to_string(), self.bytes()?);
        let prepared = read_regular(&self.prepared_path(), 4 * MAX_BYTES).ok();
        if let Some(stored) = prepared.and_then(|prepared| content_of_prepared(prepared, &bytes, self.kind))
            && let Some(vocabulary) = Vocabulary::read(&path, stored)
        {
            return Ok((vocabulary, Vec::new()));
        }
        let text = decoded(&bytes).map_err(|error| error.in_file(&path))?;
        Ok(Vocabulary::prepare(&path, &text, self.kind))
    }

    /// Where the prepared file of the list is.
    pub fn prepared_path(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(PREPARED);
        name.into()
    }

    /// The content of a prepared file.
    ///
    /// # Errors
    /// The list cannot be read, or is wrong in some line.
    pub fn prepare(&self) -> Result<Vec<u8>> {
        let (path, bytes) = (self.path.display().to_string(), self.bytes()?);
        let text = decoded(&bytes).map_err(|error| error.in_file(&path))?;
        let (vocabulary, problems) = Vocabulary::prepare(&path, &text, self.kind);
        if let Some(problem) = problems.into_iter().find(|problem| !problem.is_harmless) {
            return Err(problem.error);
        }
        let mut content = head(&bytes, self.kind).to_vec();
        content.extend_from_slice(vocabulary.bytes());
        Ok(content)
    }

    /// The text of the list.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn text(&self) -> Result<String> {
        let bytes = self.bytes()?;
        decoded(&bytes).map(Cow::into_owned).map_err(|error| error.in_file(self.path.display()))
    }

    fn bytes(&self) -> Result<Vec<u8>> {
        bytes_of(&self.path, self.kind.chinese())
    }
}

fn bytes_of(path: &Path, what: &str) -> Result<Vec<u8>> {
    let unreadable = |reason: Unreadable| reason.into_error(MAX_BYTES, what).in_file(path.display());
    read_regular(path, MAX_BYTES).map_err(unreadable)
}

/// Reads rosters.
///
/// # Errors
/// A roster cannot be read, or is wrong in some line.
pub fn read_rosters(paths: &[PathBuf]) -> Result<Vec<Roster>> {
    let read = |path: &PathBuf| {
        let bytes = bytes_of(path, "名册")?;
        let text = decoded(&bytes).map_err(|error| error.in_file(path.display()))?;
        let (roster, errors) = Roster::read(&path.display().to_string(), &text);
        errors.into_iter().next().map_or(Ok(roster), Err)
    };
    paths.iter().map(read).collect()
}

/// Reads lists together.
///
/// # Errors
/// A list cannot be read, is wrong in some line, or contradicts another one.
pub fn read_lists(paths: &[ListPath]) -> Result<ReadLists> {
    let (mut lists, mut notes) = (Vec::new(), Vec::new());
    for (index, path) in paths.iter().enumerate() {
        if paths[..index].contains(path) {
            continue;
        }
        let (vocabulary, problems) = path.read()?;
        let (harmless, wrong): (Vec<_>, Vec<_>) = problems.into_iter().partition(|problem| problem.is_harmless);
        notes.extend(harmless.into_iter().map(|problem| problem.error));
        let count = wrong.len();
        if let Some(first) = wrong.into_iter().next() {
            let help = first.error.hint().unwrap_or_default().to_owned();
            let others = format!("这份{}里共有 {count} 处要改，运行 zhubi words check 看全部。", path.kind.chinese());
            return Err(if count > 1 { first.error.help(format!("{help}\n  {others}")) } else { first.error });
        }
        lists.push(Arc::new(vocabulary));
    }
    let house = House::new(lists);
    match house.contradictions().into_iter().next() {
        Some(error) => Err(error),
        None => Ok(ReadLists { house, notes }),
    }
}

/// Decodes a list: UTF-8, UTF-16 with its mark, or GB 18030, in which Chinese spreadsheets write CSV.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>> {
    let utf16 = match bytes {
        [0xFF, 0xFE, rest @ ..] => Some(UTF_16LE.decode_without_bom_handling(rest)),
        [0xFE, 0xFF, rest @ ..] => Some(UTF_16BE.decode_without_bom_handling(rest)),
        _ => None,
    };
    if let Some((text, false)) = utf16 {
        return Ok(text);
    }
    let Err(invalid) = simdutf8::compat::from_utf8(bytes) else {
        return Ok(String::from_utf8_lossy(bytes));
    };
    let (text, is_damaged) = GB18030.decode_without_bom_handling(bytes);
    if !is_damaged && !bytes.contains(&0) {
        return Ok(text);
    }
    let line = bytes[..invalid.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
    let error = Error::new("从这一行起不是 UTF-8 编码，也不是 GB 18030 编码。").of_kind(ErrorKind::InvalidFile);
    Err(error.help("请把文件另存为 UTF-8 编码的纯文本或 CSV。").at(Position { line, column: 1 }))
}

const HEAD: usize = 16;

/// What a prepared file begins with: what it was made of.
fn head(list: &[u8], kind: ListKind) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..8].copy_from_slice(&content_hash(list).to_le_bytes());
    head[8..].copy_from_slice(&((list.len() as u64) << 2 | kind as u64).to_le_bytes());
    head
}

/// The vocabulary in a prepared file, if it was made of that list.
fn content_of_prepared(mut prepared: Vec<u8>, list: &[u8], kind: ListKind) -> Option<Vec<u8>> {
    prepared.starts_with(&head(list, kind)).then(|| prepared.split_off(HEAD))
}

/// A hash of bytes by which an edited list is told from the one that was prepared. It reads eight bytes at a time, on four
/// tracks, so that it costs less than reading the file.
fn content_hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let step = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    let mut tracks = [1_u64, 2, 3, 4];
    let (blocks, rest) = bytes.as_chunks::<32>();
    for block in blocks {
        for (track, word) in tracks.iter_mut().zip(block.as_chunks::<8>().0) {
            *track = step(*track, u64::from_le_bytes(*word));
        }
    }
    let hash = tracks.into_iter().fold(bytes.len() as u64, step);
    let hash = rest.iter().fold(hash, |hash, byte| step(hash, u64::from(*byte)));
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn list(folder: &Path, name: &str, kind: ListKind, bytes: &[u8]) -> ListPath {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        ListPath { kind, path }
    }

    #[test]
    fn reads_what_spreadsheets_write() {
        let folder = tempfile::tempdir().unwrap();
        let text = "错误写法,正确写法\r\n柳河乡,柳河镇\r\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            ["\u{FEFF}".as_bytes(), text.as_bytes()].concat(),
            GB18030.encode(text).0.into_owned(),
            [&[0xFF, 0xFE], utf16.as_slice()].concat(),
        ] {
            let (vocabulary, problems) = list(folder.path(), "a.csv", ListKind::Terms, &bytes).read().unwrap();
            assert!(problems.is_empty() && vocabulary.has_right("柳河镇"), "{problems:?}");
        }
        let damaged = list(folder.path(), "b.txt", ListKind::Words, b"abc\n\xFF\xFF\xFF\n");
        let error = damaged.read().unwrap_err();
        assert_eq!(error.position().map(|position| position.line), Some(2));
    }

    #[test]
    fn a_prepared_file_counts_only_for_the_text_it_was_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = list(folder.path(), "a.txt", ListKind::Names, "方知远\n".as_bytes());
        fs::write(path.prepared_path(), path.prepare().unwrap()).unwrap();
        assert!(path.read().unwrap().0.has_right("方知远"));
        let other = ListPath { kind: ListKind::Words, ..path.clone() };
        // A word has no slips, and a name has.
        let slips = |path: &ListPath| House::new(vec![Arc::new(path.read().unwrap().0)]).read("方志远").slips.len();
        assert_eq!((slips(&other), slips(&path)), (0, 1));
        fs::write(&path.path, "方志圆\n").unwrap();
        let (vocabulary, _) = path.read().unwrap();
        assert!(vocabulary.has_right("方志圆") && !vocabulary.has_right("方知远"));
        fs::write(path.prepared_path(), b"zhubi").unwrap();
        assert!(path.read().unwrap().0.has_right("方志圆"));
    }

    #[test]
    fn a_wrong_line_is_an_error_and_a_superfluous_one_a_note() {
        let folder = tempfile::tempdir().unwrap();
        let good = list(folder.path(), "a.txt", ListKind::Words, "江城\n江城\n".as_bytes());
        let read = read_lists(&[good.clone(), good]).unwrap();
        assert_eq!((read.notes.len(), read.house.read("江城").right.len()), (1, 1));
        let bad = list(folder.path(), "b.txt", ListKind::Words, "江城\n我\n你\n".as_bytes());
        let error = read_lists(&[bad]).unwrap_err();
        assert!(error.hint().is_some_and(|hint| hint.contains("共有 2 处")), "{error}");
        assert_eq!(error.position().map(|position| position.line), Some(2));
    }

    #[test]
    fn another_text_has_another_hash() {
        let text = vec![b'a'; 100];
        for at in 0..text.len() {
            let mut other = text.clone();
            other[at] = b'b';
            assert_ne!(content_hash(&text), content_hash(&other), "{at}");
        }
    }
}
