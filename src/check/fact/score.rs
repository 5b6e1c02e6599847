//! `score`: a score whose winner has the smaller number: 以72比74战胜对手, 以3∶1不敌对手.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::options::{CueList, WordList};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::{Span, is_numeral, numeral_value};

/// Compares scores with the verbs that tell who has won.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// The signs of scores, each after a numeral; see [`CueList`].
    pub cue: CueList,
    /// The signs between the two numbers of a score: 比 ∶
    signs: WordList,
    /// Verbs of winning: 战胜
    win: WordList,
    /// Verbs of losing: 不敌
    lose: WordList,
    /// Words that begin like one of these verbs and mean something else: 胜率
    except: WordList,
    /// Words that may stand between a score and the verb: 的比分 逆转
    between: WordList,
    /// Words that introduce the score after the verb: 比分为
    after: WordList,
    /// Words that turn the verb round: 被
    passive: WordList,
}

impl OptionsOnly for Score {}

/// The maximum number of characters of the words between a score and its verb.
const MOST_BETWEEN: usize = 8;
/// How many characters before a score that follows its verb are searched for the verb.
const REACH: usize = 20;
/// The greatest number of points in a score.
const MOST_POINTS: u32 = 200;
/// The marks that look the same in a time of day.
const COLONS: [&str; 2] = [":", "："];

impl ArticleCheck for Score {
    fn check_article(&self, article: &Article, occurrences: &[CharOccurrence]) -> Vec<Hit> {
        let hit = |it: &CharOccurrence| self.hit_at(article, it.block as usize, it.at as usize);
        occurrences.iter().filter_map(hit).collect()
    }
}

impl Score {
    /// The hit for the score whose first number ends with the character at byte `at` of a block's text.
    fn hit_at(&self, article: &Article, block: usize, at: usize) -> Option<Hit> {
        let text = article.text(block);
        let sign_at = at + text[at..].chars().next()?.len_utf8();
        let sign = self.signs.beginning(&text[sign_at..])?;
        let before = text[..sign_at].trim_end_matches(is_digit);
        let from_second = &text[sign_at + sign.len()..];
        let after = from_second.trim_start_matches(is_digit);
        let (first, second) = (&text[before.len()..sign_at], &from_second[..from_second.len() - after.len()]);
        let (home, away) = (points(first)?, points(second)?);
        // Of several scores, each alone does not tell who has won.
        if home == away || is_one_of_several(before) || self.signs.beginning(after).is_some() {
            return None;
        }
        if COLONS.contains(&sign) && second.chars().nth(1).is_some() && home < 24 && !before.ends_with('以') {
            return None;
        }
        let (has_won, verb) = self.verb_after(after).or_else(|| self.verb_before(before))?;
        if has_won == (home > away) {
            return None;
        }
        let end = text.len() - after.len();
        let detail = format!("{}在前的一方“{verb}”", if home > away { "大数" } else { "小数" });
        Some(Hit::new(block, Span::new(before.len(), end), Vec::new()).detail(detail))
    }

    /// Whether the side named before a score has won, and the verb that says so directly after the score.
    fn verb_after<'t>(&self, after: &'t str) -> Option<(bool, &'t str)> {
        let mut rest = after;
        let has_won = loop {
            if let Some(has_won) = self.verdict(rest) {
                break has_won;
            }
            rest = &rest[self.between.beginning(rest)?.len()..];
            if after[..after.len() - rest.len()].chars().nth(MOST_BETWEEN).is_some() {
                return None;
            }
        };
        let words = if has_won { &self.win } else { &self.lose };
        Some((has_won, &rest[..words.beginning(rest)?.len()]))
    }

    /// The same for a verb some characters before the score: 战胜对手，比分为.
    fn verb_before<'t>(&self, before: &'t str) -> Option<(bool, &'t str)> {
        let head = &before[..before.len() - self.after.ending(before)?.len()];
        let start = head.char_indices().rev().take(REACH).last().map_or(head.len(), |(at, _)| at);
        let near = &head[start..];
        let near = near.rsplit(['。', '；', '！', '？', '：', '\n']).next()?;
        if self.passive.any_in(near) || near.contains(is_digit) {
            return None;
        }
        let verdict = |(at, _): (usize, char)| Some((self.verdict(&near[at..])?, at));
        let (has_won, at) = near.char_indices().rev().find_map(verdict)?;
        let words = if has_won { &self.win } else { &self.lose };
        Some((has_won, &near[at..at + words.beginning(&near[at..])?.len()]))
    }

    /// Whether the verb at the start of a text is one of winning; `None` if there is no verb.
    fn verdict(&self, text: &str) -> Option<bool> {
        if self.except.beginning(text).is_some() {
            return None;
        }
        let wins = self.win.beginning(text).map(|_| true);
        wins.or_else(|| self.lose.beginning(text).map(|_| false))
    }
}

/// Whether a character is part of the number of a score.
fn is_digit(c: char) -> bool {
    is_numeral(c) || c == '零'
}

/// The points that one side has.
fn points(written: &str) -> Option<u32> {
    let value = if written == "零" { 0 } else { numeral_value(written)?.0 };
    Some(value).filter(|value| *value <= MOST_POINTS)
}

/// Whether a score follows another one, or a part of a number: 15∶9、13∶15.
fn is_one_of_several(before: &str) -> bool {
    let before = before.strip_suffix('以').unwrap_or(before);
    let unmarked = before.trim_end_matches(['、', '，', '和', '及', '与', '或', ' ']);
    before.ends_with(['.', '．', '·', '-', '—', '/', '第', '∶', ':', '：'])
        || unmarked.len() < before.len() && unmarked.ends_with(|c: char| is_digit(c) || c == '）')
}
