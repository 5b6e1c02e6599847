//! Compiles the lists under `rules/lexicon/` into the serialized tables of a [`Lexicon`](super::Lexicon). The build
//! script runs this code.

use std::collections::BTreeMap;

use super::idiom::{Certain, IdiomTables};
use super::likeness::{CharacterTables, FIRST_HINTED, LAST_HINTED};
use super::parts::{IdiomPart, PartLists, Parted};
use super::{LexiconTables, WordEntry};

/// The texts of the lists. Each line is one entry with its fields separated by spaces; lines that start with `#` are
/// comments.
#[derive(Debug, Clone, Copy)]
pub struct LexiconSources<'t> {
    /// Words with their frequency and class.
    pub words: &'t str,
    /// Idioms of four characters with their frequency and accepted variants.
    pub idioms: &'t str,
    /// Set phrases of four characters and the idioms among them, each with its frequency and the mistakes that are
    /// certain: `1` to `4` for a lost character, `a` to `c` for a character swapped with the next one. `w` marks a common
    /// sequence of words.
    pub phrases: &'t str,
    /// Readings without tone, each with the characters that have it.
    pub readings: &'t str,
    /// Pairs of similar sounds. Each entry is `initial` or `final`, and two initials or finals that many speakers do not
    /// distinguish.
    pub sounds: &'t str,
    /// Groups of characters that look alike, chosen by hand.
    pub shapes: &'t str,
    /// Pairs of characters whose printed forms resemble each other.
    pub glyphs: &'t str,
}

/// A variant of an idiom, and the form that is preferred to it.
type PreferredForm<'t> = (&'t str, &'t str);

/// Serializes a lexicon, to be read with [`Lexicon::read`](super::Lexicon::read).
///
/// # Errors
/// A message that names the malformed line, or the limit that the lists exceed.
pub fn prepare(sources: LexiconSources) -> Result<Vec<u8>, String> {
    let mut words = WordEntries::default();
    words.add_words(sources.words)?;
    let (mut idioms, preferred) = words.add_idioms(sources.idioms)?;
    let certain = words.add_phrases(sources.phrases)?;
    idioms.extend(certain.keys());

    let mut map = fst::MapBuilder::memory();
    map.extend_iter(words.entries.iter().map(|(word, entry)| (word, entry.0))).map_err(|error| error.to_string())?;
    let map = map.into_inner().map_err(|error| error.to_string())?;
    let classes = words.classes.join(" ");
    let idioms = IdiomLists::of(idioms, &certain)?;
    let preferred = encode_pairs(&preferred)?;
    let characters = CharacterBytes::of(sources)?;
    let tables = LexiconTables {
        words: &map,
        classes: &classes,
        log_total: f64::ln(words.total_frequency) as f32,
        idioms: IdiomTables {
            by_first_half: idioms.by_first_half.bytes(),
            by_last_half: idioms.by_last_half.bytes(),
            by_swapped_middle: idioms.by_swapped_middle.bytes(),
            preferred: &preferred,
        },
        characters: CharacterTables {
            readings: &characters.readings,
            similar_initials: &characters.similar_initials,
            similar_finals: &characters.similar_finals,
            shapes: &characters.shapes,
            hints: &characters.hints,
        },
    };
    postcard::to_stdvec(&tables).map_err(|error| error.to_string())
}

/// Returns the lines of a list that contain an entry, each with its fields.
fn entries(list: &str) -> impl Iterator<Item = (&str, Vec<&str>)> {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| (line, line.split(' ').collect()))
}

fn malformed(line: &str) -> String {
    format!("a line of the lexicon is malformed: {line}")
}

/// The words and idioms of the lexicon with their entries.
#[derive(Default)]
struct WordEntries<'t> {
    entries: BTreeMap<&'t str, WordEntry>,
    /// The names of the word classes. The index of a class is its number.
    classes: Vec<&'t str>,
    total_frequency: f64,
    idiom_class: usize,
}

impl<'t> WordEntries<'t> {
    /// Adds the list of words.
    fn add_words(&mut self, list: &'t str) -> Result<(), String> {
        for (line, fields) in entries(list) {
            let [word, frequency, class] = fields[..] else { return Err(malformed(line)) };
            let frequency = frequency.parse().map_err(|_| malformed(line))?;
            let class = self.classes.iter().position(|known| *known == class).unwrap_or_else(|| {
                self.classes.push(class);
                self.classes.len() - 1
            });
            self.total_frequency += f64::from(frequency);
            self.entries.insert(word, WordEntry::new(frequency, class, false));
        }
        if self.classes.len() >= 1 << WordEntry::CLASS_BITS {
            return Err(format!("too many word classes: {}", self.classes.len()));
        }
        Ok(())
    }

