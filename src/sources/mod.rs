//! Sources of quotations: an index of a folder of texts, by which a quotation is found that differs in a few characters from
//! a text, and where that is.
//!
//! Only letters, digits and Chinese characters count, so a quotation may be cut and have its punctuation adapted. The index
//! has the texts as 16-bit codes one after the other, and for hashes of four characters the places where they stand. Of the
//! runs of four that follow each other only the one with the least hash is noted, so any six characters in a row that are
//! quoted right lead to their source. Nothing is loaded: what a quotation needs is read from the file.

mod align;

use std::cmp::Reverse;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use align::align;

use crate::error::{Error, Result, cause};
use crate::file::{open_regular, read_regular};
use crate::house::{SourceChange, SourceReader, SourceVariant};
use crate::text::{code_of, numeral_value};

/// The name of the index in a folder of sources.
pub const INDEX_NAME: &str = ".zhubi-sources";

/// The extensions of the texts that are indexed.
const EXTENSIONS: [&str; 3] = ["txt", "md", "text"];

/// The largest text, in bytes.
const MAX_BYTES: u64 = 256 << 20;

/// How many characters are hashed together.
const GRAM: usize = 4;
/// Of so many runs in a row one is noted.
const WINDOW: usize = 3;
/// The shortest quotation that is looked for, in characters that count.
const SHORTEST: usize = 8;
/// The longest part of a quotation that is aligned at once.
const LONGEST: usize = 400;
/// The greatest number of places that are looked at for a quotation.
const MOST_PLACES: usize = 1000;
/// The greatest number of parts of the sources with which a quotation is aligned.
const MOST_ALIGNED: usize = 12;

const MAGIC: &[u8; 8] = b"zhubi\0s1";
/// The length of the head: the magic, then the starts of the sections and the end as 64-bit numbers.
const HEAD: u64 = 8 + 8 * (SECTIONS as u64 + 1);
/// Files (paths and their starts, as JSON), text, starts of lines, starts of places, places.
const SECTIONS: usize = 5;

/// A text among the sources.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct SourceFile {
    /// The path below the folder.
    path: String,
    size: u64,
    modified: u64,
    /// Its first character in the text of all.
    start: u32,
    /// Its first line in the lines of all.
    line: u32,
}

/// An index that has been opened.
#[derive(Debug)]
pub struct Sources {
    folder: PathBuf,
    data: Data,
    sections: [Range<u64>; SECTIONS],
    files: Vec<SourceFile>,
}

/// Several folders of sources. A quotation is right if one of them has it.
#[derive(Debug)]
pub struct SourceFolders(pub Vec<Sources>);

impl SourceReader for SourceFolders {
    fn variant(&self, quotation: &str) -> Option<SourceVariant> {
        let mut best: Option<SourceVariant> = None;
        for sources in &self.0 {
            match sources.nearest(quotation) {
                Nearest::Same => return None,
                Nearest::Variant(found) if best.as_ref().is_none_or(|it| found.changes.len() < it.changes.len()) => {
                    best = Some(found);
                }
                Nearest::Variant(_) | Nearest::None => {}
            }
        }
        best
    }

    fn last_article(&self, statute: &str) -> Option<(u32, String)> {
        self.0.iter().find_map(|sources| sources.last_article(statute))
    }
}

/// What a folder of sources has of a quotation.
#[derive(Debug, PartialEq, Eq)]
enum Nearest {
    None,
    Same,
    Variant(SourceVariant),
}

/// Where the bytes of an index are.
#[derive(Debug)]
enum Data {
    File(File),
    Memory(Vec<u8>),
}

/// How much an index has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexSize {
    pub files: usize,
    pub characters: usize,
}

/// A folder up to this size is indexed in memory when there is no index of it.
const SMALL: u64 = 8 << 20;

impl Sources {
    /// Opens the index of a folder. A small folder needs none.
    ///
    /// # Errors
    /// The folder cannot be read, or the index is missing, damaged or older than the texts.
    pub fn open(folder: &Path) -> Result<Sources> {
        let texts = texts_in(folder)?;
        let path = folder.join(INDEX_NAME);
        let stale = |what: &str| {
            let error = Error::new(format!("{what}。")).in_file(folder.display());
            error.help(format!("请运行 zhubi sources index {}。", folder.display()))
        };
        if let Ok(file) = open_regular(&path) {
            let sources = Sources::read(folder, Data::File(file)).ok_or_else(|| stale("出处的索引损坏了"))?;
            return if sources.is_of(&texts) { Ok(sources) } else { Err(stale("出处的索引比文字旧")) };
        }
        if texts.iter().map(|text| text.size).sum::<u64>() > SMALL {
            return Err(stale("这些出处还没有索引"));
        }
        let mut bytes = Vec::new();
        write_index(folder, &texts, &mut bytes)?;
        Sources::read(folder, Data::Memory(bytes)).ok_or_else(|| stale("出处的索引损坏了"))
    }

