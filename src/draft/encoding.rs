//! Encodings: bytes → text, and edits of the text → bytes. A file is never encoded anew as a whole: what an edit
//! does not touch is copied from the bytes that were read.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, GB18030, UTF_16BE, UTF_16LE};

use crate::edit::EditSet;
use crate::error::{Error, Result};
use crate::text::Locator;

/// An encoding of drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// GB 18030: the characters of GBK in two bytes, all others in four.
    Gb18030,
    /// GBK, of which GB 2312 is a part. What is written in it keeps to its two bytes.
    Gbk,
    /// UTF-16, the lesser byte first.
    Utf16Le,
    /// UTF-16, the greater byte first.
    Utf16Be,
}

impl Encoding {
    /// Every encoding with its name on the command line, its name to readers, and the other names it goes by.
    pub const ALL: [(Encoding, &'static str, &'static str, &'static [&'static str]); 5] = [
        (Encoding::Utf8, "utf-8", "UTF-8", &["utf8"]),
        (Encoding::Gb18030, "gb18030", "GB18030", &["gb-18030"]),
        (Encoding::Gbk, "gbk", "GBK", &["gb2312", "cp936"]),
        (Encoding::Utf16Le, "utf-16le", "UTF-16LE", &["utf16le", "utf-16", "utf16"]),
        (Encoding::Utf16Be, "utf-16be", "UTF-16BE", &["utf16be"]),
    ];

    /// The name for readers.
    pub fn name(self) -> &'static str {
        Encoding::ALL[self as usize].2
    }

    /// The bytes of `text`; `None` where the encoding lacks a character of it.
    fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self {
            Encoding::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Encoding::Utf16Le => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Encoding::Utf16Be => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Encoding::Gb18030 => Some(GB18030.encode(text).0),
            Encoding::Gbk => Some(GB18030.encode(text).0).filter(|bytes| !has_four_bytes(bytes)),
        }
    }

    /// How many of `bytes`, which are well-formed, its first character `c` takes.
    fn length(self, c: char, bytes: &[u8]) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16Le | Encoding::Utf16Be => 2 * c.len_utf16(),
            Encoding::Gb18030 | Encoding::Gbk => length_in_gb18030(bytes),
        }
    }
}

/// 0x80 is the euro of Windows, which stands alone.
fn length_in_gb18030(bytes: &[u8]) -> usize {
    match bytes {
        [..=0x80, ..] | [_] | [] => 1,
        [_, b'0'..=b'9', ..] => 4,
        _ => 2,
    }
}

fn has_four_bytes(mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        match length_in_gb18030(bytes) {
            4 => return true,
            length => bytes = bytes.get(length..).unwrap_or_default(),
        }
    }
    false
}

/// How a text stands in its file.
#[derive(Debug, Clone)]
pub struct Encoded {
    encoding: Encoding,
    /// The byte order mark before the text, or nothing.
    mark: &'static [u8],
    /// The file; empty for UTF-8, where the text itself is the file.
    bytes: Vec<u8>,
}

/// The marks that say which encoding a file is in.
const MARKS: [(&[u8], Encoding); 3] =
    [(b"\xEF\xBB\xBF", Encoding::Utf8), (b"\xFF\xFE", Encoding::Utf16Le), (b"\xFE\xFF", Encoding::Utf16Be)];

impl Encoded {
    /// The encoding of the file.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Can `text` be written in the file's encoding?
    pub fn can_hold(&self, text: &str) -> bool {
        self.encoding == Encoding::Utf8 || self.encoding.encode(text).is_some()
    }

    /// The file with the edits of its `text` made. An edit that the encoding lacks a character for is not made.
    pub fn rewrite(&self, text: &str, edits: &EditSet) -> Vec<u8> {
        if self.encoding == Encoding::Utf8 {
            return [self.mark, edits.apply(text).as_bytes()].concat();
        }
        let mut out = Vec::with_capacity(self.bytes.len() + 16 * edits.len());
        let mut place = Place { encoded: self, text, offset: 0, at: self.mark.len() };
        let mut done = 0;
        for edit in edits.iter() {
            if let Some(bytes) = self.encoding.encode(&edit.text) {
                out.extend_from_slice(&self.bytes[done..place.walk(edit.span.start)]);
                out.extend_from_slice(&bytes);
                done = place.walk(edit.span.end);
            }
        }
        out.extend_from_slice(&self.bytes[done..]);
        out
    }
}

