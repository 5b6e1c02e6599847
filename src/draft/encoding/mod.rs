//! Encodings: bytes → text, and edits of the text → bytes. A file is never re-encoded as a whole: bytes outside the
//! edits are copied from the bytes that were read.

mod foreign;
mod likeness;

use std::borrow::Cow;

use encoding_rs::{DecoderResult, GB18030, UTF_16BE, UTF_16LE};

use crate::edit::EditSet;
use crate::error::{Error, Result};
use crate::text::Locator;
use foreign::{foreign_encoding, sample, seven_bit_encoding, utf16_order};
use likeness::Likeness;

/// An encoding of drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// GB 18030: the characters of GBK in two bytes, all others in four.
    Gb18030,
    /// GBK, a superset of GB 2312. Edits may only contain characters of one or two bytes.
    Gbk,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
}

impl Encoding {
    /// Every encoding with its name on the command line, its display name and its aliases on the command line.
    pub(crate) const ALL: [(Encoding, &'static str, &'static str, &'static [&'static str]); 5] = [
        (Encoding::Utf8, "utf-8", "UTF-8", &["utf8"]),
        (Encoding::Gb18030, "gb18030", "GB18030", &["gb-18030"]),
        (Encoding::Gbk, "gbk", "GBK", &["gb2312", "cp936"]),
        (Encoding::Utf16Le, "utf-16le", "UTF-16LE", &["utf16le", "utf-16", "utf16"]),
        (Encoding::Utf16Be, "utf-16be", "UTF-16BE", &["utf16be"]),
    ];

    /// The display name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Encoding::ALL[self as usize].2
    }

    /// Returns the bytes of `text`, or `None` if the encoding lacks one of its characters.
    fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self {
            Encoding::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Encoding::Utf16Le => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Encoding::Utf16Be => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Encoding::Gb18030 => Some(GB18030.encode(text).0),
            Encoding::Gbk => Some(GB18030.encode(text).0).filter(|bytes| !has_four_byte_chars(bytes)),
        }
    }

    /// Returns the length in bytes of the first character of the well-formed `bytes`. `c` is that character.
    fn char_length(self, c: char, bytes: &[u8]) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16Le | Encoding::Utf16Be => 2 * c.len_utf16(),
            Encoding::Gb18030 | Encoding::Gbk => gb18030_char_length(bytes),
        }
    }
}

/// Returns the length in bytes of the first character of well-formed GB 18030. 0x80, the euro sign of Windows, is a
/// character of one byte.
fn gb18030_char_length(bytes: &[u8]) -> usize {
    match bytes {
        [..=0x80, ..] | [_] | [] => 1,
        [_, b'0'..=b'9', ..] => 4,
        _ => 2,
    }
}

fn has_four_byte_chars(mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        match gb18030_char_length(bytes) {
            4 => return true,
            length => bytes = bytes.get(length..).unwrap_or_default(),
        }
    }
    false
}

/// A text file that has been decoded, as far as it is needed to write edits back.
#[derive(Debug, Clone)]
pub struct EncodedFile {
    encoding: Encoding,
    /// The byte order mark at the beginning of the file; empty if there is none.
    bom: &'static [u8],
    /// The bytes of the file. Empty for UTF-8, where the canonical text has the same bytes.
    bytes: Vec<u8>,
}

/// The byte order marks and their encodings.
const BOMS: [(&[u8], Encoding); 3] =
    [(b"\xEF\xBB\xBF", Encoding::Utf8), (b"\xFF\xFE", Encoding::Utf16Le), (b"\xFE\xFF", Encoding::Utf16Be)];

impl EncodedFile {
    /// The encoding of the file.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns whether the file's encoding has all characters of `text`.
    pub fn can_encode(&self, text: &str) -> bool {
        self.encoding == Encoding::Utf8 || self.encoding.encode(text).is_some()
    }

    /// Returns the bytes of the file with the edits of its `text` made. An edit with a character that the encoding
    /// lacks is not made.
    pub fn rewrite(&self, text: &str, edits: &EditSet) -> Vec<u8> {
        if self.encoding == Encoding::Utf8 {
            return [self.bom, edits.apply(text).as_bytes()].concat();
        }
        let mut out = Vec::with_capacity(self.bytes.len() + 16 * edits.len());
        let mut cursor = EncodedCursor { file: self, text, text_offset: 0, file_offset: self.bom.len() };
        let mut copied = 0;
        for edit in edits.iter() {
            if let Some(bytes) = self.encoding.encode(&edit.text) {
                out.extend_from_slice(&self.bytes[copied..cursor.advance(edit.span.start)]);
                out.extend_from_slice(&bytes);
                copied = cursor.advance(edit.span.end);
            }
        }
        out.extend_from_slice(&self.bytes[copied..]);
        out
    }
}