    /// Makes the index of a folder.
    ///
    /// # Errors
    /// A text cannot be read, or the index cannot be written.
    pub fn index(folder: &Path) -> Result<IndexSize> {
        let texts = texts_in(folder)?;
        if texts.is_empty() {
            let error = Error::new("这个目录里没有可作出处的文字。").in_file(folder.display());
            return Err(error.help("出处是 .txt 或 .md 文件，用 UTF-8 编码。"));
        }
        let path = folder.join(INDEX_NAME);
        let unwritable = |error: io::Error| {
            let message = Error::new(format!("没能写入索引：{}。", cause(&error))).in_file(path.display());
            message.help("请检查目录的写入权限和磁盘空间。").caused_by(error)
        };
        let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
        let mut out = BufWriter::with_capacity(1 << 20, temporary.as_file_mut());
        let size = write_index(folder, &texts, &mut out)?;
        out.flush().map_err(unwritable)?;
        drop(out);
        temporary.persist(&path).map_err(|error| unwritable(error.error))?;
        Ok(size)
    }

    fn read(folder: &Path, data: Data) -> Option<Sources> {
        let head = data.read(0..HEAD)?;
        let numbers = head.strip_prefix(MAGIC)?.as_chunks::<8>().0;
        let at = |index: usize| numbers.get(index).map(|bytes| u64::from_le_bytes(*bytes));
        let mut sections: [Range<u64>; SECTIONS] = std::array::from_fn(|_| 0..0);
        for (index, section) in sections.iter_mut().enumerate() {
            *section = at(index)?..at(index + 1)?;
            if section.start > section.end || section.end > data.len()? {
                return None;
            }
        }
        let files = serde_json::from_slice(&data.read(sections[0].clone())?).ok()?;
        Some(Sources { folder: folder.to_owned(), data, sections, files })
    }

    /// Reads the bytes of an index.
    #[cfg(any(test, fuzzing))]
    pub fn of_bytes(bytes: Vec<u8>) -> Option<Sources> {
        Sources::read(Path::new(""), Data::Memory(bytes))
    }

    /// Whether the index was made of these texts.
    fn is_of(&self, texts: &[SourceFile]) -> bool {
        let known = |text: &SourceFile| (text.path.clone(), text.size, text.modified);
        self.files.len() == texts.len() && self.files.iter().zip(texts).all(|(one, other)| known(one) == known(other))
    }

    /// The characters of the sources in a range that may go beyond their ends.
    fn codes(&self, range: Range<i64>) -> Option<(usize, Vec<u16>)> {
        let length = ((self.sections[1].end - self.sections[1].start) / 2) as i64;
        let range = range.start.clamp(0, length)..range.end.clamp(0, length);
        let start = self.sections[1].start;
        let bytes = self.data.read(start + 2 * range.start as u64..start + 2 * range.end as u64)?;
        let codes = bytes.as_chunks::<2>().0.iter().map(|code| u16::from_le_bytes(*code)).collect();
        Some((range.start as usize, codes))
    }

