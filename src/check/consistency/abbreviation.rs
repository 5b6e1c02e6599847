//! `abbreviation`: short names (以下简称“…”) that are defined twice, defined but not used, or used before their
//! definition.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::block::BlockKind;
use crate::check::article::{Article, CharPlaces, WordOccurrence, find_words};
use crate::check::options::{OptionError, WatchedWords};
use crate::check::{Compile, Hit, WordCheck};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::{Span, is_han};

/// Options of an abbreviation check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbbreviationOptions {
    /// The mistake that the check looks for.
    slip: AbbreviationSlip,
    /// The watched words: each is followed by the definition of a short name.
    cues: Spanned<String>,
    /// Characters that may precede a short name without being part of a longer name: 在, 由, 和.
    before: String,
}

/// Checks the definitions and uses of short names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Abbreviation {
    slip: AbbreviationSlip,
    /// The watched words: each is followed by the definition of a short name.
    pub words: WatchedWords,
    before: String,
}

/// The mistake that a check looks for: its option `slip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AbbreviationSlip {
    /// A short name is defined again.
    Twice,
    /// A short name is defined and never used.
    Unused,
    /// A short name is used before its definition.
    Early,
}

/// The definition of a short name.
struct Definition<'d> {
    block: usize,
    /// The short name, in bytes of the block's text.
    span: Span,
    short: &'d str,
}

/// Words that continue the name of a company after what may be its short name.
const NAME_CONTINUES: [&str; 6] = ["股份", "集团", "有限", "公司", "控股", "科技"];

/// The maximum number of characters of a short name.
const LONGEST: usize = 20;

impl Compile for Abbreviation {
    type Options = AbbreviationOptions;

    fn compile(options: &AbbreviationOptions, _: &Classes) -> Result<Abbreviation, OptionError> {
        let cues = options.cues.get_ref().split_whitespace().map(|cue| (cue, 0));
        Ok(Abbreviation {
            slip: options.slip,
            words: WatchedWords::compile(cues, &options.cues)?,
            before: options.before.clone(),
        })
    }
}

impl WordCheck for Abbreviation {
    fn check_article(&self, article: &Article, occurrences: &[WordOccurrence], lexicon: &Lexicon) -> Vec<Hit> {
        let definitions: Vec<Definition> = occurrences.iter().filter_map(|it| definition(article, it)).collect();
        let mut first: HashMap<&str, usize> = HashMap::new();
        let mut repeated = Vec::new();
        for (index, definition) in definitions.iter().enumerate() {
            let before = *first.entry(definition.short).or_insert(index);
            if before != index {
                let other = &definitions[before];
                repeated.push(hit(definition.block, definition.span, other, "前面已经说明过。"));
            }
        }
        if self.slip == AbbreviationSlip::Twice || definitions.is_empty() {
            return repeated;
        }
        // A second definition of a short name is the slip `twice`, not this one.
        let definitions = definitions.iter().enumerate().filter(|(index, it)| first[it.short] == *index);
        // An early use of a common word, such as 公约 or 联盟, may mean anything.
        let is_checked = |it: &&Definition| self.slip == AbbreviationSlip::Unused || !lexicon.is_word(it.short);
        let definitions: Vec<&Definition> = definitions.map(|(_, it)| it).filter(is_checked).collect();
        let shorts: Vec<&str> = definitions.iter().map(|definition| definition.short).collect();
        let end = match self.slip {
            AbbreviationSlip::Unused => article.range.end,
            // The text after the last definition does not matter.
            _ => definitions.iter().map(|definition| definition.block + 1).max().unwrap_or_default(),
        };
        let uses = find_words(article, article.range.start..end, &shorts);
        let mut clause_ends = CharPlaces::new(article, &['，', '。', '；', '！', '？']);
        let hits = definitions.iter().zip(&uses).filter_map(|(definition, uses)| match self.slip {
            AbbreviationSlip::Unused => uses
                .iter()
                .all(|&place| place <= (definition.block, definition.span.start))
                .then(|| Hit::new(definition.block, definition.span, Vec::new())),
            _ => uses
                .iter()
                .take_while(|&&place| place < (definition.block, definition.span.start))
                .find(|&&(block, at)| self.is_short_name(article, definition, block, at, &mut clause_ends))
                .map(|&(block, at)| {
                    hit(block, Span::new(at, at + definition.short.len()), definition, "这里才说明简称。")
                }),
        });
        hits.collect()
    }
}

impl Abbreviation {
    /// Whether the text at byte `at` of a block, before the definition, is the short name itself and not part of a longer
    /// name, nor in a headline or a quotation, which need not explain names. `clause_ends` are the marks that end a clause.
    fn is_short_name(
        &self,
        article: &Article,
        definition: &Definition,
        block: usize,
        at: usize,
        clause_ends: &mut CharPlaces,
    ) -> bool {
        let text = article.text(block);
        let before = text[..at].chars().next_back();
        let after = text[at + definition.short.len()..].chars().next();
        // In plain text a headline may look like a paragraph, but for its end.
        let in_running_text = matches!(article.blocks[block].kind, BlockKind::Paragraph | BlockKind::ListItem)
            && text.trim_end_matches(['”', '’', '）']).ends_with(['。', '！', '？', '…', '：']);
        let is_apart = |c: char| !c.is_alphanumeric() && !"“‘「『《〈【".contains(c);
        // In 江城地产（集团）有限公司（以下简称“江城地产”） it is part of the full name.
        let is_in_full_name =
            block == definition.block && !clause_ends.are_in(block, Span::new(at, definition.span.start));
        let is_whole = before.is_none_or(|c| is_apart(c) && c != '》' || self.before.contains(c))
            && after.is_none_or(|c| is_han(c) || is_apart(c))
            && !NAME_CONTINUES.iter().any(|word| text[at + definition.short.len()..].starts_with(word));
        in_running_text && !is_in_full_name && is_whole
    }
}

/// A hit that is related to a definition.
fn hit(block: usize, span: Span, definition: &Definition, relation: &str) -> Hit {
    let mut hit = Hit::new(block, span, Vec::new());
    hit.related.push((definition.block, definition.span, relation.to_owned()));
    hit
}

/// The short name that a cue defines: the text between quotation marks or title marks, or the text up to the bracket.
fn definition<'d>(article: &Article<'d>, cue: &WordOccurrence) -> Option<Definition<'d>> {
    let text = article.text(cue.block);
    let after = &text[cue.span.end..];
    let rest = after.trim_start_matches(['为', '作', '：']);
    let (quoted, close) = match rest.chars().next()? {
        '“' => (&rest['“'.len_utf8()..], '”'),
        '《' => (&rest['《'.len_utf8()..], '》'),
        _ => (rest, '）'),
    };
    let near = quoted.char_indices().nth(LONGEST).map_or(quoted.len(), |(at, _)| at);
    let short = &quoted[..quoted[..near].find(close)?];
    let start = text.len() - quoted.len();
    let is_name = short.chars().nth(1).is_some() && short.chars().all(char::is_alphanumeric);
    is_name.then(|| Definition { block: cue.block, span: Span::new(start, start + short.len()), short })
}
