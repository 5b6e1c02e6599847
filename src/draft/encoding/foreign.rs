//! Names the encodings that are not supported, so that the user learns what to do about a file.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::likeness::Likeness;

/// How many bytes after the first that is not ASCII are used to tell an encoding.
const SAMPLE: usize = 64 << 10;

/// Returns the bytes that are used to tell an encoding, from the first that is not ASCII.
pub fn sample(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    &bytes[start..bytes.len().min(start + SAMPLE)]
}

/// Returns the name of an encoding of seven bits that ASCII text is in, in spite of its looks: its escape sequences
/// switch to the characters of another set.
pub fn seven_bit_encoding(text: &str) -> Option<&'static str> {
    const ESCAPES: [(&str, &str); 8] = [
        ("\u{1B}$@", "ISO-2022-JP"),
        ("\u{1B}$B", "ISO-2022-JP"),
        ("\u{1B}$(D", "ISO-2022-JP"),
        ("\u{1B}$)C", "ISO-2022-KR"),
        ("\u{1B}$)A", "ISO-2022-CN"),
        ("\u{1B}$)G", "ISO-2022-CN"),
        ("\u{1B}$)E", "ISO-2022-CN"),
        ("\u{1B}$A", "ISO-2022-CN"),
    ];
    let has_escape = text.contains("\u{1B}$");
    let found = ESCAPES.iter().find(|(escape, _)| has_escape && text.contains(escape)).map(|(_, name)| *name);
    found.or_else(|| is_hz(text).then_some("HZ"))
}

/// Returns whether the text is in HZ, where GB 2312 stands between `~{` and `~}` with seven bits a byte.
fn is_hz(text: &str) -> bool {
    let mut chinese = Vec::new();
    for part in text.split("~{").skip(1) {
        let Some((inside, _)) = part.split_once("~}") else { continue };
        if inside.len() % 2 == 0 && inside.bytes().all(|byte| byte.is_ascii_graphic()) {
            chinese.extend(inside.bytes().map(|byte| byte | 0x80));
        }
        if chinese.len() > SAMPLE {
            break;
        }
    }
    !chinese.is_empty() && is_likely(GB18030, &chinese, Likeness::default())
}

/// Returns the name of the byte order if the bytes are UTF-16 without a byte order mark.
pub fn utf16_order(bytes: &[u8]) -> Option<&'static str> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let common = |encoding| if bytes.len().is_multiple_of(2) { common_in_utf16(sample, encoding) } else { None };
    let orders = [(common(UTF_16LE), "UTF-16LE"), (common(UTF_16BE), "UTF-16BE")];
    orders.into_iter().max().filter(|(common, _)| common.is_some()).map(|(_, name)| name)
}

/// Returns how many characters are ASCII or frequent in Chinese if the bytes can be text in that form of UTF-16. ASCII
/// has a NUL in every second byte, which no other text has; without it the text has to be Chinese for certain.
fn common_in_utf16(bytes: &[u8], encoding: &'static Encoding) -> Option<usize> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let likeness = Likeness::of(&text);
    let ascii = text.chars().filter(char::is_ascii).count();
    let is_text = if ascii > 0 { !likeness.is_not_chinese() } else { likeness.is_chinese() && likeness.letters > 1 };
    let is_control = |c: char| c.is_control() && !c.is_whitespace();
    (is_text && !text.contains(is_control)).then_some(ascii + likeness.frequent)
}

/// Returns the name of the encoding that the bytes are likelier in than in GB 18030, where they are as much like Chinese
/// as `chinese` tells.
pub fn foreign_encoding(bytes: &[u8], chinese: Likeness) -> Option<&'static str> {
    let sample = sample(bytes);
    if let Some(order) = utf16_order(bytes) {
        return Some(order);
    }
    if is_likely(BIG5, sample, chinese) {
        return Some("Big5");
    }
    if chinese.is_not_chinese() && !is_euc(sample) && is_johab(sample) {
        return Some("Johab");
    }
    if chinese.is_not_chinese() && is_euc_tw(sample) {
        return Some("EUC-TW");
    }
    if chinese.has_few_rare() && !chinese.is_not_chinese() { None } else { guess(sample) }
}

/// Returns whether the text in `encoding` is Chinese, and more so than with another encoding.
fn is_likely(encoding: &'static Encoding, bytes: &[u8], other: Likeness) -> bool {
    // The sample may end within a character.
    let likeness = Likeness::of(&encoding.decode_without_bom_handling(bytes).0);
    likeness.is_chinese() && likeness.letters > 1 && likeness.frequent > other.frequent
}

/// Returns what the detector of Firefox takes the bytes for, if it is a known encoding of Chinese, Japanese or Korean.
fn guess(bytes: &[u8]) -> Option<&'static str> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny).name();
    ["Big5", "Shift_JIS", "EUC-JP", "EUC-KR"].into_iter().find(|&name| name == guess)
}

/// Returns the pairs of bytes that are one character in the encodings of two bytes, of which the first is not ASCII.
fn pairs(bytes: &[u8]) -> impl Iterator<Item = (u8, u8)> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let start = rest.iter().position(|byte| !byte.is_ascii())?;
        let &[lead, trail, ..] = &rest[start..] else { return None };
        rest = &rest[start + 2..];
        Some((lead, trail))
    })
}

