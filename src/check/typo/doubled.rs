//! `doubled`: words and phrases that stand twice in succession. The engine finds the repetitions; this check knows which of
//! them are grammatical, and where two words meet by chance.
//!
//! Chinese doubles verbs of action (研究研究), some adjectives and adverbs (非常非常), measure words with 一 (一步一步),
//! interrogatives (种什么种什么) and sounds. It doubles neither nouns nor other verbs, nor phrases. Calls and slogans are
//! said more than twice, or in quotation marks.

use serde::{Deserialize, Serialize};

use crate::check::options::WordList;
use crate::check::{Hit, OptionsOnly, Repeat, RepeatCheck};
use crate::lexicon::Lexicon;
use crate::text::{Span, is_han, is_numeral};

/// Looks for text that stands twice in succession.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doubled {
    /// The mistake that the check looks for.
    slip: DoubledSlip,
    /// The words, separated by spaces, that may be doubled, or with which a doubled text may begin or contain.
    may: WordList,
    /// What a person is called after the name of a body, of which the second copy may be the beginning: 中队|中队长.
    titles: WordList,
    /// Words directly before what somebody calls out: 喊着
    #[serde(default)]
    calls: WordList,
    /// The characters with which two characters that are no word may stand twice: 走着走着, 每人每年.
    #[serde(default)]
    echoing: String,
}

impl OptionsOnly for Doubled {}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum DoubledSlip {
    /// A word of two characters.
    Word,
    /// A text of three or more characters.
    Phrase,
}

impl RepeatCheck for Doubled {
    fn repeat_hit(&self, block: usize, text: &str, repeat: &Repeat, lexicon: &Lexicon) -> Option<Hit> {
        let repeat = &without_mark_at_start(text, *repeat);
        let is_mistake = match self.slip {
            DoubledSlip::Word => repeat.length == 2 && self.is_doubled_word(text, repeat, lexicon),
            DoubledSlip::Phrase => repeat.length > 2 && self.is_doubled_phrase(text, repeat, lexicon),
        };
        let copy = Span::new(repeat.span.start, repeat.second).of(text);
        is_mistake.then(|| Hit::new(block, repeat.span, vec![copy.to_owned()]))
    }
}

impl Doubled {
    /// Whether a word of two characters stands twice by mistake.
    fn is_doubled_word(&self, text: &str, repeat: &Repeat, lexicon: &Lexicon) -> bool {
        /// The classes of words that may be doubled: numerals with measure words, particles, names of persons.
        const DOUBLED: [&str; 9] = ["m", "mq", "q", "e", "y", "o", "nr", "nrt", "nrfg"];
        let word = Span::new(repeat.span.start, repeat.second).of(text);
        let is_han_word =
            word.chars().all(|c| is_han(c) && !is_numeral(c)) && word.chars().next() != word.chars().nth(1);
        // More than two copies are a call or a sound: 加油加油加油.
        let copies_twice = repeat.end < repeat.span.end + word.len();
        if !is_han_word
            || !copies_twice
            || is_alone_between_marks(text, repeat.span)
            || may_echo(text, repeat.span)
            || self.begins_title(text, repeat.span)
            || self.calls.ending(&text[..repeat.span.start]).is_some()
        {
            return false;
        }
        let Some(class) = lexicon.class(word) else { return self.is_doubled_part(text, repeat, lexicon) };
        let describes = match text[repeat.span.end..].chars().next() {
            Some('地') => class.starts_with(['a', 'v', 'z', 'd', 'o', 'l', 'm']),
            Some('的') => class.starts_with(['a', 'z', 'o']),
            _ => false,
        };
        if describes || DOUBLED.contains(&class) || self.may.has(word) || word.ends_with(['着', '了']) {
            return false;
        }
        // What sounds and moves is told with words that copy seldom uses: 吸溜吸溜.
        let is_colloquial = class.starts_with('v') && lexicon.frequency(word).is_some_and(|it| it < LEAST_WRITTEN);
        // Titles call things by their names: 《月亮月亮跟我走》.
        let is_called = class.starts_with('n') && text[..repeat.span.start].ends_with(['《', '〈']);
        if is_colloquial || is_called {
            return false;
        }
        let is_said = class.starts_with(['v', 'a', 'd', 'r', 'i', 'l']) && !continues(text, repeat.span.end);
        !is_said && !meets_other_words(text, repeat, lexicon)
    }

    /// Whether two characters that are no word, but the end of one and the beginning of the next, stand twice by mistake:
    /// 发展|经济 as 发展经展经济.
    fn is_doubled_part(&self, text: &str, repeat: &Repeat, lexicon: &Lexicon) -> bool {
        let part = Span::new(repeat.span.start, repeat.second).of(text);
        !part.chars().any(|c| self.echoing.contains(c))
            && !is_row(text, repeat, lexicon)
            && is_better_once(text, repeat, lexicon)
    }

