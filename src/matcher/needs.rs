//! What a match cannot do without, wherever in it that stands: most blocks lack it, and then no attempt need begin.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::char_set::CharSet;

/// So many sets of a pattern are kept, the rarest.
const MOST: usize = 2;

/// A set that is found in more of a hundred paragraphs tells too little.
const COMMONEST: usize = 40;

/// Characters of which each stands in more than ten, and in five to ten, of a hundred paragraphs of news.
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

/// In how many of a hundred paragraphs, about, the character stands.
fn share(c: char) -> usize {
    match c {
        '，' | '。' | '、' | '0'..='9' => 50,
        _ => COMMON.iter().find(|(characters, _)| characters.contains(c)).map_or(1, |(_, share)| *share),
    }
}

/// In how many of a hundred paragraphs, about, one of the characters stands; `None`: too many.
fn commonness(set: &CharSet) -> Option<usize> {
    let sum = set.chars_up_to(COMMONEST)?.into_iter().map(share).sum();
    (sum <= COMMONEST).then_some(sum)
}

/// The rarest sets of characters of each of which a match of `parts`, one behind the other, has one.
pub(super) fn of(parts: [&Hir; 3]) -> Vec<CharSet> {
    let mut sets: Vec<(usize, CharSet)> = parts.into_iter().flat_map(needed).collect();
    sets.sort_by_key(|(commonness, _)| *commonness);
    sets.dedup();
    sets.into_iter().take(MOST).map(|(_, set)| set).collect()
}

/// Sets of characters of each of which every match of `hir` has one, with how common they are.
fn needed(hir: &Hir) -> Vec<(usize, CharSet)> {
    let known = |set: CharSet| commonness(&set).map(|commonness| (commonness, set));
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Vec::new(),
        HirKind::Literal(literal) => {
            let text = str::from_utf8(&literal.0).unwrap_or_default();
            text.chars().filter_map(|c| known(CharSet::single(c))).collect()
        }
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges().iter().map(|range| (range.start(), range.end())).collect();
            known(CharSet::new(ranges)).into_iter().collect()
        }
        HirKind::Class(Class::Bytes(_)) => Vec::new(),
        HirKind::Repetition(repetition) if repetition.min == 0 => Vec::new(),
        HirKind::Repetition(repetition) => needed(&repetition.sub),
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(needed).collect(),
        HirKind::Alternation(ways) => {
            let rarest = |way| needed(way).into_iter().min_by_key(|(commonness, _)| *commonness).map(|(_, set)| set);
            let all: Option<Vec<CharSet>> = ways.iter().map(rarest).collect();
            let any = all.map(|sets| sets.iter().fold(CharSet::default(), |any, set| any.union(set)));
            any.and_then(known).into_iter().collect()
        }
    }
}
