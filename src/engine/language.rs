//! Which blocks are in another language, so that no rule for Chinese copy applies to them.

use crate::text::is_han;

/// The least number of words in Latin letters of a text in another language.
const LEAST_WORDS: usize = 4;

/// Whether a text has letters and no Chinese character. A block of numbers and marks may be a cell of a Chinese table.
pub(super) fn lacks_chinese(text: &str) -> bool {
    !text.chars().any(is_han) && text.chars().any(char::is_alphabetic)
}

/// Whether a text with Chinese characters is in another language: Japanese, Korean, or a language with Latin letters that
/// mentions a Chinese word.
pub(super) fn is_foreign(text: &str) -> bool {
    if !may_be_foreign(text.as_bytes()) {
        return false;
    }
    let count = Count::of(text);
    // Kana are about half of the characters of Japanese, and no fewer in a sentence; a gloss in a Chinese sentence has
    // less. Shops write の in Chinese names.
    let asian = count.kana.max(count.hangul);
    let is_asian = count.kana + count.hangul > count.no && asian >= 2 && 10 * asian >= 3 * (asian + count.han);
    // Names and terms are capitalized, the words between them are not.
    is_asian || count.small_words >= LEAST_WORDS && count.small_words >= 2 * count.han
}

/// Returns whether a text has small Latin letters enough for a few words, or bytes with which kana and Hangul begin.
fn may_be_foreign(text: &[u8]) -> bool {
    // The compiler tests many bytes at a time, because there are no branches.
    let small_letters: usize = text.iter().map(|byte| usize::from(byte.is_ascii_lowercase())).sum();
    let next = text.get(1..).unwrap_or_default();
    let has_kana_or_hangul = text.iter().zip(next).fold(false, |found, (&byte, &next)| {
        let is_kana = (byte == 0xE3) & (next.wrapping_sub(0x81) < 3) | (byte == 0xEF) & (next.wrapping_sub(0xBD) < 2);
        let is_hangul = byte.wrapping_sub(0xEA) < 4;
        found | is_kana | is_hangul
    });
    has_kana_or_hangul || small_letters >= 2 * LEAST_WORDS
}

/// What a text consists of.
#[derive(Debug, Default)]
struct Count {
    /// Chinese characters.
    han: usize,
    /// Hiragana and katakana.
    kana: usize,
    /// The kana の among them.
    no: usize,
    /// Hangul syllables.
    hangul: usize,
    /// Words of Latin letters that begin with a small one, and have another.
    small_words: usize,
}

impl Count {
    fn of(text: &str) -> Count {
        let mut count = Count::default();
        let mut before = [' ', ' '];
        for c in text.chars() {
            let [first, previous] = before;
            count.han += usize::from(is_han(c));
            count.kana += usize::from(matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ｦ'..='ﾝ'));
            count.no += usize::from(c == 'の');
            count.hangul += usize::from(matches!(c, '가'..='힣'));
            count.small_words +=
                usize::from(!first.is_ascii_alphanumeric() && previous.is_ascii_lowercase() && c.is_ascii_lowercase());
            before = [previous, c];
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_foreign_text_with_chinese_characters() {
        for text in [
            "これは漢字,仮名。",
            "日本語のテキスト,です。",
            "カタカナ(漢字)を書く!",
            "한국어 문장,입니다(中文).",
            "The word \"关系\" (guanxi) has no exact match, he said.",
        ] {
            assert!(is_foreign(text), "{text}");
        }
    }

    #[test]
    fn chinese_text_may_mention_foreign_words() {
        for text in [
            "他们在“优の品”买了の字招牌。",
            "歌手安室奈美惠（あむろなみえ）昨天在江城举行了告别演唱会，三千名观众到场。",
            "她说“カラオケ”是日语里的外来词。",
            "使用TypeScript和npm install命令安装,再运行。",
            "iPhone 15 Pro Max上市",
            "He said “你好，世界”.",
        ] {
            assert!(!is_foreign(text), "{text}");
        }
    }
}
