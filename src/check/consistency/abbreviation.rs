//! `abbreviation`: 以下简称“…”, defined twice, defined and never used, used before it is defined.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::block::Kind;
use crate::check::article::{Article, WordOccurrence, find_words};
use crate::check::options::{Fault, WatchedWords};
use crate::check::{Compile, Hit, WordCheck};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::{Span, is_han};

/// Options of an abbreviation check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbbreviationOptions {
    /// The slip it looks for.
    slip: AbbreviationFault,
    /// The words that define a short name, which follows.
    cues: Spanned<String>,
    /// Characters before a short name that are no part of a longer one: 在, 由, 和.
    before: String,
}

/// Short names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Abbreviation {
    slip: AbbreviationFault,
    pub words: WatchedWords,
    before: String,
}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AbbreviationFault {
    /// Defined again.
    Twice,
    /// Defined and never used.
    Unused,
    /// Used before it is defined.
    Early,
}

/// The definition of a short name.
struct Definition<'d> {
    block: usize,
    /// Where the short name stands in it.
    span: Span,
    short: &'d str,
}

/// The most characters of a short name.
const LONGEST: usize = 20;

impl Compile for Abbreviation {
    type Options = AbbreviationOptions;

    fn compile(options: &AbbreviationOptions, _: &Classes) -> Result<Abbreviation, Fault> {
        let cues = options.cues.get_ref().split_whitespace().map(|cue| (cue, 0));
        Ok(Abbreviation {
            slip: options.slip,
            words: WatchedWords::compile(cues, &options.cues)?,
            before: options.before.clone(),
        })
    }
}

impl WordCheck for Abbreviation {
    fn check_article(&self, article: &Article, seen: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit> {
        let definitions: Vec<Definition> = seen.iter().filter_map(|seen| definition(article, seen)).collect();
        let mut first: HashMap<&str, usize> = HashMap::new();
        let mut twice = Vec::new();
        for (index, definition) in definitions.iter().enumerate() {
            let before = *first.entry(definition.short).or_insert(index);
            if before != index {
                twice.push(point(definition.block, definition.span, &definitions[before], "前面已经说明过。"));
            }
        }
        if self.slip == AbbreviationFault::Twice || definitions.is_empty() {
            return twice;
        }
        // Two bodies of one short name are another matter.
        let once = definitions.iter().enumerate().filter(|(index, it)| first[it.short] == *index).map(|(_, it)| it);
        // 公约, 联盟: a common word may mean anything.
        let is_asked = |it: &&Definition| self.slip == AbbreviationFault::Unused || !lexicon.is_word(it.short);
        let once: Vec<&Definition> = once.filter(is_asked).collect();
        let shorts: Vec<&str> = once.iter().map(|definition| definition.short).collect();
        let end = match self.slip {
            AbbreviationFault::Unused => article.range.end,
            // What stands behind the last definition does not matter.
            _ => once.iter().map(|definition| definition.block + 1).max().unwrap_or_default(),
        };
        let uses = find_words(article, article.range.start..end, &shorts);
        let hits = once.iter().zip(&uses).filter_map(|(definition, uses)| match self.slip {
            AbbreviationFault::Unused => uses
                .iter()
                .all(|&place| place <= (definition.block, definition.span.start))
                .then(|| Hit::new(definition.block, definition.span, Vec::new())),
            _ => uses
                .iter()
                .take_while(|&&place| place < (definition.block, definition.span.start))
                .find(|&&(block, at)| self.stands_alone(article, definition, block, at))
                .map(|&(block, at)| {
                    point(block, Span::new(at, at + definition.short.len()), definition, "这里才说明简称。")
                }),
        });
        hits.collect()
    }
}

impl Abbreviation {
    /// Is it the short name itself that stands there, and not a part of a longer one?
    fn stands_alone(&self, article: &Article, definition: &Definition, block: usize, at: usize) -> bool {
        let before = article.text(block)[..at].chars().next_back();
        let in_running_text = matches!(article.blocks[block].kind, Kind::Paragraph | Kind::ListItem);
        // 江城地产（集团）有限公司（以下简称“江城地产”）: a part of the full name.
        let is_full = block == definition.block
            && !article.text(block)[at..definition.span.start].contains(['，', '。', '；', '！', '？']);
        in_running_text && !is_full && before.is_none_or(|c| !is_han(c) && c != '》' || self.before.contains(c))
    }
}

fn point(block: usize, span: Span, other: &Definition, why: &str) -> Hit {
    let mut hit = Hit::new(block, span, Vec::new());
    hit.related.push((other.block, other.span, why.to_owned()));
    hit
}

/// The short name that a cue defines: between quotation marks, or up to the bracket.
fn definition<'d>(article: &Article<'d>, seen: &WordOccurrence) -> Option<Definition<'d>> {
    let text = article.text(seen.block);
    let behind = &text[seen.span.end..];
    let rest = behind.trim_start_matches(['为', '作', '：']);
    let (quoted, close) = match rest.chars().next()? {
        '“' => (&rest['“'.len_utf8()..], '”'),
        '《' => (&rest['《'.len_utf8()..], '》'),
        _ => (rest, '）'),
    };
    let near = quoted.char_indices().nth(LONGEST).map_or(quoted.len(), |(at, _)| at);
    let short = &quoted[..quoted[..near].find(close)?];
    let start = text.len() - quoted.len();
    let is_name = short.chars().nth(1).is_some() && short.chars().all(|c| c.is_alphanumeric());
    is_name.then(|| Definition { block: seen.block, span: Span::new(start, start + short.len()), short })
}
