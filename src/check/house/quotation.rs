//! `house-quotation`: quotations that differ in a few characters from a text among the sources.

use serde::{Deserialize, Serialize};

use crate::block::BlockKind;
use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::house::{SourceChange, SourceVariant};
use crate::text::Span;

/// Compares what stands in quotation marks, or is set off as a quotation, with the sources.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseQuotation {}

impl OptionsOnly for HouseQuotation {}

/// A quotation that is longer, in bytes, is compared sentence by sentence.
const LONGEST: usize = 900;

impl ArticleCheck for HouseQuotation {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let Some(sources) = article.house.and_then(|house| house.sources()) else { return Vec::new() };
        let mut hits = Vec::new();
        for block in article.range.clone() {
            if article.blocks[block].kind == BlockKind::JumpLine {
                continue;
            }
            let text = article.text(block);
            let compare = |quotation: Span| {
                let variants =
                    parts(text, quotation).into_iter().filter_map(|part| Some((part, sources.variant(part.of(text))?)));
                variants.flat_map(|(part, variant)| hits_of(text, block, part, &variant)).collect::<Vec<_>>()
            };
            let quoted_block = article.blocks[block].is_quotation.then(|| compare(Span::new(0, text.len())));
            match quoted_block.filter(|hits| !hits.is_empty()) {
                Some(found) => hits.extend(found),
                None => hits.extend(quotations(text).into_iter().flat_map(compare)),
            }
        }
        hits
    }
}

/// What stands between quotation marks, outer ones with what they contain.
fn quotations(text: &str) -> Vec<Span> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, mark) in text.char_indices() {
        match mark {
            '“' | '「' => {
                if depth == 0 {
                    start = at + mark.len_utf8();
                }
                depth += 1;
            }
            '”' | '」' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found.push(Span::new(start, at));
                }
            }
            _ => {}
        }
    }
    found
}

/// The parts of a quotation that stand together in the source: what an ellipsis or content of another kind divides, and the
/// sentences of a long quotation.
fn parts(text: &str, span: Span) -> Vec<Span> {
    let is_gap = |c: char| matches!(c, '…' | '\u{FFFC}' | '\n');
    let split = |span: Span, is_end: &dyn Fn(char) -> bool| {
        let mut parts = Vec::new();
        let mut start = span.start;
        for (at, c) in span.of(text).char_indices().map(|(at, c)| (span.start + at, c)) {
            if is_end(c) {
                parts.push(Span::new(start, at));
                start = at + c.len_utf8();
            }
        }
        parts.push(Span::new(start, span.end));
        parts
    };
    let whole = split(span, &is_gap);
    let sentences = |part: Span| {
        if part.len() > LONGEST { split(part, &|c| matches!(c, '。' | '！' | '？' | '；')) } else { vec![part] }
    };
    whole.into_iter().flat_map(sentences).filter(|part| !part.is_empty()).collect()
}

/// A hit for each place where a quotation differs. What is left out or added is shown with the character before it.
fn hits_of(text: &str, block: usize, quotation: Span, variant: &SourceVariant) -> Vec<Hit> {
    let written = quotation.of(text);
    let place = format!("{} 第 {} 行", variant.path, variant.line);
    let hit = |change: &SourceChange| {
        let (mut span, mut source) = (change.span.clone(), change.source.clone());
        if span.is_empty() || source.is_empty() {
            match written[..span.start].chars().next_back() {
                Some(before) => {
                    span.start -= before.len_utf8();
                    source.insert(0, before);
                }
                None => {
                    let after = written[span.end..].chars().next();
                    span.end += after.map_or(0, char::len_utf8);
                    source.extend(after);
                }
            }
        }
        let span = Span::new(span.start, span.end).shifted(quotation.start);
        Hit::new(block, span, vec![source]).detail(place.clone())
    };
    variant.changes.iter().map(hit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_quoted() {
        let text = "他说：“老街要‘留得住’人……也要留得住手艺。”又说“好”，「外」";
        let quoted: Vec<&str> =
            quotations(text).into_iter().flat_map(|span| parts(text, span)).map(|span| span.of(text)).collect();
        assert_eq!(quoted, ["老街要‘留得住’人", "也要留得住手艺。", "好", "外"]);
        assert!(quotations("没有”引“号").is_empty());
    }
}
