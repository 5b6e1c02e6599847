//! `misread`: text that was decoded with another encoding than its own. It is told by undoing that: the characters,
//! encoded again, are Chinese text in the right encoding, which right text is by chance hardly ever.

use encoding_rs::{Encoding, GBK, WINDOWS_1252};
use serde::{Deserialize, Serialize};

use crate::check::{Anchor, AnchorCheck, Attempt, Hit, OptionsOnly};
use crate::lexicon::Lexicon;
use crate::matcher::{CharSet, Scratch};
use crate::text::Span;

/// Text that was decoded with the wrong encoding.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Misread {
    /// The encoding of the text.
    encoded_in: RightEncoding,
    /// The encoding that it was decoded with.
    decoded_as: WrongEncoding,
    /// How many characters have to come out right.
    least: usize,
}

impl OptionsOnly for Misread {}

/// An encoding of Chinese text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum RightEncoding {
    Utf8,
    Gbk,
}

/// An encoding that Chinese text is often decoded with by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum WrongEncoding {
    Gbk,
    /// Also called Latin-1, which differs in control characters only.
    Windows1252,
}

/// How many characters are read at once.
const LONGEST: usize = 80;

/// So many characters of a misread text contain a character of the original.
const BEGINNING: usize = 3;

/// After so many bytes that make no character the misread text has ended.
const LONGEST_GAP: usize = 3;

impl AnchorCheck for Misread {
    fn anchors(&self) -> Vec<Anchor> {
        let leads = (0x80..=0xFF).filter(|lead| self.encoded_in.is_lead(*lead, self.decoded_as));
        let first: Vec<char> = match self.decoded_as {
            WrongEncoding::Windows1252 => leads.map(char::from).collect(),
            WrongEncoding::Gbk => leads
                .flat_map(|lead| (0x80..=0xBF).map(move |next| [lead, next]))
                .filter_map(|bytes| GBK.decode_without_bom_handling_and_without_replacement(&bytes)?.chars().next())
                .collect(),
        };
        vec![Anchor::at(&CharSet::new(first.into_iter().map(|c| (c, c)).collect()))]
    }

    fn hit_at(&self, attempt: Attempt, _: &mut Scratch, _: &Lexicon) -> Option<Hit> {
        let Attempt { block, text, at, .. } = attempt;
        if self.encoded_in == RightEncoding::Gbk && is_inside_accented(text, at) {
            return None;
        }
        // Encoding is slow. The first characters show whether it is worth it.
        let beginning = Original::of(&text[at..], BEGINNING, self.encoded_in, self.decoded_as);
        if beginning.right == 0 {
            return None;
        }
        let original = Original::of(&text[at..], LONGEST, self.encoded_in, self.decoded_as);
        if original.right < self.least || 2 * original.lost > original.right {
            return None;
        }
        let to = if original.is_whole { vec![original.text] } else { Vec::new() };
        Some(Hit::new(block, Span::new(at, at + original.length), to))
    }
}

/// What a misread text was before, as far as that can be told.
#[derive(Debug, Default)]
struct Original {
    text: String,
    /// The number of its characters.
    right: usize,
    /// The number of bytes between them that make no character.
    lost: usize,
    /// The length of the misread text in bytes.
    length: usize,
    /// Whether the original text is known to its last byte.
    is_whole: bool,
}

impl Original {
    /// The original of the misread text at the start of `text`, of which at most `most` characters are read.
    fn of(text: &str, most: usize, right: RightEncoding, wrong: WrongEncoding) -> Original {
        let (bytes, ends) = wrong.bytes(text, most);
        let mut original = Original::default();
        let (mut at, mut gap, mut end) = (0, 0, 0);
        while at < bytes.len() && gap < LONGEST_GAP {
            match right.first_character(&bytes[at..], wrong) {
                Some((length, c)) => {
                    original.text.push(c);
                    original.right += 1;
                    original.lost += gap;
                    (gap, at) = (0, at + length);
                    end = at;
                }
                None => (gap, at) = (gap + 1, at + 1),
            }
        }
        let is_cut = right == RightEncoding::Utf8 && is_cut_character(&bytes[end..]);
        let last = if is_cut { ends.len() - 1 } else { ends.partition_point(|(bytes, _)| *bytes < end) };
        if let Some(&(bytes, length)) = ends.get(last) {
            original.length = length;
            original.is_whole = original.lost == 0 && bytes == end;
        }
        original
    }
}

impl RightEncoding {
    /// Whether a character of Chinese copy begins with this byte, if it has several.
    fn is_lead(self, byte: u8, wrong: WrongEncoding) -> bool {
        match self {
            // In GBK a character of Latin-1 is one of Chinese, maybe a common one, which proves nothing.
            RightEncoding::Utf8 => {
                matches!(byte, 0xE2..=0xE9 | 0xEF) || wrong == WrongEncoding::Windows1252 && matches!(byte, 0xC2..=0xC3)
            }
            RightEncoding::Gbk => matches!(byte, 0xA1 | 0xA3 | 0xB0..=0xF7),
        }
    }

