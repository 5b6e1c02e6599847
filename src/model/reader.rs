//! A model as checks see it: a reader of articles that doubts characters, with reasons.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::rc::Rc;

use fnv::FnvBuildHasher;

use super::archive::{Archive, WORTH};
use super::container::Sections;
use super::decision::{Decision, Limits};
use super::ngram::key_of;
use super::scorer::{Model, Suspicion};
use super::slips::Suspect;
use super::storage;
use super::symbols::{Symbol, Symbols, char_of, is_han_symbol};
use crate::context::{ContextReader, Doubt, Slip};
use crate::error::Result;
use crate::text::Span;

/// Texts are read together up to this number of symbols.
const MOST_SYMBOLS: usize = 4096;

/// What is found in a text.
struct Found {
    /// The number of the text.
    text: usize,
    /// The symbols of the text, and of those that were read with it.
    symbols: Rc<Symbols>,
    suspicions: Vec<(f32, Suspicion)>,
    slips: Vec<Suspect>,
}

/// Characters that are taken for each other so often that their scores need limits of their own, and by how much these are
/// higher than those of others: so that as few are doubted wrongly of those that are doubted.
const CLOSED: [(&str, f32); 3] = [("的地得", -0.6), ("像象向", -1.1), ("即既", 1.9)];

impl Limits {
    /// The limits for a suspicion.
    fn of(self, suspicion: &Suspicion) -> Limits {
        let pair = [suspicion.written, suspicion.meant].map(char_of);
        let higher = CLOSED.iter().find(|(set, _)| pair.iter().all(|c| set.contains(*c))).map_or(0.0, |(_, it)| *it);
        Limits { nearly_certain: self.nearly_certain + higher, suspicious: self.suspicious + higher }
    }
}

