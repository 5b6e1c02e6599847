//! Derives the characters that every match of a pattern must contain. Most blocks lack them, and then no attempt is
//! necessary.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::char_set::CharSet;

/// The number of sets to keep per pattern. The rarest sets are kept.
const MAX_SETS: usize = 2;

/// The limit on the frequency of a set, in percent of paragraphs. A set that occurs in more paragraphs excludes too few.
const MAX_FREQUENCY: usize = 40;

/// Common characters with their estimated frequency in news text, in percent of paragraphs: first the characters that
/// occur in more than 10 percent of paragraphs, then those that occur in 5 to 10 percent.
const COMMON: [(&str, usize); 2] = [
    (
        "的国中在发人大和全一日新会年动进展地行出平作为“”加成等近同家以主部高建化开月力今业总天实上了民方多重对合强持体推工要时\
         来习个生有共表关长现设区前面产务政代示经提是将不机量能续到领统各我通目员理入系定增）（好十深保美际度期联次正向议与制",
        15,
    ),
    (
        "公市分用过下道交万运央于举利式场党当记指基心第文内调自快战安军特布色造两点事施导活外称北治创局海更济斯社质数水明程席域坚书学步\
         项立已间流西这达路委计升南应三资本组首台科带法从性据最就题报信技亿电相规元界支比列门》《至打广超后世精并四引源及二改标得取企届\
         任克者集问位完协击品义结稳供断华放级服京东护起团防构受们线决球五其里解之物意落空求江情研金态院装小着积节势俄效接众亚略育",
        7,
    ),
];

/// Estimates in what percentage of paragraphs `c` occurs.
fn char_frequency(c: char) -> usize {
    match c {
        '，' | '。' | '、' | '0'..='9' => 50,
        _ => COMMON.iter().find(|(characters, _)| characters.contains(c)).map_or(1, |(_, frequency)| *frequency),
    }
}

/// Estimates in what percentage of paragraphs a character of `set` occurs. Returns `None` above [`MAX_FREQUENCY`].
fn set_frequency(set: &CharSet) -> Option<usize> {
    // Each character counts at least 1, so a larger set exceeds the limit anyway.
    let sum = set.chars_up_to(MAX_FREQUENCY)?.into_iter().map(char_frequency).sum();
    (sum <= MAX_FREQUENCY).then_some(sum)
}

/// Returns the rarest required sets of the concatenation of `parts`: every match contains at least one character of
/// each set.
pub(super) fn required_sets(parts: [&Hir; 3]) -> Vec<CharSet> {
    let mut sets: Vec<(usize, CharSet)> = parts.into_iter().flat_map(all_required_sets).collect();
    sets.sort_by_key(|(frequency, _)| *frequency);
    sets.dedup();
    sets.into_iter().take(MAX_SETS).map(|(_, set)| set).collect()
}

/// Returns all required sets of `hir`, each with its estimated frequency. Sets that are too common are left out.
fn all_required_sets(hir: &Hir) -> Vec<(usize, CharSet)> {
    let with_frequency = |set: CharSet| set_frequency(&set).map(|frequency| (frequency, set));
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Vec::new(),
        HirKind::Literal(literal) => {
            let text = str::from_utf8(&literal.0).unwrap_or_default();
            text.chars().filter_map(|c| with_frequency(CharSet::single(c))).collect()
        }
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges().iter().map(|range| (range.start(), range.end())).collect();
            with_frequency(CharSet::new(ranges)).into_iter().collect()
        }
        HirKind::Class(Class::Bytes(_)) => Vec::new(),
        HirKind::Repetition(repetition) if repetition.min == 0 => Vec::new(),
        HirKind::Repetition(repetition) => all_required_sets(&repetition.sub),
        HirKind::Capture(capture) => all_required_sets(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(all_required_sets).collect(),
        HirKind::Alternation(alternatives) => {
            let rarest = |hir| all_required_sets(hir).into_iter().min_by_key(|(frequency, _)| *frequency);
            let sets: Option<Vec<(usize, CharSet)>> = alternatives.iter().map(rarest).collect();
            let union = sets.map(|sets| sets.iter().fold(CharSet::default(), |union, (_, set)| union.union(set)));
            union.and_then(with_frequency).into_iter().collect()
        }
    }
}