    /// The length and the value of the character at the start of `bytes`, if it is one that Chinese copy consists of.
    fn first_character(self, bytes: &[u8], wrong: WrongEncoding) -> Option<(usize, char)> {
        let lead = *bytes.first().filter(|lead| self.is_lead(**lead, wrong))?;
        let length = if lead >= 0xE0 && self == RightEncoding::Utf8 { 3 } else { 2 };
        let bytes = bytes.get(..length)?;
        let c = match self {
            RightEncoding::Utf8 => std::str::from_utf8(bytes).ok()?.chars().next()?,
            // ×× stands for something left out.
            RightEncoding::Gbk if bytes[0] == bytes[1] => return None,
            RightEncoding::Gbk => GBK.decode_without_bom_handling_and_without_replacement(bytes)?.chars().next()?,
        };
        is_usual(c).then_some((length, c))
    }
}

impl WrongEncoding {
    /// The bytes that were decoded to the beginning of `text`, up to the first ASCII character or one that the encoding
    /// lacks. Also, for each character, the number of bytes up to its end, and its end in `text`.
    fn bytes(self, text: &str, most: usize) -> (Vec<u8>, Vec<(usize, usize)>) {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for (at, c) in text.char_indices().take(most).take_while(|(_, c)| !c.is_ascii()) {
            let written = &text[at..at + c.len_utf8()];
            match (self, c) {
                (WrongEncoding::Windows1252, '\u{80}'..='\u{9F}') => bytes.push(c as u8),
                _ => {
                    let (encoded, _, is_lacking) = self.encoding().encode(written);
                    if is_lacking {
                        break;
                    }
                    bytes.extend(encoded.iter());
                }
            }
            ends.push((bytes.len(), at + written.len()));
        }
        (bytes, ends)
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            WrongEncoding::Gbk => GBK,
            WrongEncoding::Windows1252 => WINDOWS_1252,
        }
    }
}

/// Whether `bytes` are the beginning of a character in UTF-8 whose end is missing.
fn is_cut_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

/// Whether there is an accented letter before byte `at`, or what begins there is UTF-8 that was misread. Then it is no
/// beginning of misread GBK.
fn is_inside_accented(text: &str, at: usize) -> bool {
    let is_letter = |c: char| matches!(c, '\u{C0}'..='\u{FF}') && c != '×' && c != '÷';
    text[..at].ends_with(is_letter)
        || Original::of(&text[at..], BEGINNING, RightEncoding::Utf8, WrongEncoding::Windows1252).right > 0
}

/// Whether Chinese copy consists of such characters: those of GB 2312, marks among them, and Latin letters with accents.
fn is_usual(c: char) -> bool {
    let mut utf8 = [0; 4];
    let (encoded, _, is_lacking) = GBK.encode(c.encode_utf8(&mut utf8));
    let is_gb2312 = !is_lacking && matches!(encoded.as_ref(), [0xA1..=0xA3 | 0xB0..=0xF7, 0xA1..=0xFE]);
    is_gb2312 || matches!(c, '\u{A0}'..='\u{FF}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn original(wrong: WrongEncoding, text: &str) -> (String, usize, bool) {
        let original = Original::of(text, LONGEST, RightEncoding::Utf8, wrong);
        (original.text, text[..original.length].chars().count(), original.is_whole)
    }

    #[test]
    fn undoes_the_wrong_decoding() {
        for text in ["我们都在。好", "好“山", "江城新闻"] {
            let misread = GBK.decode(text.as_bytes()).0;
            assert_eq!(original(WrongEncoding::Gbk, &misread).0, text, "{misread}");
            let misread = WINDOWS_1252.decode(text.as_bytes()).0;
            let length = misread.chars().count();
            let followed = format!("{misread}正文");
            assert_eq!(original(WrongEncoding::Windows1252, &followed), (text.to_owned(), length, true));
        }
    }

    #[test]
    fn undoes_the_decoding_of_chinese_as_latin() {
        let original = Original::of("ÖÐ¹ú", LONGEST, RightEncoding::Gbk, WrongEncoding::Windows1252);
        assert_eq!((original.text.as_str(), original.is_whole), ("中国", true));
    }

    #[test]
    fn stops_where_right_text_begins() {
        assert_eq!(original(WrongEncoding::Gbk, "鐨勬槸他们说的话"), ("的是".to_owned(), 3, true));
        assert_eq!(original(WrongEncoding::Windows1252, "Ã©té"), ("é".to_owned(), 2, true));
    }

    #[test]
    fn an_incomplete_end_is_part_of_it() {
        let (text, length, is_whole) = original(WrongEncoding::Gbk, "鎴戜滑闂");
        assert_eq!((text.as_str(), length, is_whole), ("我们", 4, false));
    }

    #[test]
    fn right_text_has_no_original() {
        for text in ["涓涓细流", "妍丽的花", "浜海新城", "È stato"] {
            assert!(original(WrongEncoding::Gbk, text).0.chars().count() < 2, "{text}");
            assert_eq!(original(WrongEncoding::Windows1252, text).0, "", "{text}");
        }
    }
}