/// A model whose bytes stay in memory until the program ends.
pub struct Reader {
    model: Model<'static>,
    /// Whether nothing is reported as nearly certain.
    is_advice: bool,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl Reader {
    fn new(sections: &Sections<'static>) -> Result<Reader> {
        Ok(Reader { model: Model::new(sections)?, is_advice: false })
    }

    /// Opens a model file.
    ///
    /// # Errors
    /// The file cannot be read, is not a model file, is of another version, or is damaged.
    pub fn open(path: &Path) -> Result<Reader> {
        let sections = Sections::read(storage::map(path)?).and_then(Sections::verify);
        sections.and_then(|sections| Reader::new(&sections)).map_err(|error| error.in_file(path.display()))
    }

    /// Opens the model that comes with the program: the full one if it is there, or else the light one. What they contain is
    /// not verified, which would take longer than a page; `zhubi model info` does it.
    ///
    /// # Errors
    /// It is not a model file, is of another version, or its length is not right.
    pub fn shipped() -> Result<Option<Reader>> {
        let Some(path) = storage::full_model() else { return Reader::light() };
        let reader = storage::map(&path).and_then(Sections::read).and_then(|sections| Reader::new(&sections));
        let help = "请重新安装；加上 --no-model 就不用模型。";
        reader.map(Some).map_err(|error| error.in_file(path.display()).help(help))
    }

    /// Opens the light model, which is part of the program, if the program was built with one.
    ///
    /// # Errors
    /// It is of another version.
    pub fn light() -> Result<Option<Reader>> {
        storage::light_model().map(|bytes| Sections::read(bytes).and_then(|it| Reader::new(&it))).transpose()
    }

    /// Adds the sequences of a model that was trained on the archive of a paper.
    ///
    /// # Errors
    /// Those of [`open`](Reader::open).
    pub fn with_own(mut self, path: &Path) -> Result<Reader> {
        let sections = Sections::read(storage::map(path)?).and_then(Sections::verify);
        let own = sections.and_then(|sections| Archive::read(&sections));
        self.model.own = Some(own.map_err(|error| error.in_file(path.display()))?);
        Ok(self)
    }

    /// Reports everything as advice.
    pub fn into_advice(self) -> Reader {
        Reader { is_advice: true, ..self }
    }

    /// The scores that a suspicion needs to be reported.
    fn limits(&self, decision: &Decision) -> Limits {
        let worth = if self.model.own.is_some() { WORTH } else { 0.0 };
        let Limits { nearly_certain, suspicious } = decision.limits;
        Limits { nearly_certain: nearly_certain - worth, suspicious: suspicious - worth }
    }

    /// Reads texts that follow each other and adds what is found in each. `first` is the number of the first one.
    fn find(&self, first: usize, symbols: Symbols, decision: &Decision, limits: Limits, found: &mut Vec<Found>) {
        let symbols = Rc::new(symbols);
        let known = self.model.known(&symbols);
        let suspicions = self.model.suspicions_at(&symbols, &known, &self.model.corrections);
        let scored = suspicions.into_iter().map(|it| (decision.score(&it.features), it));
        let mut reported = scored.filter(|(score, it)| *score >= limits.of(it).suspicious).peekable();
        let mut places = &known.places[..];
        for (text, range) in (first..).zip(symbols.texts()) {
            let (own, others) = places.split_at(places.partition_point(|place| place.at < range.end));
            places = others;
            let suspicions: Vec<_> =
                std::iter::from_fn(|| reported.next_if(|(_, suspicion)| suspicion.at < range.end)).collect();
            let slips = self.model.slips(symbols.symbols(), range, own);
            if !suspicions.is_empty() || !slips.is_empty() {
                found.push(Found { text, symbols: Rc::clone(&symbols), suspicions, slips });
            }
        }
    }

    /// The reason for a suspicion: words as they are written, and as they may be meant.
    fn reason(&self, symbols: &[Symbol], suspicion: &Suspicion) -> String {
        let mut corrected = symbols.to_vec();
        corrected[suspicion.at] = suspicion.meant;
        let (start, end) = self.telling_words(&corrected, suspicion.at);
        self.contrast(&symbols[start..end], &corrected[start..end])
    }

    /// Says of what is written whether it is known, and of what may be meant that it is.
    fn contrast(&self, written: &[Symbol], meant: &[Symbol]) -> String {
        let text = |symbols: &[Symbol]| symbols.iter().map(|&symbol| char_of(symbol)).collect::<String>();
        let found = if self.model.ngrams.knows(written) { "少见" } else { "未见" };
        format!("“{}”{found}，“{}”常见", text(written), text(meant))
    }

    /// A slip as a doubt.
    fn doubt_of_slip(&self, text: usize, symbols: &Symbols, slip: &Suspect) -> Doubt {
        let written = &symbols.symbols()[slip.around.clone()];
        let at = slip.at - slip.around.start;
        let replaced = match slip.slip {
            Slip::Doubled => &slip.meant[at..=at],
            Slip::Swapped | Slip::Replaced => &slip.meant[at..at + 2],
        };
        // The words around all that differs.
        let words = [at, at + replaced.len() - 1].map(|at| self.telling_words(&slip.meant, at));
        let (start, end) = (words[0].0.min(words[1].0), words[0].1.max(words[1].1));
        let longer = written.len() - slip.meant.len();
        Doubt {
            text,
            span: Span::new(symbols.start(slip.at), symbols.start(slip.at + 2)),
            meant: replaced.iter().map(|&symbol| char_of(symbol)).collect(),
            slip: slip.slip,
            gain: slip.gain,
            is_nearly_certain: !self.is_advice,
            reason: self.contrast(&written[start..end + longer], &slip.meant[start..end]),
            scores: format!("改了以后，字的先后 {:+.1}", slip.gain),
        }
    }

    /// Returns where the words begin and end that show why the symbol at `at` fits: the word that it is part of with the one
    /// before or behind it, if that is known, or what else is known.
    fn telling_words(&self, symbols: &[Symbol], at: usize) -> (usize, usize) {
        let words = &self.model.words;
        let word = words.over(symbols, at);
        let end = word.start + word.length;
        let before = words.ending_at(symbols, word.start).filter(|it| it.length > 1).map(|it| (it.start, end));
        let after =
            words.starting_at(symbols, end).filter(|it| it.length > 1).map(|it| (word.start, it.start + it.length));
        let itself = Some((word.start, end)).filter(|_| word.length > 1);
        let spans = [before, after, itself].into_iter().flatten();
        let mut known = spans.filter(|&(start, end)| self.model.ngrams.knows(&symbols[start..end]));
        known.next().unwrap_or_else(|| self.model.ngrams.known_around(symbols, at))
    }
}

impl ContextReader for Reader {
    fn doubts(&self, texts: &[&str]) -> Vec<Doubt> {
        let Some(decision) = &self.model.decision else { return Vec::new() };
        let limits = self.limits(decision);
        let mut found: Vec<Found> = Vec::new();
        let mut next = 0;
        while next < texts.len() {
            let (first, mut symbols) = (next, Symbols::default());
            while next < texts.len() && symbols.symbols().len() < MOST_SYMBOLS {
                symbols.append(texts[next]);
                next += 1;
            }
            self.find(first, symbols, decision, limits, &mut found);
        }
        if found.is_empty() {
            return Vec::new();
        }
        let places = found.iter().flat_map(|it| {
            let replaced = it.suspicions.iter().map(|(_, it)| it.at);
            replaced.chain(it.slips.iter().map(|it| it.at)).map(|at| (it.symbols.symbols(), at))
        });
        let recurring = Recurring::new(texts, places);
        let mut doubts = Vec::new();
        for Found { text, symbols, mut suspicions, slips } in found {
            let first = doubts.len();
            let slips = slips.into_iter().filter(|slip| !recurring.has_pair(symbols.symbols(), slip.at));
            doubts.extend(slips.map(|slip| self.doubt_of_slip(text, &symbols, &slip)));
            let slips: Vec<Span> = doubts[first..].iter().map(|doubt: &Doubt| doubt.span).collect();
            suspicions.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.at.cmp(&b.1.at)));
            let mut chosen: Vec<(f32, Suspicion)> = Vec::new();
            for (score, suspicion) in suspicions {
                let is_apart = chosen.iter().all(|(_, other)| other.at.abs_diff(suspicion.at) > 1);
                let start = symbols.start(suspicion.at);
                let is_in_slip = slips.iter().any(|slip| (slip.start..slip.end).contains(&start));
                if is_apart
                    && !is_in_slip
                    && !recurring.has(symbols.symbols(), suspicion.at, |a, b| self.model.ngrams.may_know_pair(a, b))
                {
                    chosen.push((score, suspicion));
                }
            }
            chosen.sort_by_key(|(_, suspicion)| suspicion.at);
            doubts.extend(chosen.into_iter().map(|(score, suspicion)| {
                let start = symbols.start(suspicion.at);
                Doubt {
                    text,
                    span: Span::new(start, start + char_of(suspicion.written).len_utf8()),
                    meant: char_of(suspicion.meant).to_string(),
                    slip: Slip::Replaced,
                    gain: suspicion.main_features()[0],
                    is_nearly_certain: !self.is_advice && score >= limits.of(&suspicion).nearly_certain,
                    reason: self.reason(symbols.symbols(), &suspicion),
                    scores: scores(score, limits.of(&suspicion), &suspicion),
                }
            }));
            doubts[first..].sort_by_key(|doubt| doubt.span.start);
        }
        doubts
    }
}