    /// Whether the second copy belongs to the title of a person in the body that the first one ends: 安信基金|基金经理.
    fn begins_title(&self, text: &str, span: Span) -> bool {
        text[..span.start].ends_with(is_han) && self.titles.beginning(&text[span.end..]).is_some()
    }

    /// Whether a short text may stand twice: 一步一步, 种什么种什么, or a text with which the second of two parts begins
    /// (惠及两国|及两国人民).
    fn may_stand_twice(&self, words: &str) -> bool {
        words.starts_with(['一', '几', '很', '和', '及', '与', '或', '并', '到', '至'])
            || self.may.any_in(words)
            || is_sound(words)
    }

    /// Whether a longer text stands twice by mistake.
    fn is_doubled_phrase(&self, text: &str, repeat: &Repeat, lexicon: &Lexicon) -> bool {
        /// The shortest text of which three copies are no call, and which no idiom doubles.
        const LEAST_OF_MANY: usize = 5;
        /// The longest text that two longer words may have in common.
        const LONGEST_WORD: usize = 4;
        let copy = Span::new(repeat.span.start, repeat.second).of(text);
        let words = copy.trim_end_matches(['，', '；', '。']);
        let ends_with_mark = words.len() < copy.len();
        let is_many = repeat.end >= repeat.span.end + copy.len();
        let is_inner = |c: char| matches!(c, '.' | '%') || ends_with_mark && c == '、';
        if !words.chars().all(|c| is_han(c) || c.is_ascii_alphanumeric() || is_inner(c))
            || words.chars().filter(|c| is_han(*c)).count() < 3
            || words.chars().filter(|c| is_han(*c) && !is_numeral(*c)).count() < 2
            || is_many && repeat.length < LEAST_OF_MANY
            || repeat.length < LEAST_OF_MANY && self.may_stand_twice(words)
            || may_echo(text, repeat.span)
            || self.begins_title(text, repeat.span)
            || !ends_with_mark && is_within_words(text, repeat, lexicon)
        {
            return false;
        }
        if ends_with_mark {
            // The whole clause stands twice, and is no call.
            let before = text[..repeat.span.start].chars().next_back();
            return before.is_none_or(|c| matches!(c, '，' | '。' | '；' | '：' | '、' | '！' | '？' | '”'));
        }
        let meets_longer_word = lexicon.is_word(words)
            && (ends_longer_word(text, repeat, lexicon) || begins_longer_word(text, repeat, lexicon));
        // 主席|同|主席|同志: what joins the copies is the first character of another word after them.
        let joins =
            || words.ends_with(['同', '和', '与', '及', '对', '向']) && has_word_at(text, repeat.span.end, lexicon);
        repeat.length > LONGEST_WORD || !meets_longer_word && !has_word_at(text, repeat.second, lexicon) && !joins()
    }
}

/// Whether a word extends over one end of a short repetition, so that its copies are parts of other words:
/// 高等教育|等教育机构.
fn is_within_words(text: &str, repeat: &Repeat, lexicon: &Lexicon) -> bool {
    /// The longest text that the ends of two words may have in common.
    const LONGEST_PART: usize = 4;
    let edges = [repeat.span.start, repeat.span.end];
    repeat.length <= LONGEST_PART
        && edges.iter().any(|edge| lexicon.is_inside_word(text, *edge))
        && !is_better_once(text, repeat, lexicon)
}

/// Whether the text is much more probable with one copy.
fn is_better_once(text: &str, repeat: &Repeat, lexicon: &Lexicon) -> bool {
    /// The least difference of the logarithms. In sixty million characters of edited text forty repetitions of two
    /// characters that are no word exceed it; of those made at random places, three quarters do.
    const LEAST_GAIN: f32 = 13.0;
    lexicon.gain_without_copy(text, repeat.span, repeat.second).is_some_and(|gain| gain > LEAST_GAIN)
}

/// The repetition whose copies begin with no mark, if the text goes on like it: ，会上|，会上， is 会上，|会上，.
fn without_mark_at_start(text: &str, mut repeat: Repeat) -> Repeat {
    while let Some(c) = text[repeat.span.start..].chars().next().filter(|c| !c.is_alphanumeric())
        && repeat.end > repeat.span.end
    {
        let by = c.len_utf8();
        repeat = Repeat { span: repeat.span.shifted(by), second: repeat.second + by, ..repeat };
    }
    repeat
}

/// Whether a repetition is alone in quotation marks or title marks: 《渡江渡江》.
fn is_alone_between_marks(text: &str, span: Span) -> bool {
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    before.is_some_and(|c| "“‘《〈「『".contains(c)) && after.is_some_and(|c| "”’》〉」』！，。？…".contains(c))
}

/// Whether the text after a repetition repeats on purpose: 努力努力再努力, 来了来了！
fn may_echo(text: &str, span: Span) -> bool {
    text[span.end..].starts_with(['再', '又', '还', '！', '…', '～', '~', '吧', '啊', '呀', '啦', '嘛', '呢'])
}