    /// Numbers of a section.
    fn numbers(&self, section: usize, range: Range<usize>) -> Option<Vec<u32>> {
        let Range { start, end } = self.sections[section].clone();
        let from = start + 4 * range.start as u64;
        let to = (start + 4 * range.end as u64).min(end);
        let bytes = self.data.read(from..to.max(from))?;
        Some(bytes.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number)).collect())
    }

    /// Where the places of a hash are, among all places.
    fn places_of(&self, hash: u32) -> Option<Range<usize>> {
        let ranges = ((self.sections[3].end - self.sections[3].start) / 4).checked_sub(1)? as usize;
        let range = range_of(hash, ranges);
        let bounds = self.numbers(3, range..range + 2)?;
        Some(*bounds.first()? as usize..*bounds.get(1)? as usize)
    }

    /// The parts of the sources that a quotation may stand for, the likeliest first, by the place at which it would begin.
    fn candidates(&self, quoted: &[u16]) -> Vec<i64> {
        let mut runs: Vec<(usize, Range<usize>)> =
            grams(quoted).filter_map(|(at, hash)| Some((at, self.places_of(hash)?))).collect();
        // What the fewest places have says most. What everybody says is looked at as far as there is room.
        runs.sort_by_key(|(at, places)| (places.len(), *at));
        let mut starts: Vec<i64> = Vec::new();
        let mut room = MOST_PLACES;
        for (at, places) in runs {
            let Some(rest) = room.checked_sub(places.len()) else { break };
            room = rest;
            let begin = starts.len();
            for place in self.numbers(4, places).unwrap_or_default() {
                // A character too much or too little moves what is after it: starts are counted roughly.
                let start = (i64::from(place) - at as i64).div_euclid(4);
                if starts[begin..].last() != Some(&start) {
                    starts.push(start);
                }
            }
        }
        starts.sort_unstable();
        let mut counted: Vec<(usize, i64)> =
            starts.chunk_by(|one, other| one == other).map(|same| (same.len(), same[0])).collect();
        counted.sort_unstable_by_key(|(count, start)| (Reverse(*count), *start));
        counted.into_iter().take(MOST_ALIGNED).map(|(_, start)| 4 * start).collect()
    }

    /// The file and the line of a character.
    fn place(&self, character: usize) -> Option<(String, usize)> {
        let file = self.files.partition_point(|file| file.start as usize <= character).checked_sub(1)?;
        let (known, next) = (&self.files[file], self.files.get(file + 1));
        let total = ((self.sections[2].end - self.sections[2].start) / 4) as usize;
        let lines = self.numbers(2, known.line as usize..next.map_or(total, |next| next.line as usize))?;
        let line = lines.partition_point(|start| *start as usize <= character);
        Some((self.folder.join(&known.path).display().to_string(), line))
    }
}

impl Sources {
    fn nearest(&self, quotation: &str) -> Nearest {
        self.nearest_or_none(quotation).unwrap_or(Nearest::None)
    }

    fn nearest_or_none(&self, quotation: &str) -> Option<Nearest> {
        let counted: Vec<(usize, char)> = quotation.char_indices().filter(|(_, c)| counts(*c)).collect();
        if counted.len() < SHORTEST || counted.len() > LONGEST {
            return None;
        }
        let quoted: Vec<u16> = counted.iter().map(|(_, c)| code_of(*c)).collect();
        let most = if quoted.len() < 16 { 1 } else { 2.max(quoted.len() / 16) };
        let mut best: Option<(align::Alignment, usize, Vec<u16>)> = None;
        for start in self.candidates(&quoted) {
            let slack = 4 + most as i64;
            let (from, source) = self.codes(start - slack..start + quoted.len() as i64 + slack + 4)?;
            let Some(alignment) = align(&quoted, &source, most) else { continue };
            if alignment.cost == 0 {
                return Some(Nearest::Same);
            }
            if best.as_ref().is_none_or(|(known, ..)| alignment.cost < known.cost) {
                best = Some((alignment, from, source));
            }
        }
        let (alignment, from, source) = best?;
        let (path, line) = self.place(from + alignment.source.start)?;
        let byte = |index: usize| counted.get(index).map_or(quotation.len(), |(at, _)| *at);
        let end = |index: usize| index.checked_sub(1).map_or(0, |last| counted[last].0 + counted[last].1.len_utf8());
        let changes = alignment.changes.iter().map(|change| {
            let source = String::from_utf16_lossy(&source[change.source.clone()]);
            let span = if change.quoted.is_empty() {
                end(change.quoted.start)..end(change.quoted.start)
            } else {
                byte(change.quoted.start)..end(change.quoted.end)
            };
            SourceChange { span, source }
        });
        Some(Nearest::Variant(SourceVariant { changes: changes.collect(), path, line }))
    }

    fn last_article(&self, statute: &str) -> Option<(u32, String)> {
        let is_of = |file: &&SourceFile| Path::new(&file.path).file_stem().is_some_and(|stem| stem == statute);
        let path = self.folder.join(&self.files.iter().find(is_of)?.path);
        let text = String::from_utf8(read_regular(&path, MAX_BYTES).ok()?).ok()?;
        let last = text.lines().filter_map(article_of_line).max()?;
        Some((last, path.display().to_string()))
    }
}

