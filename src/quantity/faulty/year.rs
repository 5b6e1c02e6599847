//! Years with a digit too many or too few, and years far in the future.

use super::marks::is_recent_year;
use super::run::HANZI;
use super::{FaultyNumeral, Slip};
use crate::text::Span;

/// The words before a number of years that is a length of time.
const BEFORE_DURATION: [&str; 16] =
    ["前", "历时", "历经", "经历", "约", "近", "超", "超过", "逾", "长达", "达", "共", "过去", "第", "有", "前后"];

/// The words near a year that is counted in another way, or that lies in antiquity.
const ERAS: [&str; 6] = ["公元", "距今", "民国", "佛历", "伊历", "回历"];

/// What follows 年 only in a date.
const AFTER_YEAR: [&str; 15] = [
    "底",
    "年底",
    "年初",
    "以来",
    "初",
    "春",
    "夏季",
    "秋",
    "冬",
    "全年",
    "上半年",
    "下半年",
    "第一季度",
    "一季度",
    "度",
];

/// How many characters before the numeral a word of [`BEFORE_DURATION`] or [`ERAS`] may begin.
const REACH: usize = 4;

/// The number before 年 at byte `at`, if it cannot be a year but is used as one.
pub(super) fn faulty(text: &str, at: usize) -> Option<FaultyNumeral> {
    let head = &text[..at];
    if is_plain_year(head) {
        return None;
    }
    let is_hanzi = !head.ends_with(|c: char| c.is_ascii_digit());
    let is_digit = |c: &char| if is_hanzi { HANZI.contains(*c) } else { c.is_ascii_digit() };
    let length: usize = head.chars().rev().take(7).take_while(is_digit).map(char::len_utf8).sum();
    let start = at - length;
    let written = &text[start..at];
    let digits: String = if is_hanzi { written.chars().filter_map(arabic).collect() } else { written.to_owned() };
    if !(3..=5).contains(&digits.len()) || is_recent_year(&digits) {
        return None;
    }
    let before = text[..start].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() && !crate::text::is_han(c) || ".,·十百千万亿几两多余".contains(c))
    {
        return None;
    }
    let near: String = text[..start].chars().rev().take(REACH).collect::<Vec<_>>().into_iter().rev().collect();
    let rest = &text[at + '年'.len_utf8()..];
    let is_dated = starts_month(rest) || AFTER_YEAR.iter().any(|word| rest.starts_with(word));
    let counts_years = !is_dated && BEFORE_DURATION.iter().any(|word| near.ends_with(word))
        || digits.len() == 3
            && rest.starts_with("以来")
            && !near.ends_with(['自', '从'])
            && (digits.ends_with('0') || !starts_recently(&digits));
    if counts_years || ERAS.iter().any(|era| near.contains(era)) {
        return None;
    }
    let candidates = candidates(&digits);
    let known = years_of(text, &candidates);
    let is_wrong = match digits.len() {
        5 => (is_dated || !digits.ends_with("00")) && !candidates.is_empty() && !precedes_present(rest),
        4 => digits.as_str() >= "2100" && (is_dated || !digits.ends_with('0') && !known.is_empty()),
        _ => !candidates.is_empty() && !is_span(rest) && (is_dated || !known.is_empty() && rest.starts_with('，')),
    };
    if !is_wrong || is_hanzi && digits.len() == 3 && !starts_month(rest) {
        return None;
    }
    let typed_twice = digits.len() == 5 && candidates.first().is_some_and(|year| is_typed_twice(&digits, year));
    let meant = match known.as_slice() {
        [] => certain(&digits, candidates),
        _ if typed_twice && !known.contains(&candidates[0]) => candidates.into_iter().take(1).chain(known).collect(),
        _ => known,
    };
    let written_as = |year: String| if is_hanzi { year.chars().filter_map(hanzi).collect() } else { year };
    let meant = meant.into_iter().map(written_as).collect();
    Some(FaultyNumeral { span: Span::new(start, at), slip: Slip::Year, meant })
}

