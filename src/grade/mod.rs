//! The rate of errors (差错率) of a newspaper, by the weights in `rules/grade.toml`: what is counted as which kind, what
//! counts once, how characters are counted.

mod faults;

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::block::Block;
use crate::error::{Error, ErrorKind, Result};
use crate::rule::TomlFile;
use crate::text::width;

pub use faults::{Bounds, Fault, Faults};

/// The weights that the program brings.
const BUILT_IN: &str = include_str!("../../rules/grade.toml");

/// What is counted, and with which weight.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Weights {
    /// The regulation.
    pub title: String,
    /// The most errors for every ten thousand characters with which a paper passes.
    pub limit: Decimal,
    heading_factor: Decimal,
    characters: CharacterWeights,
    kind: Vec<Kind>,
}

/// How characters are counted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CharacterWeights {
    full: Decimal,
    half: Decimal,
    foreign_surcharge: Decimal,
    #[serde(rename = "basis")]
    _basis: String,
}

/// A kind of errors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Kind {
    name: String,
    title: String,
    /// Ids of rules, or families.
    rules: Vec<String>,
    weight: Decimal,
    /// Weights of errors of at most so many characters; longer ones have `weight`.
    #[serde(default)]
    by_length: Vec<(usize, Decimal)>,
    /// How many times the same error counts.
    repeat: Option<usize>,
    /// The most that the kind counts.
    cap: Option<Decimal>,
    /// Whether an error in a headline counts more.
    #[serde(default)]
    heading: bool,
    basis: String,
}

/// The rate of errors of one or more drafts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grade {
    /// How many characters were checked.
    pub characters: Decimal,
    /// What each kind of errors counts, in the order of the weights.
    pub kinds: Vec<KindGrade>,
    /// The sum.
    pub points: Decimal,
    /// The sum for every ten thousand characters, to one decimal place.
    pub rate: Decimal,
    /// Whether the rate is within the limit.
    pub passes: bool,
}

/// What one kind of errors counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KindGrade {
    pub name: String,
    pub title: String,
    /// How many errors there are, before it is considered which of them count.
    pub errors: usize,
    pub points: Decimal,
    /// Whether some of them do not count, or not fully.
    pub is_limited: bool,
    pub basis: String,
}

impl Weights {
    /// Returns the weights that the program brings.
    pub fn built_in() -> Weights {
        Weights::parse("grade.toml", BUILT_IN).expect("the built-in weights are valid")
    }

    /// Reads weights.
    ///
    /// # Errors
    /// The file is not valid. The error has a line and a column.
    pub fn parse(path: &str, text: &str) -> Result<Weights> {
        let file = TomlFile::new(path, text);
        let weights: Weights = file.parse()?;
        if weights.kind.is_empty() {
            let error = Error::new("没有写一种差错。").help("至少要有一个 [[kind]]。");
            return Err(error.in_file(path).of_kind(ErrorKind::InvalidFile));
        }
        Ok(weights)
    }

    /// Returns how many characters a text counts.
    pub fn count(&self, text: &str) -> Decimal {
        let CharacterWeights { full, half, foreign_surcharge, .. } = &self.characters;
        let mut counts = [0_u64; 3];
        for c in text.chars().filter(|c| !c.is_whitespace() && !c.is_control()) {
            let is_half = c.is_ascii() || width(c.encode_utf8(&mut [0; 4])) < 2;
            counts[match (is_half, c.is_alphabetic()) {
                (false, _) => 0,
                (true, false) => 1,
                (true, true) => 2,
            }] += 1;
        }
        let [wide, narrow, foreign] = counts.map(Decimal::from);
        wide * full + narrow * half + foreign * half * (Decimal::ONE + foreign_surcharge)
    }

    /// Returns how many characters the prose of a draft counts.
    pub fn count_blocks(&self, text: &str, blocks: &[Block]) -> Decimal {
        blocks.iter().map(|block| self.count(block.text(text))).sum()
    }

