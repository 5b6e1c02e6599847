//! Word segmentation: finds the most probable division of Chinese text into words.

use fst::raw::Node;

use super::{Lexicon, WordEntry};
use crate::text::{Span, is_han};

/// The number of characters on either side of a span that its segmentation takes into account.
const CONTEXT_CHARS: usize = 8;

/// The frequency to assume for a wrong word. The lower it is, the more real mistakes are missed, because their first or
/// last characters happen to form a rare word with their neighbours (0.8 % of the mistakes at 5, 0.2 % at 30, 0.04 % at
/// 200). From 200 on, some correct texts are reported.
const WRONG_WORD_FREQUENCY: u32 = 50;

/// Common surnames, except those that are also common as words by themselves.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙朱胡郭林罗郑梁谢宋唐韩冯邓曹彭曾肖董袁潘蔡蒋杜魏苏吕沈姚卢姜崔谭陆汪范廖贾傅侯邹    熊孟秦邱尹薛阎黎陶贺郝龚邵钱戴赖覃汤费乐温葛窦柯";

/// The words that occur in a run of Chinese characters, also overlapping ones, in the order of their starts. Each single
/// character is a word.
pub(super) struct Lattice {
    words: Vec<LatticeWord>,
    /// The length of the run in bytes.
    length: usize,
}

/// A word that occurs in the text of a [`Lattice`].
#[derive(Clone, Copy)]
struct LatticeWord {
    /// In bytes of the text.
    span: Span,
    /// The negative natural logarithm of its probability.
    cost: f32,
}

/// The most probable segmentation of a run of Chinese characters.
pub(super) struct Segmentation {
    /// For each byte offset, the lowest cost of a segmentation up to it, and the start of its last word.
    best: Vec<(f32, usize)>,
    start: usize,
}

/// What a text gains by a word in place of another.
pub struct Comparison {
    /// How much more probable the text becomes: the difference of the natural logarithms.
    pub gain: f32,
    /// The word before it in the text as it is, in bytes of the text; `None` at the beginning of a run of Chinese
    /// characters.
    pub before: Option<Span>,
}

impl Lattice {
    /// Returns the most probable segmentation of the text from byte `start` on.
    pub(super) fn segmentation_from(&self, start: usize) -> Segmentation {
        let mut best = vec![(f32::INFINITY, start); self.length + 1];
        best[start].0 = 0.0;
        for LatticeWord { span, cost } in self.words.iter().filter(|word| word.span.start >= start) {
            let cost = best[span.start].0 + cost;
            if cost < best[span.end].0 {
                best[span.end] = (cost, span.start);
            }
        }
        Segmentation { best, start }
    }

    /// Returns whether a word of at least `shortest` characters extends across byte `edge` of the text.
    pub(super) fn word_crosses(&self, edge: usize, shortest: usize) -> bool {
        let crosses = |word: &LatticeWord| word.span.start < edge && edge < word.span.end;
        // A Chinese character has at least three bytes.
        self.words.iter().any(|word| crosses(word) && word.span.len() >= 3 * shortest)
    }
}

impl Segmentation {
    /// Returns the negative natural logarithm of the probability of the words.
    pub(super) fn cost(&self) -> f32 {
        self.cost_before(self.best.len() - 1)
    }

    /// Returns the cost of the most probable segmentation of the text before byte `end`.
    pub(super) fn cost_before(&self, end: usize) -> f32 {
        self.best[end].0
    }

    /// Returns whether `edge` lies inside a word.
    pub(super) fn is_inside_word(&self, edge: usize) -> bool {
        self.words_backward().any(|word| cuts(word, edge))
    }

    /// Returns the words from the last to the first, in byte offsets.
    pub(super) fn words_backward(&self) -> impl Iterator<Item = Span> + '_ {
        let mut end = self.best.len() - 1;
        std::iter::from_fn(move || {
            (end > self.start).then(|| {
                let word = Span::new(self.best[end].1, end);
                end = word.start;
                word
            })
        })
    }
}

