//! Wrong marks between the digits of a numeral.

use super::run::{Following, Gap, Run};
use super::{FaultyNumeral, Slip};

/// The numeral of a run without letters, if something is wrong between its digits.
pub(super) fn faulty(text: &str, run: &Run) -> Option<FaultyNumeral> {
    // 图9 40岁以下
    let follows_figure = run.gaps.contains(&Gap::Blank) && text[..run.span.start].ends_with(['图', '表']);
    if run.is_label(text) || follows_figure {
        return None;
    }
    let (slip, meant) = meant(text, run)?;
    Some(FaultyNumeral { span: run.span, slip, meant })
}

/// What is wrong between the digits, and what was meant. `None` if nothing is.
pub(super) fn meant(text: &str, run: &Run) -> Option<(Slip, Vec<String>)> {
    let following = run.following(text);
    let groups: Vec<&str> = run.groups.iter().map(String::as_str).collect();
    match (groups.as_slice(), run.gaps.as_slice()) {
        ([whole, tail], [gap]) => {
            let pair = Pair { whole, tail, following, opens_item: opens_item(text, run), rest: &text[run.span.end..] };
            pair.meant(*gap)
        }
        ([], _) | (_, []) => None,
        (groups, gaps) => grouped(groups, gaps, following),
    }
}

/// Whether a run opens a block or a line, where a number with 、 is the number of an item.
fn opens_item(text: &str, run: &Run) -> bool {
    text[..run.span.start].chars().next_back().is_none_or(|c| matches!(c, '\n' | '（' | '('))
}

/// Two groups of digits.
struct Pair<'r> {
    whole: &'r str,
    tail: &'r str,
    following: Following,
    opens_item: bool,
    /// The text after them.
    rest: &'r str,
}

impl Pair<'_> {
    /// What is wrong with the mark between the groups, and what was meant.
    fn meant(&self, gap: Gap) -> Option<(Slip, Vec<String>)> {
        let (whole, tail) = (self.whole, self.tail);
        let is_measure = self.following == Following::Measure;
        let is_counted = is_measure || self.following == Following::Count;
        // 2,023年
        let may_be_divided_year = self.following == Following::Year && gap != Gap::Blank && whole.len() < 4;
        // 20、30年 is two to three decades.
        let is_pair = gap == Gap::Pause && whole.len() == tail.len();
        if may_be_divided_year && !is_pair && is_recent_year(&self.joined()) {
            return Some((Slip::Form, vec![self.joined()]));
        }
        let may_be_grouped = tail.len() == 3 && whole.len() <= 3 && !whole.starts_with('0');
        if whole.len() > 1 && whole.starts_with('0') {
            return None;
        }
        match gap {
            Gap::Doubled => (is_measure || self.has_fraction_of_year()).then(|| (Slip::Point, vec![self.decimal()])),
            Gap::Comma if may_be_grouped => None,
            Gap::Comma if tail.len() <= 2 => self.decimal_slip(),
            Gap::Comma => (is_counted && !whole.starts_with('0') && whole.len() + tail.len() <= 9)
                .then(|| (Slip::Form, vec![grouped_digits(&self.joined()), self.joined()])),
            Gap::WideComma if may_be_grouped && is_counted => {
                Some((Slip::Grouping, self.grouped_or_decimal(format!("{whole},{tail}"))))
            }
            Gap::Stop if may_be_grouped && self.following == Following::Count => {
                Some((Slip::Grouping, vec![format!("{whole},{tail}"), self.joined()]))
            }
            // At the beginning of an item, 1．5 may be its number and a number.
            // 12．24日 is a date.
            Gap::WidePoint => (!self.opens_item && tail.len() <= 4 && !self.rest.starts_with(['日', '号', '月']))
                .then(|| (Slip::Point, vec![self.decimal()])),
            Gap::WideComma | Gap::Stop => self.decimal_slip(),
            Gap::Word => self.decimal_slip().filter(|_| !self.rest.starts_with('分')),
            Gap::Pause => (may_be_grouped && is_counted && !self.opens_item && !self.is_list())
                .then(|| (Slip::Grouping, vec![format!("{whole},{tail}"), self.joined()])),
            Gap::Blank => self.blank_slip(may_be_grouped && is_counted),
            Gap::Point | Gap::Other => None,
        }
    }

    /// A mark in place of the decimal point, if a number with a fraction can stand here. Four digits may be a year.
    fn decimal_slip(&self) -> Option<(Slip, Vec<String>)> {
        let is_decimal = self.following == Following::Measure && !self.is_year() || self.has_fraction_of_year();
        (is_decimal && self.tail.len() <= 4).then(|| (Slip::Point, vec![self.decimal()]))
    }

    /// A blank that is in a number, not between two numbers.
    fn blank_slip(&self, may_be_grouped: bool) -> Option<(Slip, Vec<String>)> {
        // 990 5G is two names.
        if self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        if self.following == Following::Year {
            return is_recent_year(&self.joined()).then(|| (Slip::Blank, vec![self.joined()]));
        }
        let whole = self.whole;
        let meant = if may_be_grouped {
            vec![self.joined(), format!("{whole},{}", self.tail)]
        } else if self.is_year() || self.tail.len() > 3 {
            return None;
        } else if self.following == Following::Measure && self.tail.len() <= 2 && whole.len() <= 3 {
            let mut meant = vec![self.decimal(), self.joined()];
            meant.truncate(if whole == "0" { 1 } else { 2 });
            meant
        } else if self.following == Following::Count && self.whole.len() + self.tail.len() >= 4 {
            vec![self.joined()]
        } else {
            return None;
        };
        Some((Slip::Blank, meant))
    }

    /// The number with a comma, and the number with a point. Three decimals are rare, and none ends in 0; but percentages
    /// are not in the thousands.
    fn grouped_or_decimal(&self, grouped: String) -> Vec<String> {
        match self.following {
            Following::Measure => vec![grouped, self.decimal()],
            _ => vec![grouped, self.joined()],
        }
    }

    fn decimal(&self) -> String {
        format!("{}.{}", self.whole, self.tail)
    }

    fn joined(&self) -> String {
        format!("{}{}", self.whole, self.tail)
    }

    /// 1.5年: a few years and a fraction, not a year.
    fn has_fraction_of_year(&self) -> bool {
        self.following == Following::Year && self.whole.len() <= 2 && self.tail.len() == 1
    }

    /// Whether the first group is a year.
    fn is_year(&self) -> bool {
        is_recent_year(self.whole)
    }

    /// Whether both groups are round numbers of similar size (50、100元 is a list), or the second says what the first left
    /// out (3、400单 is three to four hundred).
    fn is_list(&self) -> bool {
        let (Ok(first), Ok(second)) = (self.whole.parse::<u32>(), self.tail.parse::<u32>()) else { return false };
        let is_similar = !self.tail.starts_with('0') && first % 5 == 0 && second % 5 == 0 && second <= 10 * first;
        is_similar || second == (first + 1) * 100
    }
}

