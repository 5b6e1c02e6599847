//! Where words end: the likeliest way to cut a clause into words.

use super::{Entry, Lexicon};
use crate::text::{Span, is_han};

/// Characters on either side of a place that are looked at to tell where its words end.
const REACH: usize = 8;

/// The frequency that a wrong word is given. Lower, right hits are lost where characters at their edge happen to
/// form a rare word (0.8 % at 5, 0.2 % at 30, 0.04 % at 200); from 200 on, false ones begin to stay.
const RARE: u32 = 50;

/// The likeliest segmentation of a stretch of Chinese characters, and how unlikely even that is.
pub(super) struct Path {
    /// Minus the natural logarithm of the probability of these words.
    pub cost: f32,
    /// Where each word begins and ends, in bytes.
    pub words: Vec<Span>,
}

impl Lexicon<'_> {
    /// The words of `clause`, without gaps: its likeliest segmentation by the frequency of words. What is not
    /// Chinese characters is one segment up to the next of them.
    pub fn segment(&self, clause: &str) -> Vec<Span> {
        let mut words = Vec::new();
        let mut at = 0;
        while at < clause.len() {
            let han = clause[at..].starts_with(is_han);
            let length = clause[at..].find(|c| is_han(c) != han).unwrap_or(clause.len() - at);
            match han {
                true => {
                    words.extend(self.path(&clause[at..at + length]).words.into_iter().map(|word| word.shifted(at)))
                }
                false => words.push(Span::new(at, at + length)),
            }
            at += length;
        }
        words
    }

    /// Does a word stand across an edge of `span` (bytes of `text`), so that what the span covers is not a word
    /// of its own there: 须要 in 必须要, 亚州 in 加利福尼亚州?
    ///
    /// The words around are those of the likeliest segmentation; they must also be likelier than those of one in
    /// which the span is a word of its own, though a rare one.
    pub fn crosses_edge(&self, text: &str, span: Span) -> bool {
        let around = around(text, span);
        let free = self.path(around.of(text));
        let straddled = |edge: usize| {
            let edge = edge - around.start;
            free.words.iter().any(|word| word.start < edge && edge < word.end)
        };
        if !straddled(span.start) && !straddled(span.end) {
            return false;
        }
        let before = self.path(&text[around.start..span.start]);
        let behind = self.path(&text[span.end..around.end]);
        free.cost < before.cost + self.cost(RARE) + behind.cost
    }

    /// The likeliest segmentation of `text`, which is Chinese characters only.
    pub(super) fn path(&self, text: &str) -> Path {
        let mut best = vec![(f32::INFINITY, 0); text.len() + 1];
        best[0] = (0.0, 0);
        for (at, c) in text.char_indices() {
            let reached = best[at].0;
            let mut step = |length: usize, frequency: u32| {
                let cost = reached + self.cost(frequency);
                if cost < best[at + length].0 {
                    best[at + length] = (cost, at);
                }
            };
            step(c.len_utf8(), 1);
            self.each_word(&text[at..], |length, entry| step(length, entry.frequency()));
        }
        let mut words = Vec::new();
        let mut end = text.len();
        while end > 0 {
            let start = best[end].1;
            words.push(Span::new(start, end));
            end = start;
        }
        words.reverse();
        Path { cost: best[text.len()].0, words }
    }

    /// What a word of this frequency adds to the cost of a path.
    pub(super) fn cost(&self, frequency: u32) -> f32 {
        self.total - (frequency.max(1) as f32).ln()
    }

    /// Calls `found` with the length in bytes of every word that `text` begins with.
    fn each_word(&self, text: &str, mut found: impl FnMut(usize, Entry)) {
        let mut node = self.words.root();
        let mut output = fst::raw::Output::zero();
        for (at, &byte) in text.as_bytes().iter().enumerate() {
            let Some(index) = node.find_input(byte) else { return };
            let transition = node.transition(index);
            output = output.cat(transition.out);
            node = self.words.node(transition.addr);
            if node.is_final() {
                found(at + 1, Entry(output.cat(node.final_output()).value()));
            }
        }
    }
}

/// `span` and the Chinese characters on both sides of it, up to [`REACH`] of them.
pub(super) fn around(text: &str, span: Span) -> Span {
    let before: usize =
        text[..span.start].chars().rev().take_while(|&c| is_han(c)).take(REACH).map(char::len_utf8).sum();
    let behind: usize = text[span.end..].chars().take_while(|&c| is_han(c)).take(REACH).map(char::len_utf8).sum();
    Span::new(span.start - before, span.end + behind)
}

#[cfg(test)]
mod tests {
    use crate::builtin::lexicon;
    use crate::text::Span;

    #[test]
    fn a_clause_is_cut_into_words() {
        let lexicon = lexicon();
        let cut = |clause: &str| {
            let words: Vec<_> = lexicon.segment(clause).iter().map(|word| word.of(clause).to_owned()).collect();
            words.join("/")
        };
        assert_eq!(cut("按照指定单位"), "按照/指定/单位");
        assert_eq!(cut("2023年的GDP，增长"), "2023/年/的/GDP，/增长");
        assert_eq!(cut(""), "");
    }

    #[test]
    fn a_wrong_word_across_the_edge_of_a_right_one_is_none() {
        let lexicon = lexicon();
        let crosses = |text: &str, wrong: &str| {
            let at = text.find(wrong).unwrap();
            lexicon.crosses_edge(text, Span::new(at, at + wrong.len()))
        };
        for (text, wrong) in [
            ("我们必须要认真对待", "须要"),
            ("美国加利福尼亚州州长", "亚州"),
            ("今年有多部暑期档影片上映", "部暑"),
            ("这是她自己经营的小店", "己经"),
            ("请到指定单位办理", "定单"),
            ("平台登录相关页面", "录相"),
            ("推动发展转型升级", "展转"),
            ("千伏输电线路工程", "伏输"),
            ("村民按股分红", "股分"),
            ("推行绿色采购", "色采"),
        ] {
            assert!(crosses(text, wrong), "{text}");
        }
        for (text, wrong) in [
            ("工人正在按装空调", "按装"),
            ("他己经回家了", "己经"),
            ("全市布署防汛工作", "布署"),
            ("令人震憾的消息", "震憾"),
            ("我们签了一份定单", "定单"),
        ] {
            assert!(!crosses(text, wrong), "{text}");
        }
    }
}