/// Whether two characters that stand twice belong to a row of words that have one character in common each: 检查|巡查|巡护,
/// 退税|缓税|缓费. Between two halves of words, 发展经|展经济, the second character begins a word with what follows, and none
/// with the first.
fn is_row(text: &str, repeat: &Repeat, lexicon: &Lexicon) -> bool {
    let inner = repeat.span.of(text).char_indices().nth(1).map(|(at, _)| repeat.span.start + at);
    let Some(inner) = inner else { return false };
    let second = inner - repeat.span.start;
    let between = &text[inner..repeat.second + second];
    let begin = repeat.second + second;
    let mut after = han_after(text, repeat.span.end).char_indices();
    let begins_word = after.any(|(at, c)| lexicon.is_word(&text[begin..repeat.span.end + at + c.len_utf8()]));
    let alone = lexicon.class(&text[begin..repeat.span.end]).unwrap_or_default();
    lexicon.is_word(between) || !begins_word && !alone.starts_with(['c', 'd', 'p', 'r', 'u', 'm', 'q'])
}

/// Whether a word or a number follows byte `at`.
fn continues(text: &str, at: usize) -> bool {
    text[at..].starts_with(|c: char| is_han(c) || c.is_alphanumeric() || matches!(c, '“' | '《'))
}

/// Whether a text of three characters has two that are the same side by side, like a sound: 哗啦啦.
fn is_sound(words: &str) -> bool {
    let mut characters = words.chars();
    let characters = [characters.next(), characters.next(), characters.next(), characters.next()];
    characters[3].is_none() && (characters[0] == characters[1] || characters[1] == characters[2])
}

/// Whether two longer words meet, or words that belong to the copies, so that nothing is doubled: 农业大学|大学生,
/// 市人民政府|政府会议室.
fn meets_other_words(text: &str, repeat: &Repeat, lexicon: &Lexicon) -> bool {
    let ends_longer = ends_longer_word(text, repeat, lexicon);
    let begins_longer = begins_longer_word(text, repeat, lexicon);
    let Span { start, end } = repeat.span;
    let is_name = |word: Option<&str>| {
        let class = word.map(|word| lexicon.class(word).unwrap_or("n"));
        class.is_some_and(|class| class.starts_with(['n', 'j', 'm', 'b', 'l', 'i', 'a']) || class == "vn")
    };
    let before = han_before(text, start);
    let after = han_after(text, end);
    let follows_name = || is_name(lexicon.segment(before).last().map(|word| word.of(before)));
    let precedes_name = || is_name(lexicon.segment(after).first().map(|word| word.of(after)));
    ends_longer && (begins_longer || precedes_name())
        || begins_longer && follows_name()
        || has_word_at(text, repeat.second, lexicon)
}

/// The frequency from which on a verb belongs to the language of copy, which doubles only what is listed.
const LEAST_WRITTEN: u32 = 50;

/// How many Chinese characters around a repetition are divided into words.
const MOST_AROUND: usize = 4;

/// The Chinese characters before byte `at`.
fn han_before(text: &str, at: usize) -> &str {
    let characters = text[..at].char_indices().rev().take(MOST_AROUND).take_while(|(_, c)| is_han(*c));
    &text[characters.last().map_or(at, |(start, _)| start)..at]
}

/// The Chinese characters after byte `at`.
fn han_after(text: &str, at: usize) -> &str {
    let characters = text[at..].char_indices().take(MOST_AROUND).take_while(|(_, c)| is_han(*c));
    &text[at..characters.last().map_or(at, |(start, c)| at + start + c.len_utf8())]
}

/// Whether a longer word ends with the first copy.
fn ends_longer_word(text: &str, repeat: &Repeat, lexicon: &Lexicon) -> bool {
    let before = han_before(text, repeat.span.start);
    before.char_indices().any(|(at, _)| lexicon.is_word(&text[repeat.span.start - before.len() + at..repeat.second]))
}

/// Whether a longer word begins with the second copy. A set phrase of two words is none.
fn begins_longer_word(text: &str, repeat: &Repeat, lexicon: &Lexicon) -> bool {
    let end = repeat.span.end;
    let mut after = han_after(text, end).char_indices();
    let is_word = |text: &str| lexicon.class(text).is_some_and(|class| class != "i" || repeat.length > 2);
    after.any(|(at, c)| is_word(&text[repeat.second..end + at + c.len_utf8()]))
}

/// Whether a word contains what is before and after byte `border` of the text: 数字报|电子报|电子版.
fn has_word_at(text: &str, border: usize, lexicon: &Lexicon) -> bool {
    /// The minimum gain of a word across the border that shows that it is one.
    const LEAST_GAIN: f32 = 1.0;
    let (left, right) = (han_before(text, border), han_after(text, border));
    !left.is_empty() && !right.is_empty() && lexicon.gain_across(left, right) > LEAST_GAIN
}