/// Returns whether nearly all pairs have the property.
fn nearly_all(bytes: &[u8], has_property: impl Fn(u8, u8) -> bool) -> bool {
    let (mut with, mut all) = (0, 0);
    for (lead, trail) in pairs(bytes) {
        with += usize::from(has_property(lead, trail));
        all += 1;
    }
    with * 20 >= all * 19
}

/// Returns whether the bytes can be in one of the encodings named EUC, to which GB 2312 belongs.
fn is_euc(bytes: &[u8]) -> bool {
    nearly_all(bytes, |lead, trail| lead >= 0x8E && trail >= 0xA1)
}

/// Returns whether the bytes are Johab, the Korean encoding that composes a syllable of three numbers of five bits.
fn is_johab(bytes: &[u8]) -> bool {
    nearly_all(bytes, |lead, trail| {
        let code = u16::from_be_bytes([lead, trail]);
        let (initial, medial, last) = (code >> 10 & 31, code >> 5 & 31, code & 31);
        let is_syllable = (1..=20).contains(&initial)
            && matches!(medial, 2..=7 | 10..=15 | 18..=23 | 26..=29)
            && matches!(last, 1..=17 | 19..=29);
        is_syllable || matches!(lead, 0xD9..=0xDE)
    })
}

/// Returns whether the bytes are EUC-TW. Its characters are those of CNS 11643, ordered by strokes from the lead byte
/// 0xC4 on, which GB 2312, EUC-KR and EUC-JP hardly use without those before it.
fn is_euc_tw(bytes: &[u8]) -> bool {
    nearly_all(bytes, |lead, trail| matches!(lead, 0x8E | 0xA1..=0xA3 | 0xC4..=0xFD) && trail >= 0xA1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the name for `bytes`, of which the decoder has made a text in GB 18030.
    fn name(bytes: &[u8]) -> Option<&'static str> {
        foreign_encoding(bytes, Likeness::of(&GB18030.decode_without_bom_handling(bytes).0))
    }

    #[test]
    fn names_encodings_that_the_decoder_knows() {
        let taiwan = "臺北市政府昨天宣布，將於明年一月起實施新的交通管理辦法。";
        let japan = "昨日、東京都は新しい交通規則を発表しました。来年の一月から始まります。";
        let korea = "서울시는 어제 새로운 교통 규칙을 발표했다. 내년 일월부터 시작된다.";
        for (encoding, text) in [
            (BIG5, taiwan),
            (encoding_rs::SHIFT_JIS, japan),
            (encoding_rs::EUC_JP, japan),
            (encoding_rs::EUC_KR, korea),
        ] {
            assert_eq!(name(&encoding.encode(text).0), Some(encoding.name()));
        }
    }

    #[test]
    fn names_encodings_that_the_decoder_does_not_know() {
        // 서울시는 어제 새로운 교통 규칙을 발표했다.
        let johab =
            b"\xAC\xE1\xB6\x89\xAF\xA1\x93\x65\x20\xB4\xE1\xB9\x41\x20\xAC\x81\x9D\xA1\xB6\x85\x20\x8A\x61\xC9\xB7\x20\
            \x8B\x41\xC3\xA2\xB7\x69\x20\xA4\x69\xCE\x61\xD0\x96\x94\x61\x2E";
        // 臺北市政府昨天宣布，將於明年一月起實施新的交通管理辦法，
        let euc_tw = b"\xEA\xD7\xC6\xA1\xC6\xCB\xD1\xC9\xCD\xB4\xD1\xD4\xC5\xB2\xD0\xE7\xC6\xCC\xA1\xA2\xD9\xF2\xCD\xF5\xCD\xFC\xC8\xA1\
            \xC4\xA1\xC5\xCC\xD8\xC4\xE8\xD2\xD1\xCC\xE4\xBB\xCE\xFB\xC7\xA8\xDD\xD7\xEA\xA7\xDC\xA1\xF2\xD6\xCE\xCE\xA1\xA2";
        assert_eq!((name(johab), name(euc_tw)), (Some("Johab"), Some("EUC-TW")));
    }

    #[test]
    fn names_utf16_without_byte_order_mark() {
        for text in ["春天来了。", "a\n", "第1版(要闻)\r\n两地携手,共建联盟。\r\n"] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!((utf16_order(&little), utf16_order(&big)), (Some("UTF-16LE"), Some("UTF-16BE")), "{text}");
        }
        for bytes in [&b"a\0b"[..], b"\0\0\0\0", b"ab\0\0", b"abcd", b"\xD6\xD0\xCE\xC4"] {
            assert_eq!(utf16_order(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn names_encodings_of_seven_bits() {
        for (text, name) in [
            ("\u{1B}$BElKL\u{1B}(B", Some("ISO-2022-JP")),
            ("\u{1B}$)C\u{E}<-?o\u{F}", Some("ISO-2022-KR")),
            ("\u{1B}$)A\u{E}VPND\u{F}", Some("ISO-2022-CN")),
            ("HZ: ~{VPND~}, ~{RbRe~}\n", Some("HZ")),
            ("~{a~} ~{}~ \u{1B}[31m", None),
            ("~{user}, ~{name}~", None),
        ] {
            assert_eq!(seven_bit_encoding(text), name, "{text}");
        }
    }
}
