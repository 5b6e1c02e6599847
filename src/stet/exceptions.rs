//! Exceptions: text that the configuration exempts from a rule, wherever the text occurs.

use aho_corasick::AhoCorasick;

use super::name::selects;
use crate::config::Exception;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::text::Span;

/// The exceptions of a configuration, prepared so that one reading of a draft finds the texts of all of them.
#[derive(Debug, Clone, Default)]
pub struct Exceptions {
    /// The rule or family of each exception.
    rules: Vec<String>,
    /// Finds the texts, numbered like `rules`; `None` if there are none.
    texts: Option<AhoCorasick>,
    /// The length of the longest text in bytes.
    longest: usize,
}

impl Exceptions {
    /// Prepares `exceptions`, whose rules must be given by their ids and families.
    ///
    /// # Errors
    /// There are too many.
    pub fn new(exceptions: &[Exception]) -> Result<Exceptions> {
        let texts = || exceptions.iter().map(|exception| &exception.text);
        let too_many = |_| Error::new("[[stet]] 太多，无法建立索引。").help("只保留用得上的。");
        Ok(Exceptions {
            rules: exceptions.iter().map(|exception| exception.rule.get_ref().clone()).collect(),
            texts: (!exceptions.is_empty()).then(|| AhoCorasick::new(texts())).transpose().map_err(too_many)?,
            longest: texts().map(String::len).max().unwrap_or(0),
        })
    }

    /// Sets `suppressed[i]` for every finding `i` that lies within the text of an exception for its rule or family.
    /// `findings` are those of `rules` in `text`, sorted by their starts.
    pub(super) fn apply(&self, rules: &[Rule], text: &str, findings: &[Finding], suppressed: &mut [bool]) {
        let Some(texts) = &self.texts else { return };
        // For each exception, the first finding that no occurrence so far has gone past.
        let mut next = vec![0; self.rules.len()];
        for window in windows(findings, self.longest, text.len()) {
            for occurrence in texts.find_overlapping_iter(&text.as_bytes()[window.range()]) {
                let exception = occurrence.pattern().as_usize();
                let span = Span::new(window.start + occurrence.start(), window.start + occurrence.end());
                let first = findings.partition_point(|finding| finding.span.start < span.start).max(next[exception]);
                let starting = findings[first..].iter().take_while(|finding| finding.span.start <= span.end);
                for (finding, suppressed) in starting.zip(&mut suppressed[first..]) {
                    let rule = &rules[finding.rule as usize].id;
                    *suppressed |= span.covers(finding.span) && selects(&self.rules[exception], rule);
                }
                // The next occurrence ends later: a finding that reaches beyond this one is looked at again.
                next[exception] =
                    first + findings[first..].iter().take_while(|finding| finding.span.end <= span.end).count();
            }
        }
    }
}

/// Returns the parts of a text of `length` bytes in which a text of up to `longest` bytes can contain one of `findings`, which
/// are sorted by their starts. The parts are sorted and disjoint.
fn windows(findings: &[Finding], longest: usize, length: usize) -> Vec<Span> {
    let mut windows: Vec<Span> = Vec::new();
    for Finding { span, .. } in findings {
        let (start, end) = (span.start.saturating_sub(longest), span.start.saturating_add(longest));
        let window = Span::new(start, end.clamp(span.end, length));
        match windows.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => windows.push(window),
        }
    }
    windows
}