/// The number of the article that begins with a line: 第十二条 ….
fn article_of_line(line: &str) -> Option<u32> {
    let numeral = line.trim_start_matches([' ', '\u{3000}', '*', '#']).strip_prefix('第')?;
    let (numeral, _) = numeral.split_once('条')?;
    numeral_value(numeral).map(|(number, _)| number)
}

impl Data {
    fn len(&self) -> Option<u64> {
        match self {
            Data::File(file) => file.metadata().ok().map(|metadata| metadata.len()),
            Data::Memory(bytes) => Some(bytes.len() as u64),
        }
    }

    fn read(&self, range: Range<u64>) -> Option<Vec<u8>> {
        match self {
            Data::File(file) => {
                let mut bytes = vec![0; usize::try_from(range.end.checked_sub(range.start)?).ok()?];
                read_at(file, &mut bytes, range.start).ok()?;
                Some(bytes)
            }
            Data::Memory(bytes) => bytes.get(range.start as usize..range.end as usize).map(<[u8]>::to_vec),
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        at += read as u64;
    }
    Ok(())
}

/// Whether a character counts when a quotation is compared.
fn counts(c: char) -> bool {
    c.is_alphanumeric()
}

/// The texts of a folder and of those below, sorted.
fn texts_in(folder: &Path) -> Result<Vec<SourceFile>> {
    let unreadable = |path: &Path, error: io::Error| {
        Error::new(format!("读不了这个目录：{}。", cause(&error))).in_file(path.display()).caused_by(error)
    };
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        for entry in fs::read_dir(&current).map_err(|error| unreadable(&current, error))? {
            let entry = entry.map_err(|error| unreadable(&current, error))?;
            let path = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            if is_folder {
                folders.push(path);
            } else if EXTENSIONS.contains(&extension.as_str())
                && let Ok(metadata) = fs::metadata(&path)
                && metadata.is_file()
            {
                let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                let relative = path.strip_prefix(folder).unwrap_or(&path);
                texts.push(SourceFile {
                    path: relative.to_string_lossy().into_owned(),
                    size: metadata.len(),
                    modified: since.map_or(0, |since| since.as_nanos() as u64),
                    start: 0,
                    line: 0,
                });
            }
        }
    }
    texts.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(texts)
}

/// Writes the index of the texts.
fn write_index(folder: &Path, texts: &[SourceFile], out: &mut impl Write) -> Result<IndexSize> {
    let mut files = texts.to_vec();
    let (mut codes, mut lines): (Vec<u16>, Vec<u32>) = (Vec::new(), Vec::new());
    for file in &mut files {
        let path = folder.join(&file.path);
        let bytes = read_regular(&path, MAX_BYTES)
            .map_err(|reason| reason.into_error(MAX_BYTES, "出处").in_file(path.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        (file.start, file.line) = (codes.len() as u32, lines.len() as u32);
        for line in text.lines() {
            lines.push(codes.len() as u32);
            codes.extend(line.chars().filter(|c| counts(*c)).map(code_of));
        }
        // No quotation goes on from one text to the next.
        codes.extend([0; GRAM]);
        if codes.len() > u32::MAX as usize {
            return Err(Error::new("出处太多，放不进一份索引。").help("请分成几个目录。").in_file(folder.display()));
        }
    }
    let noted = || grams(&codes);
    let count = noted().count();
    // A few places of other runs are voted down, and cost less than a longer table.
    let ranges = (count / 4).next_power_of_two().max(2);
    let mut starts = vec![0_u32; ranges + 1];
    noted().for_each(|(_, hash)| starts[range_of(hash, ranges) + 1] += 1);
    for range in 0..ranges {
        starts[range + 1] += starts[range];
    }
    let mut next = starts.clone();
    let mut places = vec![0_u32; count];
    for (at, hash) in noted() {
        let place = &mut next[range_of(hash, ranges)];
        places[*place as usize] = at as u32;
        *place += 1;
    }
    let head = serde_json::to_vec(&files).unwrap_or_default();
    let lengths = [head.len(), 2 * codes.len(), 4 * lines.len(), 4 * starts.len(), 4 * places.len()];
    let mut bounds = vec![HEAD];
    lengths.iter().for_each(|length| bounds.push(bounds[bounds.len() - 1] + *length as u64));
    let mut write = || -> io::Result<()> {
        out.write_all(MAGIC)?;
        bounds.iter().try_for_each(|bound| out.write_all(&bound.to_le_bytes()))?;
        out.write_all(&head)?;
        codes.iter().try_for_each(|code| out.write_all(&code.to_le_bytes()))?;
        for numbers in [&lines, &starts, &places] {
            numbers.iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))?;
        }
        Ok(())
    };
    write().map_err(|error| Error::new(format!("没能写入索引：{}。", cause(&error))).caused_by(error))?;
    Ok(IndexSize { files: files.len(), characters: codes.len() - GRAM * files.len() })
}