/// Whether `digits` are a year of the last or of this century.
pub(super) fn is_recent_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// Three or more groups of digits.
fn grouped(groups: &[&str], gaps: &[Gap], following: Following) -> Option<(Slip, Vec<String>)> {
    let is_counted = matches!(following, Following::Count | Following::Measure);
    // The fraction after the last mark, if it is a point.
    let is_fraction = |gap: &Gap| matches!(gap, Gap::Point | Gap::WidePoint | Gap::Stop);
    let (whole, separators, fraction) = match (groups, gaps) {
        ([whole @ .., fraction], [separators @ .., last]) if is_fraction(last) => (whole, separators, Some(fraction)),
        _ => (groups, gaps, None),
    };
    let (first, others) = whole.split_first()?;
    if !separators.iter().all(|gap| matches!(gap, Gap::Comma | Gap::WideComma | Gap::Blank)) {
        return None;
    }
    let starts_well = first.len() <= 3 && !first.starts_with('0');
    let are_threes = others.iter().all(|group| group.len() == 3);
    let with_fraction = |whole: String| fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}"));
    let last_is_right = fraction.is_none() || gaps.last() == Some(&Gap::Point);
    let is_uniform = |gap: Gap| separators.iter().all(|other| *other == gap);
    if starts_well && are_threes {
        // A blank between all groups is a form of its own.
        let is_right = last_is_right && (is_uniform(Gap::Comma) || is_uniform(Gap::Blank));
        let slip = if is_uniform(Gap::Comma) { Slip::Point } else { Slip::Grouping };
        let commas = with_fraction(whole.join(","));
        return (!is_right && is_counted).then(|| (slip, vec![commas]));
    }
    let has_wrong_group = starts_well && others.last()?.len() == 3 && is_uniform(Gap::Comma) && last_is_right;
    let digits: String = whole.concat();
    (has_wrong_group && digits.len() <= 12)
        .then(|| (Slip::Form, vec![with_fraction(grouped_digits(&digits)), with_fraction(digits)]))
}

/// The digits in groups of three, with commas between.
fn grouped_digits(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
