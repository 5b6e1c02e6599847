//! `idiom`: idioms of four characters (成语) with a wrong or doubled character, or two exchanged ones.

use serde::{Deserialize, Serialize};

use crate::check::{Hit, IdiomCheck, OptionsOnly};
use crate::lexicon::IdiomMistake;
use crate::text::Span;

/// Reports mistakes in idioms, which the lexicon finds.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Idiom {
    /// If true, the check reports only idioms alone in quotation marks or in a title (probably puns); if false, only
    /// the others.
    #[serde(default)]
    enclosed: bool,
}

impl OptionsOnly for Idiom {}

/// How many characters before an idiom are searched for the mark that opens a title.
const LONGEST_TITLE: usize = 30;

impl IdiomCheck for Idiom {
    fn hit(&self, block: usize, text: &str, mistake: &IdiomMistake) -> Option<Hit> {
        (is_enclosed(text, mistake.span) == self.enclosed).then(|| Hit::new(block, mistake.span, mistake.right.clone()))
    }
}

/// Whether the text at `span` is alone in quotation marks, or in a title.
pub(super) fn is_enclosed(text: &str, span: Span) -> bool {
    let (mut before, after) = (text[..span.start].chars().rev(), text[span.end..].chars());
    let quoted = matches!(
        (before.clone().next(), after.clone().next()),
        (Some('“'), Some('”')) | (Some('‘'), Some('’')) | (Some('「'), Some('」')) | (Some('『'), Some('』'))
    );
    let is_title_mark = |c: &char| matches!(c, '《' | '》' | '〈' | '〉');
    quoted || matches!(before.by_ref().take(LONGEST_TITLE).find(is_title_mark), Some('《' | '〈'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_idioms_alone_in_quotation_marks_or_in_titles() {
        let enclosed = |text: &str| {
            let at = text.find("默默无蚊").unwrap();
            is_enclosed(text, Span::new(at, at + "默默无蚊".len()))
        };
        for text in ["“默默无蚊”", "‘默默无蚊’的奉献", "《默默无蚊》", "《默默无蚊的奉献》", "看《一生默默无蚊"]
        {
            assert!(enclosed(text), "{text}");
        }
        for text in ["默默无蚊", "“他默默无蚊”", "“默默无蚊的他”", "看《书》的人默默无蚊"]
        {
            assert!(!enclosed(text), "{text}");
        }
    }
}
