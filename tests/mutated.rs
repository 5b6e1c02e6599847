//! Files that something has gone wrong with: nothing panics or hangs, and nothing but text is changed.

#[path = "support/markup.rs"]
mod markup;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use encoding_rs::GB18030;
use markup::markup;
use zhubi::builtin;
use zhubi::draft::{Draft, Encoding, Format};
use zhubi::engine::Engine;
use zhubi::finding::FixSafety;
use zhubi::revise::revise;

const FILES: usize = 1000;
/// No draft takes longer, in a build without optimisation on a busy machine.
const LONGEST: Duration = Duration::from_secs(2);

/// A sequence of numbers that is the same in every run (a linear congruential generator, Knuth's constants).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    /// A stretch of a draft's characters with a few of them lost, doubled, or replaced by one of `pieces` or, now
    /// and then, by any byte.
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

/// The samples with one of these endings, character by character.
fn samples(endings: &[&str], encode: fn(char) -> Vec<u8>) -> Vec<(PathBuf, Vec<Vec<u8>>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut paths: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| endings.iter().any(|ending| path.extension().is_some_and(|it| it == *ending)));
    paths.sort();
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap().chars().map(encode).collect();
    paths.into_iter().map(|path| (path.clone(), read(&path))).collect()
}

/// The draft and what becomes of it, if it is one.
fn fixed(engine: &Engine, bytes: &[u8], format: Format) -> Option<(Draft, Vec<u8>)> {
    let start = Instant::now();
    let draft = Draft::open(bytes.to_vec(), format).ok()?;
    for finding in engine.check(&draft) {
        assert!(draft.text().get(finding.span.range()).is_some());
    }
    let once = revise(engine, draft.clone(), FixSafety::Suggested).unwrap().bytes;
    assert!(start.elapsed() < LONGEST, "{:?}", String::from_utf8_lossy(bytes));
    let twice = revise(engine, draft.reopen(once.clone()).unwrap(), FixSafety::Suggested).unwrap();
    assert!(twice.bytes == once, "{:?}", String::from_utf8_lossy(bytes));
    Some((draft, once))
}

#[test]
fn of_damaged_pages_only_text_is_changed() {
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
    let mut numbers = Numbers(7);
    let mut changed = 0;
    for (_, page) in samples(&["html"], |c| c.to_string().into()).iter().cycle().take(FILES) {
        let bytes = numbers.mutated(page, PIECES);
        if let Some((draft, fixed)) = fixed(&engine, &bytes, Format::Html) {
            let fixed = draft.reopen(fixed).unwrap();
            assert_eq!(markup(draft.text()), markup(fixed.text()), "{:?}", draft.text());
            changed += usize::from(draft.text() != fixed.text());
        }
    }
    assert!(changed > FILES / 10, "{changed}");
}

#[test]
fn of_damaged_files_in_gbk_only_text_is_changed() {
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
    let mut numbers = Numbers(11);
    let mut changed = 0;
    for (path, text) in samples(&["txt", "md"], |c| GB18030.encode(&c.to_string()).0.into()).iter().cycle().take(FILES)
    {
        let bytes = numbers.mutated(text, PIECES);
        if let Some((draft, fixed)) = fixed(&engine, &bytes, Format::of_path(path).unwrap()) {
            // The twin in UTF-8 becomes the same text.
            let twin =
                Draft::open_in(draft.text().into(), Format::of_path(path).unwrap(), Some(Encoding::Utf8)).unwrap();
            let twin = revise(&engine, twin, FixSafety::Suggested).unwrap();
            let fixed_text = draft.reopen(fixed.clone()).unwrap();
            assert_eq!(fixed_text.text(), std::str::from_utf8(&twin.bytes).unwrap());
            changed += usize::from(fixed != bytes);
        }
    }
    assert!(changed > FILES / 10, "{changed}");
}
