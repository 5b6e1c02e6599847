//! Leaves the paper's own words alone: what would change one of them, or cuts one, is no finding. Only the rules about the
//! paper's lists judge these words themselves.

use super::Engine;
use crate::check::Hit;
use crate::finding::FixSafety;
use crate::house::left_of;
use crate::text::Span;

/// Where right forms are in the block of the last hit.
#[derive(Debug, Default)]
pub struct RightForms {
    /// The block; `None` before the first hit.
    block: Option<usize>,
    places: Vec<Span>,
}

impl RightForms {
    /// Returns what is left of a hit of the rule with this index in a block with that text. The blocks of one value are
    /// those of one draft.
    pub fn leave(&mut self, engine: &Engine, rule: usize, text: &str, mut hit: Hit) -> Option<Hit> {
        let Some(house) = engine.house.as_deref() else { return Some(hit) };
        if engine.rules.rules[rule].check.judges_lists() || text.get(hit.span.range()).is_none() {
            return Some(hit);
        }
        if self.block != Some(hit.block) {
            self.block = Some(hit.block);
            self.places = house.right_forms(text);
        }
        let left = left_of(text, hit.span, &hit.to, &self.places)?;
        if left.len() < hit.to.len() {
            // What the check holds for the best is not left.
            let is_best_left = left.first() == Some(&0);
            hit.to = left.into_iter().map(|index| hit.to[index].clone()).collect::<Vec<_>>().into();
            hit.at_most = if is_best_left { hit.at_most } else { hit.at_most.max(FixSafety::Suggested) };
        }
        Some(hit)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::builtin;
    use crate::draft::{Draft, Format};
    use crate::house::{House, ListKind, Vocabulary};

    #[test]
    fn no_table_of_wrong_words_touches_a_declared_word() {
        let rules = builtin::rules();
        let claims = rules.rules.iter().flat_map(|rule| rule.check.claims()).filter(|claim| claim.becomes.is_some());
        let words: Vec<&str> = claims.map(|claim| claim.text).filter(|text| text.chars().nth(1).is_some()).collect();
        let text: String = words.iter().map(|word| format!("有人写{word}，也行。\n\n")).collect();
        let draft = Draft::open(text.into(), Format::Plain).unwrap();
        let (list, _) = Vocabulary::prepare("words.txt", &words.join("\n"), ListKind::Words);
        let house = Arc::new(House::new(vec![Arc::new(list)]));
        let plain = Engine::new(builtin::rules());
        let before = plain.check(&draft);
        let after = Engine::new(builtin::rules()).with_house(Some(house)).check(&draft);
        let touched: Vec<&str> =
            after.iter().map(|it| it.span.of(draft.text())).filter(|it| words.contains(it)).collect();
        assert!(before.len() > 1000 && touched.is_empty(), "{} {touched:?}", before.len());
    }

    #[test]
    fn a_mark_beside_a_declared_word_is_still_corrected() {
        let draft = Draft::open("他说江城,我的家在江城,很远。".into(), Format::Plain).unwrap();
        let (list, _) = Vocabulary::prepare("words.txt", "江城,我的家", ListKind::Words);
        let house = Arc::new(House::new(vec![Arc::new(list)]));
        let found = Engine::new(builtin::rules()).with_house(Some(house)).check(&draft);
        let places: Vec<usize> = found.iter().map(|it| it.span.start).collect();
        assert_eq!(places, [draft.text().rfind(',').unwrap()]);
    }
}