impl Lexicon<'_> {
    /// Divides `clause` into words, by the most probable segmentation according to word frequencies. The spans have no
    /// gaps; each run of non-Chinese characters is one span.
    pub fn segment(&self, clause: &str) -> Vec<Span> {
        let mut words = Vec::new();
        let mut at = 0;
        while at < clause.len() {
            let is_chinese = clause[at..].starts_with(is_han);
            let length = clause[at..].find(|c| is_han(c) != is_chinese).unwrap_or(clause.len() - at);
            if is_chinese {
                let segmentation = self.lattice(&clause[at..at + length]).segmentation_from(0);
                let from = words.len();
                words.extend(segmentation.words_backward().map(|word| word.shifted(at)));
                words[from..].reverse();
            } else {
                words.push(Span::new(at, at + length));
            }
            at += length;
        }
        words
    }

    /// Returns whether a word extends across byte `at` of `text`.
    pub fn word_crosses(&self, text: &str, at: usize) -> bool {
        let context = with_context(text, Span::new(at, at));
        self.lattice(context.of(text)).word_crosses(at - context.start, 2)
    }

    /// Returns whether byte `at` of `text` is inside a word of the most probable segmentation.
    pub fn is_inside_word(&self, text: &str, at: usize) -> bool {
        let context = with_context(text, Span::new(at, at));
        self.lattice(context.of(text)).segmentation_from(0).is_inside_word(at - context.start)
    }

    /// Returns whether the character at byte `at` of `text` may belong to a word of several characters.
    pub fn is_in_word(&self, text: &str, at: usize) -> bool {
        let context = with_context(text, Span::new(at, at));
        let at = at - context.start;
        let covers = |word: &LatticeWord| word.span.start <= at && at < word.span.end && word.span.len() >= 6;
        self.lattice(context.of(text)).words.iter().any(covers)
    }

    /// Returns whether the two characters at `span` read as a given name: before them is a surname that belongs to no
    /// other word.
    pub fn is_given_name(&self, text: &str, span: Span) -> bool {
        if span.of(text).chars().count() != 2 {
            return false;
        }
        let Some(surname) = text[..span.start].chars().next_back().filter(|c| SURNAMES.contains(*c)) else {
            return false;
        };
        let start = with_context(text, span).start;
        let before = &text[start..span.start];
        let words = self.segment(before);
        words.last().is_some_and(|word| word.len() == surname.len_utf8())
    }

    /// Returns whether the two characters at `span` belong to two words: 路续 in 水路续建.
    fn is_between_two_words(&self, text: &str, span: Span) -> bool {
        let mut characters = span.of(text).chars();
        let (Some(first), Some(_), None) = (characters.next(), characters.next(), characters.next()) else {
            return false;
        };
        let middle = span.start + first.len_utf8();
        let (before, after) = (text[..span.start].chars().next_back(), text[span.end..].chars().next());
        before.zip(after).is_some_and(|(before, after)| {
            self.is_word(&text[span.start - before.len_utf8()..middle])
                && self.is_word(&text[middle..span.end + after.len_utf8()])
        })
    }

    /// Returns whether a word extends across the start or the end of `span` (in bytes of `text`), so that the text of
    /// the span is not a separate word: 须要 in 必须要, 亚州 in 加利福尼亚州.
    ///
    /// The words are those of the most probable segmentation of the span and its context. This segmentation must also be
    /// more probable than the best one in which the span is a separate, rare word.
    pub fn crosses_edge(&self, text: &str, span: Span) -> bool {
        if self.is_between_two_words(text, span) {
            return true;
        }
        let context = with_context(text, span);
        let lattice = self.lattice(context.of(text));
        let best = lattice.segmentation_from(0);
        let span = Span::new(span.start - context.start, span.end - context.start);
        (best.is_inside_word(span.start) || best.is_inside_word(span.end))
            && self.gain_in_lattice(&lattice, &best, span) < 0.0
    }

    /// Returns how much more probable the text around `span` is with one rare word in place of what is written there, as the
    /// difference of the logarithms.
    pub fn gain_as_word(&self, text: &str, span: Span) -> f32 {
        let context = with_context(text, span);
        let lattice = self.lattice(context.of(text));
        let best = lattice.segmentation_from(0);
        self.gain_in_lattice(&lattice, &best, Span::new(span.start - context.start, span.end - context.start))
    }

    /// The same for a span of a lattice whose most probable segmentation is `best`.
    fn gain_in_lattice(&self, lattice: &Lattice, best: &Segmentation, span: Span) -> f32 {
        let after = lattice.segmentation_from(span.end);
        best.cost() - (best.cost_before(span.start) + self.cost(WRONG_WORD_FREQUENCY) + after.cost())
    }

    /// Returns how much more probable one Chinese text is than another, as the difference of the logarithms.
    pub fn gain_of(&self, written: &str, meant: &str) -> f32 {
        let cost = |text: &str| self.lattice(text).segmentation_from(0).cost();
        cost(written) - cost(meant)
    }

    /// Returns how much more probable the Chinese text `left` + `right` is with a word across the border between the two
    /// than without one, as the difference of the logarithms. At most 0 if no such word is likely.
    pub fn gain_across(&self, left: &str, right: &str) -> f32 {
        let lattice = self.lattice(&[left, right].concat());
        let edge = left.len();
        lattice.segmentation_from(edge).cost() + lattice.segmentation_from(0).cost_before(edge)
            - lattice.segmentation_from(0).cost()
    }

    /// Returns how much more probable the text around `span` is if its second half, which begins at byte `second` and is
    /// the same as the first, is left out, as the difference of the logarithms. `None` if no word of that text contains
    /// both a part of the copy and what is beside it.
    pub fn gain_without_copy(&self, text: &str, span: Span, second: usize) -> Option<f32> {
        let context = with_context(text, span);
        let (start, end) = (span.start - context.start, second - context.start);
        let once = [&text[context.start..second], &text[span.end..context.end]].concat();
        let meant = self.lattice(&once).segmentation_from(0);
        let joins = meant.is_inside_word(start) || meant.is_inside_word(end);
        joins.then(|| self.lattice(context.of(text)).segmentation_from(0).cost() - meant.cost())
    }

    /// Compares the text around `span` (in bytes of `text`) with the same text that has `word` in its place. Returns
    /// `None` where the text itself is divided otherwise, that is, if a word extends across an edge of the span, or if
    /// `word` would be cut.
    pub fn compare(&self, text: &str, span: Span, word: &str) -> Option<Comparison> {
        let context = with_context(text, span);
        let (start, end) = (span.start - context.start, span.end - context.start);
        let written = self.lattice(context.of(text)).segmentation_from(0);
        if written.is_inside_word(start) || written.is_inside_word(end) {
            return None;
        }
        let corrected = [&text[context.start..span.start], word, &text[span.end..context.end]].concat();
        let meant = self.lattice(&corrected).segmentation_from(0);
        let whole = Span::new(start, start + word.len());
        let is_whole = meant.words_backward().any(|found| found.start <= whole.start && whole.end <= found.end);
        let before = written.words_backward().find(|found| found.end == start);
        is_whole.then(|| Comparison {
            gain: written.cost() - meant.cost(),
            before: before.map(|found| found.shifted(context.start)),
        })
    }

    /// Finds the words in `text`, which must consist of Chinese characters only.
    pub(super) fn lattice(&self, text: &str) -> Lattice {
        // Few texts have more words than bytes.
        let mut words = Vec::with_capacity(text.len());
        let root = self.words.root();
        for (at, c) in text.char_indices() {
            let mut add_word = |length: usize, frequency: u32| {
                words.push(LatticeWord { span: Span::new(at, at + length), cost: self.cost(frequency) });
            };
            add_word(c.len_utf8(), 1);
            self.each_prefix_word(root, &text[at..], |length, entry| add_word(length, entry.frequency()));
        }
        Lattice { words, length: text.len() }
    }

    /// Returns the cost of a word with this frequency: the negative natural logarithm of its probability.
    pub(super) fn cost(&self, frequency: u32) -> f32 {
        self.log_total - (frequency.max(1) as f32).ln()
    }

    /// Calls `found` with the length in bytes and the entry of every word that is a prefix of `text`. `node` is the root
    /// of the words.
    fn each_prefix_word<'l>(&'l self, mut node: Node<'l>, text: &str, mut found: impl FnMut(usize, WordEntry)) {
        let mut output = fst::raw::Output::zero();
        for (at, &byte) in text.as_bytes().iter().enumerate() {
            let Some(index) = node.find_input(byte) else { return };
            let transition = node.transition(index);
            output = output.cat(transition.out);
            node = self.words.node(transition.addr);
            if node.is_final() {
                found(at + 1, WordEntry(output.cat(node.final_output()).value()));
            }
        }
    }
}

