//! Fixes damaged HTML and GBK files: zhubi must not panic or hang, must change only the text of an HTML file, and must
//! fix a GBK file like the same text in UTF-8.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use encoding_rs::GB18030;

use super::markup::markup;
use crate::builtin;
use crate::draft::{Draft, Encoding, Format};
use crate::engine::Engine;
use crate::finding::FixSafety;
use crate::revise::revise;

/// The number of damaged files per test.
const FILES: usize = 1000;
/// The time limit for one draft, generous enough for a debug build on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// A reproducible random number generator (linear congruential, with Knuth's constants).
struct Random(u64);

impl Random {
    /// Returns a number below `end`, or 0 if `end` is 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    /// Returns an excerpt of up to 500 characters with one to eight runs of characters deleted, doubled, or replaced by
    /// one of `pieces` or, rarely, by a random byte. Each element of `characters` is one encoded character.
    fn mutated(&mut self, characters: &[Vec<u8>], pieces: &[&[u8]]) -> Vec<u8> {
        let start = self.below(characters.len());
        let mut characters = characters[start..characters.len().min(start + 500)].to_vec();
        for _ in 0..1 + self.below(8) {
            let at = self.below(characters.len());
            let end = (at + self.below(12)).min(characters.len());
            let new = match self.below(10) {
                0..3 => Vec::new(),
                3..6 => vec![characters[at..end].concat().repeat(2)],
                6 if self.below(4) == 0 => vec![vec![self.below(256) as u8]],
                _ => vec![pieces[self.below(pieces.len())].to_vec()],
            };
            characters.splice(at..end, new);
        }
        characters.concat()
    }
}

/// Returns the path and the encoded characters of each draft in `samples/` with one of these extensions.
fn samples(extensions: &[&str], encode: fn(char) -> Vec<u8>) -> Vec<(PathBuf, Vec<Vec<u8>>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut paths: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| extensions.iter().any(|extension| path.extension().is_some_and(|it| it == *extension)));
    paths.sort();
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap().chars().map(encode).collect();
    paths.into_iter().map(|path| (path.clone(), read(&path))).collect()
}

/// Fixes a draft twice, checks that the second run changes nothing, and returns the draft and the fixed bytes. Returns
/// `None` if the bytes cannot be read as a draft.
fn fix(engine: &Engine, bytes: &[u8], format: Format) -> Option<(Draft, Vec<u8>)> {
    let start = Instant::now();
    let draft = Draft::open(bytes.to_vec(), format).ok()?;
    for finding in engine.check(&draft) {
        assert!(draft.text().get(finding.span.range()).is_some());
    }
    let once = revise(engine, draft.clone(), FixSafety::Suggested).unwrap().bytes;
    assert!(start.elapsed() < TIME_LIMIT, "{:?}", String::from_utf8_lossy(bytes));
    let twice = revise(engine, draft.reopen(once.clone()).unwrap(), FixSafety::Suggested).unwrap();
    assert!(twice.bytes == once, "{:?}", String::from_utf8_lossy(bytes));
    Some((draft, once))
}

#[test]
fn fixing_damaged_html_changes_only_text() {
    const PIECES: &[&[u8]] = &[
        b"<",
        b">",
        b"&",
        b"&lt",
        b";",
        b"\"",
        b"'",
        b"<b>",
        b"</p>",
        b"<!--",
        b"-->",
        b"<script>",
        b"<li>",
        b"<td>",
        b"\0",
        b"<![CDATA[",
        b"<svg>",
        b"<img alt=\"",
        b",",
        b" ",
        b"\r",
    ];
    let engine = Engine::new(builtin::rules());
    let mut random = Random(7);
    let mut changed = 0;
    for (_, page) in samples(&["html"], |c| c.to_string().into()).iter().cycle().take(FILES) {
        let bytes = random.mutated(page, PIECES);
        if let Some((draft, fixed)) = fix(&engine, &bytes, Format::Html) {
            let fixed = draft.reopen(fixed).unwrap();
            assert_eq!(markup(draft.text()), markup(fixed.text()), "{:?}", draft.text());
            changed += usize::from(draft.text() != fixed.text());
        }
    }
    assert!(changed > FILES / 10, "{changed}");
}

#[test]
fn damaged_gbk_files_are_fixed_like_the_same_text_in_utf8() {
    const PIECES: &[&[u8]] = &[
        b"\x80",
        b"\xA3\xA0",
        b"\xFF",
        b"\x81",
        b"\x81\x30\x81\x30",
        b"\0",
        b"\r",
        b"\r\n",
        b",",
        b"\xA1\xB0",
        b"\xD6\xD0",
    ];
    let engine = Engine::new(builtin::rules());
    let mut random = Random(11);
    let mut changed = 0;
    for (path, text) in samples(&["txt", "md"], |c| GB18030.encode(&c.to_string()).0.into()).iter().cycle().take(FILES)
    {
        let bytes = random.mutated(text, PIECES);
        if let Some((draft, fixed)) = fix(&engine, &bytes, Format::of_path(path).unwrap()) {
            // The same text in UTF-8 is fixed in the same way.
            let utf8 =
                Draft::open_in(draft.text().into(), Format::of_path(path).unwrap(), Some(Encoding::Utf8)).unwrap();
            let utf8 = revise(&engine, utf8, FixSafety::Suggested).unwrap();
            let fixed_text = draft.reopen(fixed.clone()).unwrap();
            assert_eq!(fixed_text.text(), std::str::from_utf8(&utf8.bytes).unwrap());
            changed += usize::from(fixed != bytes);
        }
    }
    assert!(changed > FILES / 10, "{changed}");
}