    /// Adds the list of idioms and their variants, which replace words of the same form. Returns the characters of all
    /// forms, and pairs of a variant and its preferred form.
    fn add_idioms(&mut self, list: &'t str) -> Result<(Vec<[char; 4]>, Vec<PreferredForm<'t>>), String> {
        let (mut idioms, mut preferred) = (Vec::new(), Vec::new());
        self.idiom_class = self.classes.len();
        self.classes.push("i");
        for (line, fields) in entries(list) {
            let [idiom, frequency, ref variants @ ..] = fields[..] else { return Err(malformed(line)) };
            let frequency: u32 = frequency.parse().map_err(|_| malformed(line))?;
            self.total_frequency += f64::from(frequency);
            for &form in [idiom].iter().chain(variants) {
                let characters: Vec<char> = form.chars().collect();
                idioms.push(<[char; 4]>::try_from(characters).map_err(|_| malformed(line))?);
                self.entries.insert(form, WordEntry::new(frequency, self.idiom_class, true));
            }
            preferred.extend(variants.iter().map(|&variant| (variant, idiom)));
        }
        Ok((idioms, preferred))
    }

    /// Adds the list of set phrases. A phrase that is an idiom keeps the higher frequency. Returns which mistakes are
    /// certain.
    fn add_phrases(&mut self, list: &'t str) -> Result<BTreeMap<[char; 4], Certain>, String> {
        let mut all = BTreeMap::new();
        for (line, fields) in entries(list) {
            let (&[phrase, frequency], marks) = fields.split_first_chunk().ok_or_else(|| malformed(line))?;
            let frequency: u32 = frequency.parse().map_err(|_| malformed(line))?;
            let known = self.entries.get(phrase).map_or(0, |entry| entry.frequency());
            self.total_frequency += f64::from(frequency.saturating_sub(known));
            self.entries.insert(phrase, WordEntry::new(frequency.max(known), self.idiom_class, true));
            let characters: Vec<char> = phrase.chars().collect();
            let mut certain = 0;
            for mark in marks.iter().flat_map(|marks| marks.chars()) {
                certain |= 1 << "1234abcw".find(mark).ok_or_else(|| malformed(line))?;
            }
            all.insert(<[char; 4]>::try_from(characters).map_err(|_| malformed(line))?, Certain(certain));
        }
        Ok(all)
    }
}

/// The contents of [`IdiomTables`], except the preferred forms.
struct IdiomLists {
    by_first_half: PartLists,
    by_last_half: PartLists,
    by_swapped_middle: PartLists,
}

impl IdiomLists {
    fn of(mut idioms: Vec<[char; 4]>, certain: &BTreeMap<[char; 4], Certain>) -> Result<IdiomLists, String> {
        idioms.sort_unstable();
        idioms.dedup();
        idioms.iter().flatten().try_for_each(|character| encode(*character).map(drop))?;
        let certain_of = |idiom: &[char; 4]| certain.get(idiom).copied().unwrap_or(Certain(0));
        let by = |parts: fn([char; 4]) -> [char; 4], idioms: &mut dyn Iterator<Item = &[char; 4]>| {
            let parted = idioms.map(|idiom| {
                let [a, b, c, d] = parts(*idiom);
                Parted { part: IdiomPart::new(a, b), other: IdiomPart::new(c, d), certain: certain_of(idiom).0 }
            });
            PartLists::of(parted.collect())
        };
        Ok(IdiomLists {
            by_first_half: by(|idiom| idiom, &mut idioms.iter())?,
            by_last_half: by(|[a, b, c, d]| [c, d, a, b], &mut idioms.iter())?,
            by_swapped_middle: by(
                |[a, b, c, d]| [c, b, a, d],
                &mut idioms.iter().filter(|idiom| certain_of(idiom).is_swapped(1)),
            )?,
        })
    }
}

/// Encodes pairs of a variant and its preferred form. The result is sorted.
fn encode_pairs(pairs: &[(&str, &str)]) -> Result<Vec<u8>, String> {
    let encode_pair = |(variant, preferred): &(&str, &str)| {
        let codes = variant.chars().chain(preferred.chars()).map(encode).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, String>(codes.concat())
    };
    let mut encoded = pairs.iter().map(encode_pair).collect::<Result<Vec<_>, _>>()?;
    encoded.sort();
    Ok(encoded.concat())
}

/// The contents of [`CharacterTables`].
struct CharacterBytes {
    readings: Vec<u8>,
    similar_initials: Vec<u8>,
    similar_finals: Vec<u8>,
    shapes: Vec<u8>,
    hints: Vec<u8>,
}

