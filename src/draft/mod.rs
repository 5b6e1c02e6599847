//! Drafts: bytes → canonical text and blocks, and edits → bytes. One file per format.
//!
//! The canonical text is the text of a draft as the program works on it. In a text file it is the decoded content
//! without the byte order mark, with line ends unchanged; in a word processor's document it has one line per paragraph.
//! All offsets are byte offsets in the canonical text.

mod content;
mod encoding;
mod front_matter;
mod identify;
mod kinds;
mod mark;
mod prose;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::block::{Block, Fragment, recognise};
use crate::edit::{EditSet, Note, Signature};
use crate::error::{Error, ErrorKind, Result};
use crate::quantity::Date;
use crate::text::Locator;
use content::{binary_error, is_zip};
use encoding::EncodedFile;

pub use encoding::Encoding;
pub use identify::{identify, is_owner_file, unread_copy};
pub use kinds::Kind;
pub use mark::{MarkVerb, StetMark};

/// Declares the formats of drafts. Each line of the list gives the module that implements the format, the variant of
/// [`Format`], its name on the command line, and the variant's doc comment. A `#[cfg]` before the line applies to the variant
/// and to the module. The module defines `pub const FORMAT: FormatDefinition`.
///
/// rustfmt does not follow `mod` items in macros, so the files of the formats have to be passed to it by name.
macro_rules! formats {
    ($($(#[$attribute:meta])* $module:ident::$variant:ident = $name:literal: $doc:literal;)+) => {
        $($(#[$attribute])* mod $module;)+

        /// A format of drafts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Format {
            $(#[doc = $doc] $(#[$attribute])* $variant,)+
        }

        impl Format {
            /// Every format, in the order of the list.
            pub(crate) const ALL: &[Format] = &[$($(#[$attribute])* Format::$variant,)+];

            /// Returns the name on the command line.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $($(#[$attribute])* Format::$variant => $name,)+
                }
            }

            fn definition(self) -> &'static FormatDefinition {
                match self {
                    $($(#[$attribute])* Format::$variant => &$module::FORMAT,)+
                }
            }
        }
    };
}

// A new format is one line here and the file of its module.
formats! {
    plain::Plain = "text": "Plain text: every line is a unit of its own, such as a headline or a paragraph.";
    markdown::Markdown = "markdown": "Markdown (CommonMark with GitHub's extensions).";
    html::Html = "html": "HTML.";
    xhtml::Xhtml = "xhtml": "XHTML.";
    subtitle::Subtitle = "subtitles": "Subtitles (SubRip, WebVTT).";
    #[cfg(feature = "word")]
    docx::Word = "word": "Word (.docx). Needs the feature `word`.";
}

/// How drafts of one format are read and written.
struct FormatDefinition {
    /// File name extensions, in lower case and without the dot.
    extensions: &'static [&'static str],
    /// Turns a file into canonical text, fragments and suppression marks.
    reader: Reader,
    /// Returns a replacement text as it has to be written in the format's markup.
    escape: fn(&str) -> Cow<'_, str>,
}

/// The two ways of turning a file into canonical text, fragments and suppression marks.
enum Reader {
    /// The file is text in one of the known encodings. The function returns the fragments of the canonical text in reading
    /// order, and the marks in order.
    Text(fn(&str) -> (Vec<Fragment>, Vec<StetMark>)),
    /// The file is a word processor's document. The function opens it.
    Document(fn(Vec<u8>) -> Result<OpenedDocument>),
}

/// The result of opening a word processor's document.
struct OpenedDocument {
    document: Arc<dyn Document>,
    /// The canonical text, one line per paragraph.
    text: String,
    /// The fragments in reading order.
    fragments: Vec<Fragment>,
}

/// A word processor's document that has been read. It writes edits of its canonical text back into the file.
trait Document: fmt::Debug + Send + Sync {
    /// Returns the bytes of the file with the edits made.
    fn rewrite(&self, edits: &EditSet) -> Vec<u8>;

    /// Returns the file with the edits as tracked changes and the notes as comments, all with that signature. `text` is the
    /// canonical text.
    fn track(&self, text: &str, edits: &EditSet, notes: &[Note], signature: Signature) -> Tracked;

    /// Returns what the user should know about the file.
    fn remarks(&self) -> &Remarks;

    /// Compares the file with `written`, the same file after [`rewrite`](Document::rewrite) or [`track`](Document::track).
    /// Returns a Chinese clause that says what writing has broken, or `None` if only text has changed.
    fn damage(&self, written: &[u8]) -> Option<String>;
}

/// A document with tracked changes and comments.
pub(crate) struct Tracked {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// The number of comments that were added.
    pub comments: usize,
}

/// What the user should know about a document, in Chinese sentences.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// What is in the file and is not read.
    pub on_reading: Vec<String>,
    /// What is read but never changed.
    pub on_writing: Vec<String>,
    /// Whether the file has a digital signature, which any change invalidates.
    pub is_signed: bool,
}

impl Format {
    /// Returns the formats of text files.
    #[cfg(test)]
    pub(crate) fn texts() -> Vec<Format> {
        Format::ALL.iter().copied().filter(|format| format.is_text()).collect()
    }

    /// Returns whether drafts of the format are text files.
    pub(crate) fn is_text(self) -> bool {
        !self.is_document()
    }

    /// Returns the format with the file name extension of `path`, or `None` if the file is not a draft. A few names mean
    /// something else than their extension: `requirements.txt` is no draft.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?;
        let is_known = |known: &str| known.eq_ignore_ascii_case(extension);
        let has_extension = |format: &Format| format.definition().extensions.iter().any(|known| is_known(known));
        let format = Format::ALL.iter().copied().find(has_extension)?;
        let is_other = path.file_name()?.to_str().is_some_and(|name| Kind::with_name(name).is_some());
        (!is_other).then_some(format)
    }

    /// Returns whether drafts of the format are word processors' documents.
    pub(crate) fn is_document(self) -> bool {
        matches!(self.definition().reader, Reader::Document(_))
    }

    /// Returns the file name extensions of all formats as a list for users: `.txt、.md`.
    pub(crate) fn extensions() -> String {
        let extensions = Format::ALL.iter().flat_map(|format| format.definition().extensions);
        extensions.map(|extension| format!(".{extension}")).collect::<Vec<_>>().join("、")
    }
}

/// The longest accepted line, in bytes. Longer lines occur in database dumps, not in drafts.
const LONGEST_LINE: usize = 16 << 20;

/// The longest accepted text, in bytes. Places in a text are counted in 32 bits, of which some are for flags.
const LONGEST_TEXT: usize = 1 << 30;

/// A draft that has been read.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The canonical text.
    text: String,
    blocks: Vec<Block>,
    marks: Vec<StetMark>,
    format: Format,
    original: Original,
    /// The day of the issue that the draft is for, if it is known of this draft alone.
    issue_date: Option<Date>,
}

/// What decides how a replacement is written in a draft: its format, and the encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Notation {
    format: Format,
    encoding: Option<Encoding>,
}

/// The file that a draft was read from, as far as it is needed to write the draft back.
#[derive(Debug, Clone)]
enum Original {
    /// A text file.
    Text(EncodedFile),
    /// A word processor's document.
    Document(Arc<dyn Document>),
}

impl Draft {
    /// Reads a draft and detects its encoding.
    ///
    /// # Errors
    /// The bytes are not text, a line is longer than 16 MiB, or the text is longer than 1 GiB.
    pub fn open(bytes: Vec<u8>, format: Format) -> Result<Draft> {
        Draft::open_in(bytes, format, None)
    }

    /// Reads a draft in `encoding`, or detects the encoding if it is `None`. A byte order mark takes precedence over
    /// `encoding`.
    ///
    /// # Errors
    /// The bytes are not text in that encoding, a line is longer than 16 MiB, or the text is longer than 1 GiB.
    pub fn open_in(bytes: Vec<u8>, format: Format, encoding: Option<Encoding>) -> Result<Draft> {
        Draft::read(bytes, format, encoding).map_err(|error| error.of_kind(ErrorKind::InvalidDraft))
    }

    fn read(bytes: Vec<u8>, format: Format, encoding: Option<Encoding>) -> Result<Draft> {
        if !(format.is_document() && is_zip(&bytes))
            && let Some(error) = binary_error(&bytes)
        {
            return Err(error);
        }
        let (text, marks, fragments, original) = match format.definition().reader {
            Reader::Text(read) => {
                let (text, file) = encoding::decode(bytes, encoding)?;
                reject_long_lines(&text)?;
                let (fragments, marks) = read(&text);
                (text, marks, fragments, Original::Text(file))
            }
            Reader::Document(open) => {
                let OpenedDocument { document, text, fragments } = open(bytes)?;
                let marks = mark::line_end_marks(&text);
                (text, marks, fragments, Original::Document(document))
            }
        };
        reject_long_text(text.len())?;
        Ok(Draft { blocks: recognise(&text, fragments), marks, text, format, original, issue_date: None })
    }

    /// Reads `bytes`, a rewritten version of this draft, in the same format and encoding.
    ///
    /// # Errors
    /// Same as [`Draft::open_in`].
    pub fn reopen(&self, bytes: Vec<u8>) -> Result<Draft> {
        let reopened = match &self.original {
            Original::Text(file) => Draft::open_in(bytes, self.format, Some(file.encoding())),
            Original::Document(_) => Draft::open(bytes, self.format),
        };
        Ok(reopened?.in_issue_of(self.issue_date))
    }

    /// Sets the day of the issue that the draft is for, which comes before the one that an engine has for all drafts.
    pub(crate) fn in_issue_of(self, date: Option<Date>) -> Draft {
        Draft { issue_date: date, ..self }
    }

    /// The day of the issue that the draft is for, if it is known of this draft alone.
    pub(crate) fn issue_date(&self) -> Option<Date> {
        self.issue_date
    }

    /// The canonical text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The blocks in reading order. The blocks of one article are adjacent.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The suppression marks in the draft, in order.
    pub(crate) fn marks(&self) -> &[StetMark] {
        &self.marks
    }

    /// What decides how a replacement is written in this draft.
    pub(crate) fn notation(&self) -> Notation {
        let encoding = match &self.original {
            Original::Text(file) => Some(file.encoding()),
            Original::Document(_) => None,
        };
        Notation { format: self.format, encoding }
    }

    /// Returns the replacement `text` as it has to be written in this draft, for example with `<` escaped in HTML.
    ///
    /// # Errors
    /// The draft's encoding lacks a character of `text`. The error is a Chinese sentence that names the character.
    pub(crate) fn render_replacement<'s>(&self, text: &'s str) -> std::result::Result<Cow<'s, str>, String> {
        if let Original::Text(file) = &self.original
            && let Some(missing) = text.chars().find(|c| !file.can_encode(c.encode_utf8(&mut [0; 4])))
        {
            let encoding = file.encoding().name();
            return Err(format!("原稿的 {encoding} 编码里没有“{missing}”，不能代改。"));
        }
        Ok((self.format.definition().escape)(text))
    }

    /// Returns the bytes of the file with the edits made. All other bytes are unchanged.
    pub(crate) fn rewrite(&self, edits: &EditSet) -> Vec<u8> {
        match &self.original {
            Original::Text(file) => file.rewrite(&self.text, edits),
            Original::Document(document) => document.rewrite(edits),
        }
    }

    /// Returns whether the format has markup: text that means something to a program.
    pub(crate) fn has_markup(&self) -> bool {
        self.format != Format::Plain
    }

    /// Returns whether the draft is a word processor's document. Its lines are paragraphs, and it can hold tracked
    /// changes and comments.
    pub(crate) fn is_document(&self) -> bool {
        matches!(self.original, Original::Document(_))
    }

    /// Returns the file with the edits as tracked changes and the notes as comments, all with that signature. In a text
    /// file, which can hold neither, the edits are made and the notes dropped.
    pub(crate) fn track(&self, edits: &EditSet, notes: &[Note], signature: Signature) -> Tracked {
        match &self.original {
            Original::Text(_) => Tracked { bytes: self.rewrite(edits), comments: 0 },
            Original::Document(document) => document.track(&self.text, edits, notes, signature),
        }
    }

    /// Returns what the user should know about a word processor's document.
    pub(crate) fn remarks(&self) -> Option<&Remarks> {
        match &self.original {
            Original::Text(_) => None,
            Original::Document(document) => Some(document.remarks()),
        }
    }

    /// Returns a Chinese clause that says what is broken in `written`, this draft as it was rewritten, besides its text, or
    /// `None` if nothing is. Only word processors' documents are checked.
    pub(crate) fn damage(&self, written: &[u8]) -> Option<String> {
        match &self.original {
            Original::Text(_) => None,
            Original::Document(document) => document.damage(written),
        }
    }
}