fn range_of(hash: u32, ranges: usize) -> usize {
    ((u64::from(hash) * ranges as u64) >> 32) as usize
}

/// The runs of characters that are noted, with their places: of [`WINDOW`] runs in a row the one with the least hash.
fn grams(codes: &[u16]) -> impl Iterator<Item = (usize, u32)> + '_ {
    let hashes = codes.windows(GRAM).map(|gram| {
        let number = gram.iter().fold(0_u64, |number, code| number << 16 | u64::from(*code));
        (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
    });
    let mut recent = [(0_usize, 0_u32); WINDOW];
    let mut last = usize::MAX;
    hashes.enumerate().filter_map(move |(at, hash)| {
        recent[at % WINDOW] = (at, hash);
        if at + 1 < WINDOW {
            return None;
        }
        let least = recent.into_iter().min_by_key(|(at, hash)| (*hash, *at))?;
        (least.0 != last).then(|| {
            last = least.0;
            least
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(sources: &Sources, quotation: &str) -> Option<SourceVariant> {
        match sources.nearest(quotation) {
            Nearest::Variant(variant) => Some(variant),
            Nearest::None | Nearest::Same => None,
        }
    }

    fn sources() -> (tempfile::TempDir, Sources) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("条例")).unwrap();
        let rule = "江城市河道条例\n\n第一条 河道岸线由市水务部门会同沿河各镇划定，并向社会公布。\n第二条 任何单位不得在河道内倾倒渣土。\n";
        fs::write(folder.path().join("条例/河道.txt"), rule).unwrap();
        fs::write(folder.path().join("讲话.md"), "老街要留得住人，也要留得住手艺，不能只剩下门面。\n").unwrap();
        let sources = Sources::open(folder.path()).unwrap();
        (folder, sources)
    }

    #[test]
    fn a_quotation_that_differs_leads_to_its_place() {
        let (_folder, sources) = sources();
        for (quoted, span, source, line) in [
            ("河道岸线由市水务部门会同沿河各镇划订，并向社会公布", "划订", "定", 3),
            ("河道岸线由市水务部门会同沿河镇划定", "沿河镇", "各", 3),
            ("任何单位不得在河道内内倾倒渣土", "", "", 4),
            ("老街要留得住手艺", "老街要留得住手艺", "", 0),
        ] {
            let found = variant(&sources, quoted);
            if line == 0 {
                continue;
            }
            let found = found.unwrap_or_else(|| panic!("{quoted}"));
            assert!(found.path.ends_with("河道.txt") && found.line == line, "{found:?}");
            assert_eq!(found.changes.len(), 1, "{quoted}");
            if !span.is_empty() {
                assert_eq!(found.changes[0].source, source, "{quoted}");
            }
        }
    }

    #[test]
    fn right_cut_and_free_quotations_are_left_alone() {
        let (_folder, sources) = sources();
        for quoted in [
            "河道岸线由市水务部门会同沿河各镇划定，并向社会公布",
            "由市水务部门会同沿河各镇划定；并向社会公布！",
            "老街要留得住人，手艺和门面都不能少",
            "岸线",
        ] {
            assert_eq!(variant(&sources, quoted), None, "{quoted}");
        }
    }

    #[test]
    fn an_index_counts_only_for_the_texts_it_was_made_of() {
        let (folder, _) = sources();
        let size = Sources::index(folder.path()).unwrap();
        assert_eq!(size.files, 2);
        let sources = Sources::open(folder.path()).unwrap();
        assert!(variant(&sources, "任何单位不得在河道外倾倒渣土").is_some());
        assert_eq!(sources.last_article("河道").map(|(last, _)| last), Some(2));
        assert_eq!(sources.last_article("讲话"), None);
        fs::write(folder.path().join("讲话.md"), "另一篇讲话，比原来的短。\n").unwrap();
        let error = Sources::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("比文字旧") && error.contains("zhubi sources index"), "{error}");
        fs::write(folder.path().join(INDEX_NAME), "坏了").unwrap();
        assert!(Sources::open(folder.path()).unwrap_err().to_string().contains("损坏"));
    }
}