impl CharacterBytes {
    fn of(sources: LexiconSources) -> Result<CharacterBytes, String> {
        let mut initials: Vec<&str> = Vec::new();
        let mut finals: Vec<&str> = Vec::new();
        let mut readings = Vec::new();
        for (line, fields) in entries(sources.readings) {
            let [reading, characters] = fields[..] else { return Err(malformed(line)) };
            let (initial, final_part) = reading.split_at(initial_length(reading));
            let sound = [number_of(initial, &mut initials), number_of(final_part, &mut finals)];
            for character in characters.chars() {
                let [high, low] = encode(character)?;
                readings.push([high, low, sound[0], sound[1]]);
            }
        }
        readings.sort_unstable();

        let (mut similar_initials, mut similar_finals) = (Vec::new(), Vec::new());
        for (line, fields) in entries(sources.sounds) {
            match fields[..] {
                ["initial", a, b] => {
                    similar_initials.extend([number_of(a, &mut initials), number_of(b, &mut initials)]);
                }
                ["final", a, b] => similar_finals.extend([number_of(a, &mut finals), number_of(b, &mut finals)]),
                _ => return Err(malformed(line)),
            }
        }

        let mut shapes = Vec::new();
        for (line, _) in entries(sources.shapes).chain(entries(sources.glyphs)) {
            for a in line.chars() {
                for b in line.chars().filter(|&b| b != a) {
                    let ([a, b], [c, d]) = (encode(a)?, encode(b)?);
                    shapes.push([a, b, c, d]);
                }
            }
        }
        shapes.sort_unstable();
        shapes.dedup();
        let hints = hints(&readings, &merged(&similar_initials), &merged(&similar_finals), &shapes);
        let (readings, shapes) = (readings.concat(), shapes.concat());
        Ok(CharacterBytes { readings, similar_initials, similar_finals, shapes, hints })
    }
}

/// The number of bits of a hint that stand for sounds; the others stand for shapes.
const SOUND_BITS: u32 = 32;

/// The hints of [`Characters`](super::likeness::Characters). Sounds that many speakers do not distinguish have the same
/// bit; `initials` and `finals` say which number stands for all that are similar to it. Characters that look alike have a
/// bit in common, and each has few.
fn hints(readings: &[[u8; 4]], initials: &[u8], finals: &[u8], shapes: &[[u8; 4]]) -> Vec<u8> {
    let mut hints = vec![0_u64; usize::from(LAST_HINTED - FIRST_HINTED) + 1];
    let index = |high: u8, low: u8| usize::from(u16::from_be_bytes([high, low]).wrapping_sub(FIRST_HINTED));
    for &[high, low, initial, final_part] in readings {
        let sound = u32::from(initials[usize::from(initial)]) * 31 + u32::from(finals[usize::from(final_part)]);
        if let Some(hint) = hints.get_mut(index(high, low)) {
            *hint |= 1 << (sound.wrapping_mul(0x9E37_79B1) % SOUND_BITS);
        }
    }
    for &[a, b, c, d] in shapes {
        let of = |index: usize| hints.get(index).map_or(0, |hint| hint >> SOUND_BITS);
        let (one, other) = (index(a, b), index(c, d));
        if of(one) & of(other) != 0 {
            continue;
        }
        // A bit that one of them has anyway, or the next one in turn.
        let known = of(one) | of(other);
        let bit = if known == 0 { one as u32 % (u64::BITS - SOUND_BITS) } else { known.trailing_zeros() };
        for index in [one, other] {
            if let Some(hint) = hints.get_mut(index) {
                *hint |= 1 << (SOUND_BITS + bit);
            }
        }
    }
    hints.iter().flat_map(|hint| hint.to_le_bytes()).collect()
}

/// For each number, the one that stands for it and all numbers that it is paired with, also by way of others.
fn merged(pairs: &[u8]) -> Vec<u8> {
    let mut merged: Vec<u8> = (0..=u8::MAX).collect();
    for pair in pairs.as_chunks::<2>().0 {
        let [kept, replaced] = pair.map(|number| merged[usize::from(number)]);
        merged.iter_mut().filter(|number| **number == replaced).for_each(|number| *number = kept);
    }
    merged
}

/// Returns the length in bytes of the initial of a reading. `y` and `w` count as initials.
fn initial_length(reading: &str) -> usize {
    match reading.as_bytes() {
        [b'z' | b'c' | b's', b'h', ..] => 2,
        [b'a' | b'e' | b'o', ..] | [] => 0,
        _ => 1,
    }
}

/// Returns the index of `name` in `known`, after adding it if it is missing.
fn number_of<'t>(name: &'t str, known: &mut Vec<&'t str>) -> u8 {
    let number = known.iter().position(|other| *other == name).unwrap_or_else(|| {
        known.push(name);
        known.len() - 1
    });
    number as u8
}

/// Encodes a character as its code point in two bytes, big endian. Fails outside the Basic Multilingual Plane.
fn encode(character: char) -> Result<[u8; 2], String> {
    u16::try_from(character as u32)
        .map(u16::to_be_bytes)
        .map_err(|_| format!("{character} is not in the Basic Multilingual Plane"))
}
