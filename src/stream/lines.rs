//! Lines of an input, of bounded length, in batches of what has arrived.

use std::io::{self, Read};
use std::mem;
use std::ops::Range;

use crate::error::{Error, Result};

/// The longest line, in bytes. A longer one is skipped without being held.
const LONGEST_LINE: usize = 16 << 20;

/// How many bytes are read at a time.
const CHUNK: usize = 256 << 10;

/// Reads the lines of an input.
pub struct LineReader<R> {
    input: R,
    chunk: Box<[u8]>,
    /// The start of a line whose end has not been read.
    pending: Vec<u8>,
    /// Whether that line is too long, and is not held.
    is_skipping: bool,
    /// The number of lines that have been returned.
    count: u64,
    longest: usize,
}

/// Some lines that follow each other.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    /// The line numbers, and the lines without their ends; `None` for a line that is too long.
    lines: Vec<(u64, Option<Range<usize>>)>,
}

/// A line of an input.
#[derive(Debug, Clone, Copy)]
pub struct Line<'b> {
    /// The line number, from 1.
    pub number: u64,
    bytes: Option<&'b [u8]>,
}

impl<R: Read> LineReader<R> {
    /// Creates a reader of the lines of `input`.
    pub fn new(input: R) -> LineReader<R> {
        LineReader {
            input,
            chunk: vec![0; CHUNK].into(),
            pending: Vec::new(),
            is_skipping: false,
            count: 0,
            longest: LONGEST_LINE,
        }
    }

    /// Returns the lines that have arrived since the last call, at least one; `None` at the end. It waits for the end of a
    /// line and for no more than that, so that a program that waits for each answer gets it.
    ///
    /// # Errors
    /// Reading the input failed.
    pub fn next_batch(&mut self) -> io::Result<Option<Batch>> {
        loop {
            let read = self.read()?;
            if read == 0 {
                return Ok(self.last_line());
            }
            let chunk = mem::take(&mut self.chunk);
            let batch = self.take_lines(&chunk[..read]);
            self.chunk = chunk;
            if !batch.lines.is_empty() {
                return Ok(Some(batch));
            }
        }
    }

    fn read(&mut self) -> io::Result<usize> {
        loop {
            match self.input.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Returns the lines that end in `chunk`, and keeps what is after the last of them.
    fn take_lines(&mut self, chunk: &[u8]) -> Batch {
        let Some(last) = memchr::memrchr(b'\n', chunk) else {
            self.keep(chunk);
            return Batch::default();
        };
        let (ended, rest) = chunk.split_at(last + 1);
        let mut batch = Batch { bytes: mem::take(&mut self.pending), lines: Vec::new() };
        let is_first_too_long = mem::take(&mut self.is_skipping);
        let searched = batch.bytes.len();
        batch.bytes.extend_from_slice(ended);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', ended).map(|end| searched + end) {
            let is_too_long = end - start > self.longest || (start == 0 && is_first_too_long);
            self.count += 1;
            batch.lines.push((self.count, (!is_too_long).then_some(start..end)));
            start = end + 1;
        }
        self.keep(rest);
        batch
    }

    /// Keeps the start of a line, unless the line is too long.
    fn keep(&mut self, bytes: &[u8]) {
        self.is_skipping |= self.pending.len() + bytes.len() > self.longest;
        if self.is_skipping {
            self.pending = Vec::new();
        } else {
            self.pending.extend_from_slice(bytes);
        }
    }

    /// Returns the last line if it has no line end.
    fn last_line(&mut self) -> Option<Batch> {
        let bytes = mem::take(&mut self.pending);
        let is_too_long = mem::take(&mut self.is_skipping);
        if bytes.is_empty() && !is_too_long {
            return None;
        }
        self.count += 1;
        let line = (!is_too_long).then_some(0..bytes.len());
        Some(Batch { bytes, lines: vec![(self.count, line)] })
    }
}

impl Batch {
    /// Returns the lines.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines
            .iter()
            .map(|(number, range)| Line { number: *number, bytes: range.clone().map(|range| &self.bytes[range]) })
    }