    /// Returns the rate of errors in so many characters.
    pub fn grade(&self, faults: &[Fault], characters: Decimal) -> Grade {
        let mut by_kind: BTreeMap<usize, Vec<&Fault>> = BTreeMap::new();
        for fault in faults {
            by_kind.entry(self.kind_of(&fault.rule)).or_default().push(fault);
        }
        let kinds: Vec<KindGrade> =
            by_kind.into_iter().map(|(kind, faults)| self.kind[kind].grade(&faults, self.heading_factor)).collect();
        let points: Decimal = kinds.iter().map(|kind| kind.points).sum();
        let rate = if characters.is_zero() { Decimal::ZERO } else { points * Decimal::from(10_000) / characters };
        Grade { characters, kinds, points, rate: rate.round_dp(1), passes: rate <= self.limit }
    }

    /// Returns the index of the kind of errors that a rule finds: the one that names the rule, or else its family.
    fn kind_of(&self, rule: &str) -> usize {
        let family = rule.split('/').next().unwrap_or_default();
        let naming = |name: &str| self.kind.iter().position(|kind| kind.rules.iter().any(|known| known == name));
        naming(rule).or_else(|| naming(family)).unwrap_or(self.kind.len() - 1)
    }
}

impl Kind {
    fn grade(&self, faults: &[&Fault], heading_factor: Decimal) -> KindGrade {
        let mut seen: HashMap<(&str, &str, Option<&str>), usize> = HashMap::new();
        let mut points = Decimal::ZERO;
        let mut is_limited = false;
        for fault in faults {
            let times = seen.entry((&fault.rule, &fault.before, fault.after.as_deref())).or_default();
            *times += 1;
            if self.repeat.is_some_and(|repeat| *times > repeat) {
                is_limited = true;
                continue;
            }
            let factor = if self.heading && fault.is_heading { heading_factor } else { Decimal::ONE };
            points += self.weight_of(fault) * factor;
        }
        if let Some(cap) = self.cap.filter(|cap| points > *cap) {
            points = cap;
            is_limited = true;
        }
        KindGrade {
            name: self.name.clone(),
            title: self.title.clone(),
            errors: faults.len(),
            points,
            is_limited,
            basis: self.basis.clone(),
        }
    }