/// A position in a text and in the file it was decoded from. It only moves forward.
struct EncodedCursor<'t> {
    file: &'t EncodedFile,
    text: &'t str,
    /// The position in the text, in bytes.
    text_offset: usize,
    /// The same position in the file, in bytes.
    file_offset: usize,
}

impl EncodedCursor<'_> {
    /// Moves to byte `text_offset` of the text and returns the offset in the file.
    fn advance(&mut self, text_offset: usize) -> usize {
        let EncodedFile { encoding, bytes, .. } = self.file;
        for c in self.text[self.text_offset..text_offset].chars() {
            self.file_offset += encoding.char_length(c, &bytes[self.file_offset..]);
        }
        self.text_offset = text_offset;
        self.file_offset
    }
}

/// Decodes a text file. A byte order mark determines the encoding, otherwise `encoding` does. Without either, the file
/// is read as UTF-8 if it is valid UTF-8, else as GB 18030 if it is valid and does not look like another encoding.
///
/// # Errors
/// The bytes are not valid in that encoding, or no encoding fits.
pub fn decode(bytes: Vec<u8>, encoding: Option<Encoding>) -> Result<(String, EncodedFile)> {
    let (bom, bom_encoding) = match BOMS.into_iter().find(|(bom, _)| bytes.starts_with(bom)) {
        Some((bom, encoding)) => (bom, Some(encoding)),
        None => (&[] as &[u8], None),
    };
    let content = &bytes[bom.len()..];
    let (text, encoding) = match bom_encoding.or(encoding) {
        Some(encoding) => (decode_as(encoding, content).map_err(|invalid| invalid.error(encoding))?, encoding),
        None => decode_unknown(content)?,
    };
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        return Err(not_text(&text[..at]));
    }
    let bytes = if encoding == Encoding::Utf8 { Vec::new() } else { bytes };
    Ok((text, EncodedFile { encoding, bom, bytes }))
}

/// Decodes a file of unknown encoding.
fn decode_unknown(bytes: &[u8]) -> Result<(String, Encoding)> {
    if memchr::memchr(0, bytes).is_some()
        && let Some(order) = utf16_order(bytes)
    {
        return Err(without_bom(order));
    }
    match decode_as(Encoding::Utf8, bytes) {
        Ok(text)
            if text.is_ascii()
                && let Some(name) = seven_bit_encoding(&text) =>
        {
            let error = Error::new(format!("这个文件像是 {name} 编码，不能校对。"));
            Err(error.help("请用编辑器另存为 UTF-8 编码后再校对；如果确是 UTF-8 编码，请加上 --encoding utf-8。"))
        }
        Ok(text) => Ok((text, Encoding::Utf8)),
        Err(invalid) => decode_non_utf8(bytes, invalid),
    }
}

/// Returns the error for UTF-16 without a byte order mark.
fn without_bom(order: &str) -> Error {
    let option = order.to_ascii_lowercase();
    let help = format!("请用编辑器另存为 UTF-8 编码，或加上 --encoding {option}。");
    Error::new(format!("这个文件像是 {order} 编码，但没有 BOM，不能断定。")).help(help)
}

/// Returns the error for a file with a NUL character, which no text has. `before` is the text before it.
fn not_text(before: &str) -> Error {
    Error::new("这里有空字符（NUL），这个文件不是文本，不能校对。")
        .at(Locator::new(before).position(before.len()))
        .help("请核对文件；是文稿的，请另存为 .docx 或 UTF-8 编码的 .txt。")
}

/// Decodes a file of unknown encoding that is not valid UTF-8. `not_utf8` says where it is invalid.
fn decode_non_utf8(bytes: &[u8], not_utf8: InvalidBytes) -> Result<(String, Encoding)> {
    if is_damaged_utf8(sample(bytes)) {
        return Err(not_utf8.error(Encoding::Utf8));
    }
    let decoded = decode_as(Encoding::Gb18030, bytes);
    let likeness = match &decoded {
        Ok(text) => Likeness::of(text),
        Err(_) => Likeness::of(&GB18030.decode_without_bom_handling(sample(bytes)).0),
    };
    if !likeness.is_chinese()
        && let Some(name) = foreign_encoding(bytes, likeness)
    {
        return Err(if name.starts_with("UTF-16") { without_bom(name) } else { unsupported(name, &not_utf8) });
    }
    match decoded {
        Ok(_) if likeness.is_not_chinese() => Err(not_chinese(&not_utf8)),
        Ok(text) => {
            let encoding = if has_four_byte_chars(bytes) { Encoding::Gb18030 } else { Encoding::Gbk };
            Ok((text, encoding))
        }
        Err(not_gb18030) => {
            // The encoding in which more of the file is valid is more likely the right one.
            let likelier =
                if not_gb18030.valid.chars().count() > not_utf8.valid.chars().count() { not_gb18030 } else { not_utf8 };
            Err(Error::new("这里的字节不是 UTF-8 编码，也不是 GB18030 编码，无法读取。")
                .at(likelier.position())
                .help("请用编辑器打开原稿，另存为 UTF-8 编码后再校对；知道是什么编码的，也可以用 --encoding 指明。"))
        }
    }
}