/// Returns a replacement text unchanged, for formats that need no escaping.
fn without_escaping(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

/// Returns whether a line break between these characters is removed when lines are joined, instead of becoming a space.
/// True if either side is Chinese or missing.
fn joins_without_space(left: Option<char>, right: Option<char>) -> bool {
    let is_chinese = |c: Option<char>| c.is_none_or(|c| c >= '\u{2E80}');
    is_chinese(left) || is_chinese(right)
}

/// Rejects a text of more bytes than places in it can be counted with.
fn reject_long_text(bytes: usize) -> Result<()> {
    if bytes > LONGEST_TEXT {
        return Err(Error::new(format!("文稿长 {bytes} 字节，超过 1 GiB 的上限。")).help("请分成几个文件后再校对。"));
    }
    Ok(())
}

fn reject_long_lines(text: &str) -> Result<()> {
    if text.len() > LONGEST_LINE {
        let mut locator = Locator::new(text);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let length = line.trim_end_matches(['\r', '\n']).len();
            if length > LONGEST_LINE {
                let position = locator.position(start);
                let what = format!("第 {} 行长 {} 字节，超过每行 16 MiB 的上限。", position.line, length);
                return Err(Error::new(what).at(position).help("请确认这是文稿，并将过长的行分段后再校对。"));
            }
            start += line.len();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::Edit;
    use crate::text::Span;

    #[test]
    fn a_text_is_at_most_one_gibibyte_long() {
        assert!(reject_long_text(1 << 30).is_ok());
        let error = reject_long_text((1 << 30) + 1).unwrap_err();
        assert!(error.to_string().contains("1 GiB"), "{error}");
    }

    #[test]
    fn reports_line_and_column_of_invalid_utf8() {
        let error = Draft::open("一行\n二".bytes().chain([0xD6, 0xD0]).collect(), Format::Plain).unwrap_err();
        let message = error.in_file("稿.txt").to_string();
        assert!(message.starts_with("稿.txt:2:2：") && message.contains("另存为 UTF-8"), "{message}");
    }

    #[test]
    fn rejects_lines_longer_than_16_mib() {
        let line = "\r\n".to_owned() + &"a".repeat(LONGEST_LINE + 1) + "\n";
        let message = Draft::open(line.into_bytes(), Format::Plain).unwrap_err().to_string();
        assert!(message.contains("第 2 行长 16777217 字节"), "{message}");
        assert!(Draft::open(vec![b'a'; LONGEST_LINE], Format::Plain).is_ok());
    }

    #[test]
    fn keeps_bom_and_line_ends_when_rewriting() {
        let draft = Draft::open("\u{FEFF}甲,乙\r\n丙 \n".into(), Format::Plain).unwrap();
        let mut edits = EditSet::default();
        edits.push(Edit { span: Span::new(3, 4), text: "，".to_owned() }).unwrap();
        assert_eq!(draft.rewrite(&edits), "\u{FEFF}甲，乙\r\n丙 \n".as_bytes());
    }

    /// Sources made of newspaper text, markup and unusual characters.
    fn sources() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "甲乙丙丁",
            "，",
            "。",
            "“",
            "”",
            "（",
            "）",
            "\n",
            "\r\n",
            "\r",
            "\n\n",
            "  \n",
            "\u{3000}\u{3000}",
            "    ",
            "\t",
            "# ",
            "- ",
            "1. ",
            "> ",
            "**",
            "*",
            "_",
            "`",
            "```\n",
            "|",
            "|-|-|\n",
            "[",
            "](",
            ")",
            "![",
            "<",
            ">",
            "<br>",
            "<code>",
            "</code>",
            "<div>",
            "<h1>",
            "</h1>",
            "<li>",
            "<td>",
            "<img alt=\"",
            "\">",
            "<meta name=description content='",
            "'>",
            "</",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "&lt",
            "&",
            "&amp;",
            "&#0;",
            "\\",
            "~~",
            "---\n",
            "===\n",
            "+++\n",
            "[^1]",
            "[^1]: ",
            "$",
            "https://a.cn/b",
            "www.a.cn",
            "a@b.cn",
            "abc",
            "12",
            "▲",
            "本报讯（记者 王某）",
            "记者 王某",
            "（上接1版）",
            "一、",
            "：",
            "——",
            "\u{FEFF}",
            "\u{FFFC}",
            "😀",
        ];
        proptest::collection::vec(proptest::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn rewrites_losslessly_and_maps_blocks_to_canonical_text(
            source in sources().boxed().prop_union("[^\0]*".boxed()),
            format in proptest::sample::select(Format::texts()),
        ) {
            let draft = Draft::open(source.clone().into_bytes(), format).unwrap();
            prop_assert_eq!(draft.rewrite(&EditSet::default()), source.into_bytes());

            let canonical = draft.text();
            let mut last = 0;
            for block in draft.blocks() {
                let text = block.text(canonical);
                prop_assert!(!text.is_empty() && text == text.trim());
                prop_assert!(text.is_char_boundary(block.dateline as usize));
                if block.kind != crate::block::BlockKind::Caption {
                    prop_assert!(block.extent().start >= last, "{:?} is out of order", text);
                    last = block.extent().start;
                }
                for (at, c) in text.char_indices() {
                    let span = Span::new(at, at + c.len_utf8());
                    let placed = block.body.locate(span);
                    prop_assert!(canonical.get(placed.span.range()).is_some() && placed.rest.is_empty());
                    // A block only allows edits where its text is that of the draft.
                    if let Some(edit) = block.body.edit(span, "", canonical) {
                        prop_assert_eq!(edit.span.of(canonical), span.of(text));
                    }
                }
            }
        }
    }
}
