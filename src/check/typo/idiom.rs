//! `idiom`: idioms of four characters that are nearly right.

use serde::{Deserialize, Serialize};

use crate::check::{Hit, IdiomCheck, Plain};
use crate::lexicon::Slip;
use crate::text::Span;

/// Options of an idiom check.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Idiom {
    /// Does it look at idioms in quotation marks of their own and in titles, where a pun is likely, and at no
    /// others? Without it, at all others.
    #[serde(default)]
    enclosed: bool,
}

impl Plain for Idiom {}

/// How many characters around an idiom are looked at for the marks of a title.
const LONGEST_TITLE: usize = 30;

impl IdiomCheck for Idiom {
    fn hit(&self, block: usize, text: &str, slip: &Slip) -> Option<Hit> {
        (is_enclosed(text, slip.span) == self.enclosed).then(|| Hit::new(block, slip.span, slip.right.clone()))
    }
}

fn is_enclosed(text: &str, span: Span) -> bool {
    let (mut before, behind) = (text[..span.start].chars().rev(), text[span.end..].chars());
    let quoted = matches!(
        (before.clone().next(), behind.clone().next()),
        (Some('“'), Some('”')) | (Some('‘'), Some('’')) | (Some('「'), Some('」')) | (Some('『'), Some('』'))
    );
    let title = |c: &char| matches!(c, '《' | '》' | '〈' | '〉');
    quoted || matches!(before.by_ref().take(LONGEST_TITLE).find(title), Some('《' | '〈'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pun_in_marks_of_its_own_or_in_a_title_is_enclosed() {
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