/// A place in a text and in its file, which goes forward only.
struct Place<'t> {
    encoded: &'t Encoded,
    text: &'t str,
    /// In the text.
    offset: usize,
    /// In the file.
    at: usize,
}

impl Place<'_> {
    /// Where byte `offset` of the text stands in the file.
    fn walk(&mut self, offset: usize) -> usize {
        let Encoded { encoding, bytes, .. } = self.encoded;
        for c in self.text[self.offset..offset].chars() {
            self.at += encoding.length(c, &bytes[self.at..]);
        }
        self.offset = offset;
        self.at
    }
}

/// The text of a file. A byte order mark tells its encoding, or else `encoding` says it; where neither does, it is
/// UTF-8 if it can be, and GB 18030 if it can be that and does not look like something else.
///
/// # Errors
/// Bytes that are not in that encoding, or in none of these.
pub fn decode(bytes: Vec<u8>, encoding: Option<Encoding>) -> Result<(String, Encoded)> {
    let marked = MARKS.into_iter().find(|(mark, _)| bytes.starts_with(mark));
    let mark = marked.map_or(&[] as &[u8], |(mark, _)| mark);
    let content = &bytes[mark.len()..];
    let (text, encoding) = match marked.map(|(_, marked)| marked).or(encoding) {
        Some(encoding) => (decode_as(encoding, content).map_err(|bad| bad.error(encoding))?, encoding),
        None => match decode_as(Encoding::Utf8, content) {
            Ok(text) => (text, Encoding::Utf8),
            Err(bad) => decode_unmarked(content, bad)?,
        },
    };
    let bytes = if encoding == Encoding::Utf8 { Vec::new() } else { bytes };
    Ok((text, Encoded { encoding, mark, bytes }))
}

/// The text of a file that no mark tells the encoding of, and that is not UTF-8 for the reason `not_utf8`.
fn decode_unmarked(bytes: &[u8], not_utf8: Undecodable) -> Result<(String, Encoding)> {
    const PREFIX: usize = 64 << 10;
    let prefix = &bytes[..bytes.len().min(not_utf8.good.len() + PREFIX)];
    if is_damaged_utf8(prefix) {
        return Err(not_utf8.error(Encoding::Utf8));
    }
    if let Some(name) = resembles(&prefix[not_utf8.good.len()..]) {
        return Err(Error::new(format!("这里的字节像是 {name} 编码，不能校对。"))
            .at(not_utf8.position())
            .help("请用编辑器另存为 UTF-8 编码后再校对；如果确是国标编码，请加上 --encoding gb18030。"));
    }
    match decode_as(Encoding::Gb18030, bytes) {
        Ok(text) => {
            let encoding = if has_four_bytes(bytes) { Encoding::Gb18030 } else { Encoding::Gbk };
            Ok((text, encoding))
        }
        Err(bad) => {
            let further = if bad.good.chars().count() > not_utf8.good.chars().count() { bad } else { not_utf8 };
            Err(Error::new("这里的字节不是 UTF-8 编码，也不是 GB18030 编码，无法读取。")
                .at(further.position())
                .help("请用编辑器打开原稿，另存为 UTF-8 编码后再校对；知道是什么编码的，也可以用 --encoding 指明。"))
        }
    }
}

/// Is this UTF-8 with bytes lost or added? In text of another encoding, what happens to be a character of three
/// bytes or more in UTF-8 is far rarer than what is not UTF-8 at all.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|&c| c >= '\u{800}').count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

/// The name of the encoding that these bytes look like, of those that cannot be told from GB 18030 by trying.
fn resembles(bytes: &[u8]) -> Option<&'static str> {
    /// A few words of Chinese can look like Japanese or Korean. In bytes outside ASCII.
    const FEW: usize = 64;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny).name();
    let is_short = bytes.iter().filter(|byte| !byte.is_ascii()).take(FEW).count() < FEW;
    let known: &[&'static str] = if is_short { &["Big5"] } else { &["Big5", "Shift_JIS", "EUC-JP", "EUC-KR"] };
    known.iter().copied().find(|&name| name == guess)
}

/// Bytes that are not in an encoding.
struct Undecodable {
    /// The text before the first that is not.
    good: String,
}

