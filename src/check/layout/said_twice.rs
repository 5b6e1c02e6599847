//! `said-twice`: the speaker of a quotation named before it and behind it: 他说：“……”他说。

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::Span;

/// Looks for speakers that are named before and behind what they say.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaidTwice {
    /// The verbs of saying with the mark behind them; see [`CueList`].
    pub cue: CueList,
    /// The verbs of saying: 说
    verbs: WordList,
}

impl OptionsOnly for SaidTwice {}

/// The maximum number of characters of a speaker's name.
const LONGEST_NAME: usize = 12;
/// The maximum number of characters of a quotation.
const LONGEST: usize = 400;

impl ArticleCheck for SaidTwice {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let hit = |it: &CharOccurrence| self.hit_at(article, it.block as usize, it.at as usize);
        occurrences.iter().filter_map(hit).collect()
    }
}

impl SaidTwice {
    /// The hit for a speaker who is named behind a quotation, before the verb whose last character is at byte `at`.
    fn hit_at(&self, article: &Article, block: usize, at: usize) -> Option<Hit> {
        let text = article.text(block);
        let end = at + text[at..].chars().next()?.len_utf8();
        let head = &text[..end];
        let verb = self.verbs.ending(head)?;
        let name_end = end - verb.len();
        let near = head[..name_end].char_indices().rev().take(LONGEST_NAME + 1);
        let (close, mark) = near.take_while(|(_, c)| !"，。、：；“".contains(*c)).find(|(_, c)| *c == '”')?;
        let name = &head[close + mark.len_utf8()..name_end];
        name.chars().nth(1)?;
        let quotation = head[..close].char_indices().rev().take(LONGEST);
        let mut depth = 0usize;
        let (open, _) = quotation.into_iter().find(|(_, c)| {
            depth += usize::from(*c == '”');
            let is_open = *c == '“' && depth == 0;
            depth = depth.saturating_sub(usize::from(*c == '“'));
            is_open
        })?;
        let before = head[..open].strip_suffix(['：', '，'])?;
        let before = before.strip_suffix(self.verbs.ending(before)?)?;
        before.ends_with(name).then(|| {
            let mut hit = Hit::new(block, Span::new(close + mark.len_utf8(), end), Vec::new());
            hit.related.push((block, Span::new(before.len() - name.len(), open), "前面已经说过是谁说的。".to_owned()));
            hit
        })
    }
}