/// What a suspicion is judged by, for readers who ask.
fn scores(score: f32, limits: Limits, suspicion: &Suspicion) -> String {
    let [sequence, fit, topic] = suspicion.main_features();
    format!(
        "把握 {score:.1}，{:.1} 以上报警告、{:.1} 以上报建议；换字以后，字的先后 {sequence:+.1}，上下文 {fit:+.1}，话题 {topic:+.1}",
        limits.nearly_certain, limits.suspicious
    )
}

/// How often the sequences of up to three characters around some places occur in an article. What an author writes again is
/// meant: a name, a term.
struct Recurring {
    counts: HashMap<u64, u32, FnvBuildHasher>,
}

/// How often a sequence of two and of three characters has to occur to be meant.
const MEANT: [(usize, u32); 2] = [(2, 3), (3, 2)];

/// Characters before and after the short name of a state (中斐两国, 瑙方), which may be any character of its name.
const BESIDE_STATES: [&str; 2] = ["中", "方中两"];

impl Recurring {
    fn new<'s>(texts: &[&str], places: impl Iterator<Item = (&'s [Symbol], usize)>) -> Recurring {
        let mut counts: HashMap<u64, u32, FnvBuildHasher> = HashMap::default();
        // A bit for each symbol that a sequence begins with: most of the text need not be looked up.
        let mut begins = [0_u64; 1 << (Symbol::BITS - 6)];
        for (symbols, at) in places {
            for sequence in (1..=3).flat_map(|length| sequences_around(symbols, at, length)) {
                counts.insert(key_of(sequence), 0);
                begins[usize::from(sequence[0] >> 6)] |= 1 << (sequence[0] & 63);
            }
        }
        let mut symbols = Symbols::default();
        for text in texts {
            symbols.read(text);
            let symbols = symbols.symbols();
            let starts = (0..symbols.len()).filter(|&start| {
                let first = symbols[start];
                begins[usize::from(first >> 6)] >> (first & 63) & 1 == 1
            });
            for sequence in
                starts.flat_map(|start| (1..=3).filter_map(move |length| symbols.get(start..start + length)))
            {
                if sequence.iter().all(|&symbol| is_han_symbol(symbol))
                    && let Some(count) = counts.get_mut(&key_of(sequence))
                {
                    *count += 1;
                }
            }
        }
        Recurring { counts }
    }

    /// Whether one of the sequences that contain the symbol at `at` recurs. Two characters that are `known` to stand beside
    /// each other may recur by chance.
    fn has(&self, symbols: &[Symbol], at: usize, known: impl Fn(Symbol, Symbol) -> bool) -> bool {
        self.is_short_name(symbols, at)
            || MEANT.iter().any(|&(length, least)| {
                let sequences = sequences_around(symbols, at, length);
                let mut telling = sequences.filter(|it| !matches!(**it, [first, second] if known(first, second)));
                telling.any(|sequence| self.counts.get(&key_of(sequence)).is_some_and(|&count| count >= least))
            })
    }

    /// Whether the two symbols at `at` stand together elsewhere in the article.
    fn has_pair(&self, symbols: &[Symbol], at: usize) -> bool {
        self.counts.get(&key_of(&symbols[at..at + 2])).is_some_and(|&count| count > 1)
    }

    /// Whether the symbol at `at` stands for a state whose name is elsewhere in the article.
    fn is_short_name(&self, symbols: &[Symbol], at: usize) -> bool {
        let is_one_of = |index: Option<usize>, characters: &str| {
            let symbol = index.and_then(|index| symbols.get(index));
            symbol.is_some_and(|&symbol| characters.contains(char_of(symbol)))
        };
        let [before, after] = BESIDE_STATES;
        (is_one_of(at.checked_sub(1), before) || is_one_of(Some(at + 1), after))
            && self.counts.get(&key_of(&symbols[at..=at])).is_some_and(|&count| count > 1)
    }
}

/// The sequences of a length that contain the symbol at `at`.
fn sequences_around(symbols: &[Symbol], at: usize, length: usize) -> impl Iterator<Item = &[Symbol]> {
    ((at + 1).saturating_sub(length)..=at).filter_map(move |start| symbols.get(start..start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_recurs_is_meant() {
        let texts = ["格方表示欢迎。中方同格方签署协议，", "格方愿意扩大合作。优誓产业增长，优誓明显，产业，产业。"];
        let mut symbols = Symbols::default();
        symbols.read(texts[1]);
        let places = (0..symbols.symbols().len()).map(|at| (symbols.symbols(), at));
        let recurring = Recurring::new(&texts, places);
        let at = |c: char| symbols.symbols().iter().position(|&symbol| symbol == c as Symbol).unwrap();
        let has = |c: char, is_known: bool| recurring.has(symbols.symbols(), at(c), |_, _| is_known);
        assert!(has('格', false) && has('格', true) && !has('誓', false) && has('产', false) != has('产', true));
    }
}
