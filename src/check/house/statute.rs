//! `house-statute`: articles of a statute that it does not have.

use serde::{Deserialize, Serialize};

use crate::check::article::{Article, CharOccurrence};
use crate::check::{ArticleCheck, Hit, OptionsOnly};
use crate::text::{Span, numeral_value};

/// Looks up the number after the title of a statute: 《江城市河道条例》第四十五条.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseStatute {}

impl OptionsOnly for HouseStatute {}

impl ArticleCheck for HouseStatute {
    fn check_article(&self, article: &Article, _: &[CharOccurrence]) -> Vec<Hit> {
        let Some(sources) = article.house.and_then(|house| house.sources()) else { return Vec::new() };
        let mut hits = Vec::new();
        for block in article.range.clone() {
            let text = article.text(block);
            for (close, _) in text.match_indices('》') {
                let Some(open) = text[..close].rfind('《') else { continue };
                let title = &text[open + '《'.len_utf8()..close];
                let Some((number, span)) = article_after(text, close + '》'.len_utf8()) else { continue };
                let Some((last, path)) = sources.last_article(title) else { continue };
                if number == 0 || number > last {
                    hits.push(Hit::new(block, span, Vec::new()).detail(format!("《{title}》共有{last}条，见 {path}")));
                }
            }
        }
        hits
    }
}

/// The number in 第…条 at byte `at`, with the place of the whole.
fn article_after(text: &str, at: usize) -> Option<(u32, Span)> {
    let numeral = text[at..].strip_prefix('第')?;
    let end = numeral.find('条')?;
    let (number, _) = numeral_value(&numeral[..end])?;
    Some((number, Span::new(at, at + '第'.len_utf8() + end + '条'.len_utf8())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_number_of_an_article() {
        let number = |text: &str| article_after(text, 0).map(|(number, span)| (number, span.of(text).to_owned()));
        assert_eq!(number("第四十五条规定"), Some((45, "第四十五条".to_owned())));
        assert_eq!(number("第12条第二款"), Some((12, "第12条".to_owned())));
        assert_eq!(number("第一章第二条"), None);
        assert_eq!(number("四十五条"), None);
    }
}