/// Returns the error for text in an encoding that is not supported.
fn unsupported(name: &str, not_utf8: &InvalidBytes) -> Error {
    Error::new(format!("这里的字节像是 {name} 编码，不能校对。"))
        .at(not_utf8.position())
        .help("请用编辑器另存为 UTF-8 编码后再校对；如果确是国标编码，请加上 --encoding gb18030。")
}

/// Returns the error for bytes that are valid GB 18030, but are no Chinese in it.
fn not_chinese(not_utf8: &InvalidBytes) -> Error {
    Error::new("从这里起按 GB18030 读，读出的多是生僻字，不像中文，没有校对。")
        .at(not_utf8.position())
        .help("请核对编码，用编辑器另存为 UTF-8 编码后再校对；如果确是国标编码，请加上 --encoding gb18030。")
}

/// Returns whether this is UTF-8 with some bytes lost or added. True if there are more valid characters of at least three
/// bytes than invalid sequences. In text of another encoding, such characters occur by chance and are far rarer than
/// invalid sequences.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|&c| c >= '\u{800}').count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    valid > invalid
}

/// The result of decoding bytes that are not valid in an encoding.
struct InvalidBytes {
    /// The text before the first invalid byte.
    valid: String,
}

impl InvalidBytes {
    fn position(&self) -> crate::text::Position {
        Locator::new(&self.valid).position(self.valid.len())
    }

    fn error(&self, encoding: Encoding) -> Error {
        let help = match encoding {
            Encoding::Utf8 => "请用编辑器打开原稿，另存为 UTF-8 编码后再校对；是别的编码的，用 --encoding 指明。",
            _ => "请核对原稿的编码，或另存为 UTF-8 编码后再校对。",
        };
        Error::new(format!("这里的字节不是 {} 编码，无法读取。", encoding.name())).at(self.position()).help(help)
    }
}