    /// Returns the weight of an error: that of as many characters as are wrong, missing or too many.
    fn weight_of(&self, fault: &Fault) -> Decimal {
        let length = fault.wrong_characters();
        let fitting = self.by_length.iter().find(|(most, _)| length <= *most);
        fitting.map_or(self.weight, |(_, weight)| *weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(rule: &str, before: &str, after: &str, is_heading: bool) -> Fault {
        Fault { rule: rule.into(), before: before.into(), after: Some(after.into()), is_heading }
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// Returns the points of these faults in 10,000 characters, which are also the rate.
    fn points(faults: &[Fault]) -> Decimal {
        let grade = Weights::built_in().grade(faults, decimal("10000"));
        assert_eq!(grade.points.round_dp(1), grade.rate);
        grade.points
    }

    #[test]
    fn text_errors_count_by_their_length() {
        for (before, after, expected) in [
            ("既使", "即使", "1"),
            ("工做报告", "工作报告", "1"),
            ("按步就搬", "按部就班", "2"),
            ("", "的", "1"),
            ("一二三四五六", "七八九十百千", "4"),
            ("一二三四五", "七八九十百", "2"),
        ] {
            assert_eq!(points(&[fault("typo/x", before, after, false)]), decimal(expected), "{before}");
        }
    }

    #[test]
    fn an_error_in_a_headline_counts_twice_unless_it_is_punctuation() {
        assert_eq!(points(&[fault("typo/x", "既使", "即使", true)]), decimal("2"));
        assert_eq!(points(&[fault("punctuation/doubled-point", "，，", "，", true)]), decimal("0.1"));
    }

    #[test]
    fn the_same_text_error_counts_three_times_at_most() {
        let same = vec![fault("typo/x", "既使", "即使", false); 5];
        assert_eq!(points(&same), decimal("3"));
        let other = fault("typo/x", "帐号", "账号", false);
        assert_eq!(points(&[same, vec![other]].concat()), decimal("4"));
    }

    #[test]
    fn what_was_corrected_by_hand_counts_by_what_was_changed() {
        for (before, after, expected) in [
            ("既使", "即使", "1"),
            ("", "的", "1"),
            ("按步就搬", "按部就班", "2"),
            ("江城", "江城举办的书展", "2"),
            ("，", "。", "0.1"),
            ("", "”", "0.1"),
            ("他来 了", "他来了", "0.1"),
            ("39", "3900", "1"),
            ("3", "三", "1"),
        ] {
            assert_eq!(points(&[Fault::by_hand(before, after, false)]), decimal(expected), "{before}→{after}");
        }
        assert_eq!(points(&[Fault::by_hand("既使", "即使", true)]), decimal("2"));
        assert_eq!(points(&vec![Fault::by_hand("既", "即", false); 5]), decimal("3"));
    }

    #[test]
    fn numerals_are_capped_and_half_width_marks_count_once() {
        let numerals = vec![fault("number/hanzi-percent", "百分之3", "3%", false); 25];
        assert_eq!(points(&numerals), decimal("1"));
        assert_eq!(points(&numerals[..4]), decimal("0.4"));
        let commas = vec![fault("punctuation/halfwidth-comma", ",", "，", false); 289];
        assert_eq!(points(&commas), decimal("0.1"));
    }

    /// The example of the regulation's annex: two errors in twenty thousand characters are one in ten thousand.
    #[test]
    fn the_rate_is_errors_by_characters() {
        let faults = [fault("typo/x", "既使", "即使", false), fault("typo/x", "帐号", "账号", false)];
        let grade = Weights::built_in().grade(&faults, decimal("20000"));
        assert_eq!((grade.rate, grade.passes), (decimal("1"), true));
        let grade = Weights::built_in().grade(&faults, decimal("6000"));
        assert_eq!((grade.rate, grade.passes), (decimal("3.3"), false));
        assert_eq!(Weights::built_in().grade(&faults, Decimal::ZERO).rate, Decimal::ZERO);
    }

    /// A page of 6,150 characters, worked by hand: 9 different text errors of one character (9), one more in a headline
    /// (2), 3 contradictions (3), 2 numerals (0.2), 5 marks (0.5), 289 half-width marks (0.1): 14.8.
    #[test]
    fn a_page_worked_by_hand() {
        let mut faults: Vec<Fault> =
            (0..9).map(|n| fault("typo/x", &format!("甲{n}"), &format!("乙{n}"), false)).collect();
        faults.push(fault("typo/x", "丙", "丁", true));
        faults.extend((0..3).map(|n| fault("fact/sum", &n.to_string(), "", false)));
        faults.extend(vec![fault("number/hanzi-percent", "百分之3", "3%", false); 2]);
        faults.extend(vec![fault("punctuation/doubled-point", "，，", "，", false); 5]);
        faults.extend(vec![fault("punctuation/halfwidth-comma", ",", "，", false); 289]);
        let grade = Weights::built_in().grade(&faults, decimal("6150"));
        assert_eq!((grade.points, grade.rate), (decimal("14.8"), decimal("24.1")));
    }

    #[test]
    fn counts_characters_by_the_room_they_take() {
        let weights = Weights::built_in();
        for (text, expected) in [("江城，好。", "5"), ("2023年", "3"), ("甲 乙\n丙", "3"), ("GDP", "1.95"), ("", "0")]
        {
            assert_eq!(weights.count(text), decimal(expected), "{text}");
        }
    }

    #[test]
    fn every_kind_names_its_basis_and_every_rule_has_a_kind() {
        let weights = Weights::built_in();
        assert!(weights.kind.iter().all(|kind| kind.basis.contains("附件") || kind.basis.contains("待核")));
        let rules = crate::builtin::rules();
        for kind in &weights.kind {
            for name in &kind.rules {
                assert!(rules.check_name(name).is_ok() || name.starts_with("by-hand"), "{name}");
            }
        }
        for (family, _) in crate::rule::FAMILIES {
            assert!(weights.kind.iter().any(|kind| kind.rules.iter().any(|name| name == family)), "{family}");
        }
    }

    #[test]
    fn errors_in_own_weights_have_a_place() {
        let error = Weights::parse("本报.toml", "title = 'x'\nlimit = 'y'\n").unwrap_err().to_string();
        assert!(error.starts_with("本报.toml:2:"), "{error}");
    }
}