/// Whether `digits` begin like a year of the last or of this century.
fn starts_recently(digits: &str) -> bool {
    digits.starts_with("19") || digits.starts_with("20")
}

/// Whether `head` ends with a year of four Arabic digits, as nearly all do that stand before 年.
fn is_plain_year(head: &str) -> bool {
    let [.., before, first, second, b'0'..=b'9', b'0'..=b'9'] = head.as_bytes() else { return false };
    !before.is_ascii_digit() && matches!((first, second), (b'1', b'9') | (b'2', b'0'))
}

/// Whether what follows 年 says that it is a length of time.
fn is_span(rest: &str) -> bool {
    ["间", "后", "的", "来", "里"].iter().any(|word| rest.starts_with(word)) || precedes_present(rest)
}

/// Whether what follows 年 counts years back from the present. In 前三季度, 前 begins another word.
fn precedes_present(rest: &str) -> bool {
    let rest = rest.strip_prefix(['多', '余', '来']).unwrap_or(rest);
    ["以前", "之前", "左右", "历史", "以上"].iter().any(|word| rest.starts_with(word))
        || rest.strip_prefix('前').is_some_and(|rest| !rest.starts_with(['三', '两', '十', '1', '2', '3']))
}

/// Whether `rest` begins with a month, or a range of months.
fn starts_month(rest: &str) -> bool {
    let is_month = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十—至到".contains(*c);
    let digits = rest.chars().take_while(is_month);
    let length: usize = digits.map(char::len_utf8).sum();
    length > 0 && rest[length..].starts_with('月')
}

/// The years of the last and of this century that differ from `digits` by one slip: a digit too many, one too few, or two
/// neighbours swapped.
fn candidates(digits: &str) -> Vec<String> {
    let mut years = Vec::new();
    let mut add = |year: String| {
        if is_recent_year(&year) && !years.contains(&year) {
            years.push(year);
        }
    };
    let chars: Vec<char> = digits.chars().collect();
    match chars.len() {
        5 => {
            // A digit typed twice comes first.
            let is_doubled = |at: &usize| chars.get(at + 1) == Some(&chars[*at]);
            let order = (0..5).filter(is_doubled).chain((0..5).filter(|at| !is_doubled(at)));
            order.for_each(|at| {
                add(chars.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, c)| *c).collect())
            });
        }
        4 => (0..3).for_each(|at| {
            let mut swapped = chars.clone();
            swapped.swap(at, at + 1);
            add(swapped.into_iter().collect());
        }),
        _ => (0..=3).for_each(|at| {
            for digit in '0'..='9' {
                let mut longer = chars.clone();
                longer.insert(at, digit);
                add(longer.into_iter().collect());
            }
        }),
    }
    years
}

/// The years of `candidates` that are written in `text`.
fn years_of(text: &str, candidates: &[String]) -> Vec<String> {
    candidates.iter().filter(|year| text.contains(&format!("{year}年"))).cloned().collect()
}

/// Whether `digits` are those of `year` with one of them typed twice.
fn is_typed_twice(digits: &str, year: &str) -> bool {
    let same = digits.bytes().zip(year.bytes()).take_while(|(written, meant)| written == meant).count();
    same > 0 && digits.as_bytes()[same - 1] == digits.as_bytes()[same]
}

/// The candidates if the first of them is clearly the best.
fn certain(digits: &str, candidates: Vec<String>) -> Vec<String> {
    let bytes = digits.as_bytes();
    let has_doubled = bytes.len() == 5 && bytes.windows(2).any(|two| two[0] == two[1]);
    if has_doubled || candidates.len() == 1 { candidates } else { Vec::new() }
}

/// The Arabic digit for a character.
fn arabic(c: char) -> Option<char> {
    match c {
        '○' | '零' => Some('0'),
        _ => char::from_digit("〇一二三四五六七八九".chars().position(|other| other == c)? as u32, 10),
    }
}

/// The character for an Arabic digit.
fn hanzi(c: char) -> Option<char> {
    "〇一二三四五六七八九".chars().nth(c.to_digit(10)? as usize)
}