impl Undecodable {
    fn position(&self) -> crate::text::Position {
        Locator::new(&self.good).position(self.good.len())
    }

    fn error(&self, encoding: Encoding) -> Error {
        let help = match encoding {
            Encoding::Utf8 => "请用编辑器打开原稿，另存为 UTF-8 编码后再校对；是别的编码的，用 --encoding 指明。",
            _ => "请核对原稿的编码，或另存为 UTF-8 编码后再校对。",
        };
        Error::new(format!("这里的字节不是 {} 编码，无法读取。", encoding.name())).at(self.position()).help(help)
    }
}

fn decode_as(encoding: Encoding, bytes: &[u8]) -> std::result::Result<String, Undecodable> {
    let decoder = match encoding {
        Encoding::Utf8 => {
            return simdutf8::compat::from_utf8(bytes).map(str::to_owned).map_err(|bad| Undecodable {
                good: String::from_utf8_lossy(&bytes[..bad.valid_up_to()]).into_owned(),
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
        _ => Err(Undecodable { good: text }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edit::Edit;
    use crate::text::Span;

    fn told(bytes: &[u8]) -> String {
        decode(bytes.to_vec(), None).unwrap_err().to_string()
    }

    fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
        encoding.encode(text).unwrap().into_owned()
    }

    #[test]
    fn an_encoding_is_told_by_its_mark_or_by_trying() {
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
    fn a_mark_outranks_what_is_said() {
        assert_eq!(decode(b"\xEF\xBB\xBF\xD6\xB8".to_vec(), Some(Encoding::Gbk)).unwrap().0, "ָ");
        assert_eq!(decode(b"\xD6\xB8".to_vec(), Some(Encoding::Gbk)).unwrap().0, "指");
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let utf8 = "江城日报\n今日新闻".as_bytes();
        for (bytes, place, said) in [
            ([utf8, b"\xD6\xD0"].concat(), (2, 5), "不是 UTF-8 编码"),
            (utf8[1..].to_vec(), (1, 1), "不是 UTF-8 编码"),
            (utf8[..utf8.len() - 1].to_vec(), (2, 4), "不是 UTF-8 编码"),
            (b"\xD6\xD0\xCE\xC4\n\xD6\xD0\xFF".to_vec(), (2, 2), "也不是 GB18030"),
        ] {
            let error = decode(bytes, None).unwrap_err().in_file("稿").to_string();
            assert!(error.starts_with(&format!("稿:{}:{}：", place.0, place.1)) && error.contains(said), "{error}");
        }
        assert!(decode(b"\xFF\xFEa\0\x2D".to_vec(), None).is_err());
        assert!(decode(b"\xFF\xFE\0\xD8a\0".to_vec(), None).is_err());
    }

    #[test]
    fn big5_is_named() {
        let text = "臺北市政府昨天宣布，將於明年一月起實施新的交通管理辦法，請市民注意相關規定。";
        assert!(told(&encoding_rs::BIG5.encode(text).0).contains("像是 Big5 编码"));
    }

    #[test]
    fn short_drafts_in_gbk_are_read() {
        for text in
            ["江城日报", "记者 王小明", "两地携手,共建联盟", "图为现场。", "一、招聘岗位", "本报讯", "2023年11月1日"]
        {
            assert_eq!(decode(encoded(text, Encoding::Gbk), None).unwrap().0, text);
        }
    }

    #[test]
    fn what_the_encoding_lacks_is_not_written() {
        let (text, file) = decode(encoded("一二三", Encoding::Gbk), None).unwrap();
        assert!(file.can_hold("〇—“”·～") && !file.can_hold("〜") && !file.can_hold("😀"));
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
        b"\0",
        b"\x80",
        b"\xA3\xA0",
        b"\xD6\xD0",
        b"\x81\x30\x81\x30",
        b"\x90\x30\x81\x30",
        b"\xA1\xAA",
    ];

    proptest! {
        #[test]
        fn edits_are_spliced_into_the_bytes(
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
        fn any_bytes_are_text_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            for said in Encoding::ALL.map(|(encoding, ..)| Some(encoding)).into_iter().chain([None]) {
                if let Ok((text, file)) = decode(bytes.clone(), said) {
                    prop_assert_eq!(&file.rewrite(&text, &EditSet::default()), &bytes);
                }
            }
        }
    }
}