    /// Returns how many bytes the lines take.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

impl<'b> Line<'b> {
    /// Returns the text of the line, without a byte order mark before the first one.
    ///
    /// # Errors
    /// The line is too long, or not UTF-8.
    pub fn text(self) -> Result<&'b str> {
        let too_long = || Error::new(format!("这一行超过 {} MiB 的上限。", LONGEST_LINE >> 20));
        let bytes = self.bytes.ok_or_else(|| too_long().help("请把它分成几篇。"))?;
        let text = simdutf8::basic::from_utf8(bytes)
            .map_err(|_| Error::new("这一行不是 UTF-8 编码。").help("JSON 用 UTF-8 编码，请转换后再来。"))?;
        Ok(if self.number == 1 { text.strip_prefix('\u{FEFF}').unwrap_or(text) } else { text })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An input that arrives in pieces.
    struct Pieces(Vec<Vec<u8>>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some(piece) = (!self.0.is_empty()).then(|| self.0.remove(0)) else { return Ok(0) };
            if piece == b"!" {
                return Err(io::ErrorKind::Interrupted.into());
            }
            buffer[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }

    /// The lines of an input; `None` for one that is too long.
    fn lines(pieces: &[&str], longest: usize) -> Vec<(u64, Option<String>)> {
        let input = Pieces(pieces.iter().filter(|it| !it.is_empty()).map(|it| it.as_bytes().to_vec()).collect());
        let mut reader = LineReader { longest, ..LineReader::new(input) };
        let mut all = Vec::new();
        while let Some(batch) = reader.next_batch().unwrap() {
            assert!(batch.lines().count() > 0);
            assert!(reader.pending.len() <= longest);
            let text = |line: Line| line.bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            all.extend(batch.lines().map(|line| (line.number, text(line))));
        }
        all
    }

    #[test]
    fn returns_what_has_arrived_and_skips_what_is_too_long() {
        let mut reader = LineReader::new(Pieces(vec![b"a\nb".to_vec(), b"!".to_vec(), b"c\n".to_vec()]));
        assert_eq!(reader.next_batch().unwrap().unwrap().lines().count(), 1);
        assert_eq!(reader.next_batch().unwrap().unwrap().lines().next().unwrap().number, 2);
        assert!(reader.next_batch().unwrap().is_none());
        let read = lines(&["ab\n", "abcd", "efgh", "i\nc", "\n\nabcd"], 3);
        let texts: Vec<Option<&str>> = read.iter().map(|(_, text)| text.as_deref()).collect();
        assert_eq!(texts, [Some("ab"), None, Some("c"), Some(""), None]);
    }

    #[test]
    fn a_line_is_text() {
        let text = |number, bytes| Line { number, bytes }.text().map_err(|error| error.to_string());
        assert_eq!(text(1, Some("\u{FEFF}甲".as_bytes())), Ok("甲"));
        assert_eq!(text(2, Some("\u{FEFF}甲".as_bytes())), Ok("\u{FEFF}甲"));
        assert!(text(1, Some(&[0xD6, 0xD0])).unwrap_err().contains("UTF-8"));
        assert!(text(1, None).unwrap_err().contains("16 MiB"));
    }

    proptest! {
        /// However an input arrives, its lines are the same.
        #[test]
        fn the_pieces_do_not_matter(pieces in proptest::collection::vec("[ab\n]{0,6}", 0..12), longest in 1_usize..6) {
            let whole = pieces.concat();
            let expected: Vec<(u64, Option<String>)> = (1..)
                .zip(whole.split_terminator('\n'))
                .map(|(number, line)| (number, (line.len() <= longest).then(|| line.to_owned())))
                .collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(lines(&pieces, longest), expected);
        }
    }
}