/// Whether `edge` lies inside `word`.
fn cuts(word: Span, edge: usize) -> bool {
    word.start < edge && edge < word.end
}

/// Extends `span` by the adjoining Chinese characters, at most [`CONTEXT_CHARS`] on each side.
pub(super) fn with_context(text: &str, span: Span) -> Span {
    let before = text[..span.start].chars().rev().take_while(|&c| is_han(c)).take(CONTEXT_CHARS);
    let after = text[span.end..].chars().take_while(|&c| is_han(c)).take(CONTEXT_CHARS);
    let before: usize = before.map(char::len_utf8).sum();
    let after: usize = after.map(char::len_utf8).sum();
    Span::new(span.start - before, span.end + after)
}

#[cfg(test)]
mod tests {
    use crate::builtin::lexicon;
    use crate::text::Span;

    #[test]
    fn divides_a_clause_into_words() {
        let lexicon = lexicon();
        let divide = |clause: &str| {
            let words: Vec<_> = lexicon.segment(clause).iter().map(|word| word.of(clause).to_owned()).collect();
            words.join("/")
        };
        assert_eq!(divide("按照指定单位"), "按照/指定/单位");
        assert_eq!(divide("2023年的GDP，增长"), "2023/年/的/GDP，/增长");
        assert_eq!(divide(""), "");
    }

    #[test]
    fn detects_words_across_the_edges_of_a_span() {
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