fn decode_as(encoding: Encoding, bytes: &[u8]) -> std::result::Result<String, InvalidBytes> {
    let decoder = match encoding {
        Encoding::Utf8 => {
            return simdutf8::compat::from_utf8(bytes).map(str::to_owned).map_err(|error| InvalidBytes {
                valid: String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned(),
            });
        }
        Encoding::Gb18030 | Encoding::Gbk => GB18030,
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
    };
    let mut decoder = decoder.new_decoder_without_bom_handling();
    let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len());
    let mut text = String::with_capacity(capacity);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true).0 {
        DecoderResult::InputEmpty => Ok(text),
        _ => Err(InvalidBytes { valid: text }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::Edit;
    use crate::text::Span;

    fn error_message(bytes: &[u8]) -> String {
        decode(bytes.to_vec(), None).unwrap_err().to_string()
    }

    fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
        encoding.encode(text).unwrap().into_owned()
    }

    #[test]
    fn detects_encoding_by_bom_or_content() {
        for (bytes, encoding, text) in [
            (&b"ab"[..], Encoding::Utf8, "ab"),
            (b"\xEF\xBB\xBFab", Encoding::Utf8, "ab"),
            (b"\xFF\xFEa\0\x2D\x4E", Encoding::Utf16Le, "a中"),
            (b"\xFE\xFF\0a\x4E\x2D", Encoding::Utf16Be, "a中"),
            (b"ab\xD6\xD0\xCE\xC4\n", Encoding::Gbk, "ab中文\n"),
            (b"\xD6\xD0\x81\x30\x81\x30", Encoding::Gb18030, "中\u{80}"),
            (b"\xD6\xD0\x80\xA3\xA0", Encoding::Gbk, "中€\u{3000}"),
        ] {
            let (decoded, file) = decode(bytes.to_vec(), None).unwrap();
            assert_eq!((decoded.as_str(), file.encoding()), (text, encoding));
            assert_eq!(file.rewrite(&decoded, &EditSet::default()), bytes);
        }
    }

    #[test]
    fn prefers_bom_to_requested_encoding() {
        assert_eq!(decode(b"\xEF\xBB\xBF\xD6\xB8".to_vec(), Some(Encoding::Gbk)).unwrap().0, "ָ");
        assert_eq!(decode(b"\xD6\xB8".to_vec(), Some(Encoding::Gbk)).unwrap().0, "指");
    }

    #[test]
    fn reports_line_and_column_of_invalid_bytes() {
        let utf8 = "江城日报\n今日新闻".as_bytes();
        for (bytes, position, expected) in [
            ([utf8, b"\xD6\xD0"].concat(), (2, 5), "不是 UTF-8 编码"),
            (utf8[1..].to_vec(), (1, 1), "不是 UTF-8 编码"),
            (utf8[..utf8.len() - 1].to_vec(), (2, 4), "不是 UTF-8 编码"),
            (b"\xD6\xD0\xCE\xC4\n\xD6\xD0\xFF".to_vec(), (2, 2), "也不是 GB18030"),
        ] {
            let error = decode(bytes, None).unwrap_err().in_file("稿").to_string();
            assert!(
                error.starts_with(&format!("稿:{}:{}：", position.0, position.1)) && error.contains(expected),
                "{error}"
            );
        }
        assert!(decode(b"\xFF\xFEa\0\x2D".to_vec(), None).is_err());
        assert!(decode(b"\xFF\xFE\0\xD8a\0".to_vec(), None).is_err());
    }

    #[test]
    fn names_big5_in_the_error() {
        let text = "臺北市政府昨天宣布，將於明年一月起實施新的交通管理辦法，請市民注意相關規定。";
        assert!(error_message(&encoding_rs::BIG5.encode(text).0).contains("像是 Big5 编码"));
    }

    #[test]
    fn reads_short_drafts_in_gbk() {
        for text in
            ["江城日报", "记者 王小明", "两地携手,共建联盟", "图为现场。", "一、招聘岗位", "本报讯", "2023年11月1日"]
        {
            assert_eq!(decode(encoded(text, Encoding::Gbk), None).unwrap().0, text);
        }
    }

    #[test]
    fn skips_edits_with_characters_the_encoding_lacks() {
        let (text, file) = decode(encoded("一二三", Encoding::Gbk), None).unwrap();
        assert!(file.can_encode("〇—“”·～") && !file.can_encode("〜") && !file.can_encode("😀"));
        let mut edits = EditSet::default();
        edits.push(Edit { span: Span::new(0, 3), text: "〜".to_owned() }).unwrap();
        edits.push(Edit { span: Span::new(6, 9), text: "叁".to_owned() }).unwrap();
        assert_eq!(file.rewrite(&text, &edits), encoded("一二叁", Encoding::Gbk));
        assert_eq!(decode(b"\xD6\xD0".to_vec(), Some(Encoding::Gb18030)).unwrap().1.encoding(), Encoding::Gb18030);
    }

    const PIECES: &[&[u8]] = &[
        b"a",
        b"\r",
        b"\r\n",
        b"\x80",
        b"\xA3\xA0",
        b"\xD6\xD0",
        b"\x81\x30\x81\x30",
        b"\x90\x30\x81\x30",
        b"\xA1\xAA",
    ];

    proptest! {
        #[test]
        fn splices_edits_into_the_original_bytes(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..30),
            picked in proptest::collection::vec(any::<bool>(), 30),
        ) {
            let bytes = pieces.concat();
            let (text, file) = decode(bytes.clone(), Some(Encoding::Gb18030)).unwrap();
            prop_assert_eq!(text.chars().count(), pieces.len() + pieces.iter().filter(|piece| ***piece == *b"\r\n").count());
            let mut edits = EditSet::default();
            let mut expected = Vec::new();
            let mut start = 0;
            for (piece, picked) in pieces.iter().zip(picked) {
                let length = decode(piece.to_vec(), Some(Encoding::Gb18030)).unwrap().0.len();
                if picked {
                    edits.push(Edit { span: Span::new(start, start + length), text: "“𠀀".to_owned() }).unwrap();
                    expected.extend_from_slice(b"\xA1\xB0\x95\x32\x82\x36");
                } else {
                    expected.extend_from_slice(piece);
                }
                start += length;
            }
            prop_assert_eq!(file.rewrite(&text, &edits), expected);
        }

        #[test]
        fn decodes_any_bytes_losslessly_or_fails(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            for requested in Encoding::ALL.map(|(encoding, ..)| Some(encoding)).into_iter().chain([None]) {
                if let Ok((text, file)) = decode(bytes.clone(), requested) {
                    prop_assert_eq!(&file.rewrite(&text, &EditSet::default()), &bytes);
                }
            }
        }
    }
}
