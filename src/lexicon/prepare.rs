//! From the lists under `rules/lexicon/` to the bytes that a [`Lexicon`](super::Lexicon) reads in place.

use std::collections::BTreeMap;

use super::slip::Half;
use super::{Entry, Parts, likeness, slip};
use crate::text::{BloomFilter, pair_key};

/// The lists: an entry a line, its fields apart by blanks; a line that begins with # is passed over.
#[derive(Debug, Clone, Copy)]
pub struct LexiconSources<'t> {
    /// A word, its frequency, its class.
    pub words: &'t str,
    /// An idiom of four characters, its frequency, and accepted variants.
    pub idioms: &'t str,
    /// A reading without tone, and the characters that have it.
    pub readings: &'t str,
    /// `initial` or `final`, and two of these that many do not keep apart.
    pub sounds: &'t str,
    /// Characters that look alike.
    pub shapes: &'t str,
}

/// Prepares a lexicon. The error names the line that is not as it should be.
pub fn prepare(lists: LexiconSources) -> Result<Vec<u8>, String> {
    let mut words = BTreeMap::new();
    let mut classes: Vec<&str> = Vec::new();
    let mut total = 0.0;
    for (line, fields) in entries(lists.words) {
        let [word, frequency, class] = fields[..] else { return Err(wrong(line)) };
        let frequency = frequency.parse().map_err(|_| wrong(line))?;
        let number = classes.iter().position(|known| *known == class).unwrap_or_else(|| {
            classes.push(class);
            classes.len() - 1
        });
        total += f64::from(frequency);
        words.insert(word, Entry::new(frequency, number, false));
    }
    if classes.len() >= 1 << Entry::CLASS_BITS {
        return Err(format!("{} classes of words are too many", classes.len()));
    }

    let (mut idioms, mut preferred) = (Vec::new(), Vec::new());
    let idiom_class = classes.len();
    classes.push("i");
    for (line, fields) in entries(lists.idioms) {
        let [idiom, frequency, ref variants @ ..] = fields[..] else { return Err(wrong(line)) };
        let frequency: u32 = frequency.parse().map_err(|_| wrong(line))?;
        total += f64::from(frequency);
        for &form in [idiom].iter().chain(variants) {
            let characters: Vec<char> = form.chars().collect();
            idioms.push(<[char; 4]>::try_from(characters).map_err(|_| wrong(line))?);
            words.insert(form, Entry::new(frequency, idiom_class, true));
        }
        preferred.extend(variants.iter().map(|&variant| (variant, idiom)));
    }

    let mut map = fst::MapBuilder::memory();
    map.extend_iter(words.iter().map(|(word, entry)| (word, entry.0))).map_err(|error| error.to_string())?;
    let map = map.into_inner().map_err(|error| error.to_string())?;
    let classes = classes.join(" ");
    let idioms = Tables::of(idioms)?;
    let preferred = pairs(&preferred)?;
    let characters = characters(lists)?;
    let parts = Parts {
        words: &map,
        classes: &classes,
        total: f64::ln(total) as f32,
        idioms: slip::Parts {
            idioms: &idioms.idioms,
            by_last: &idioms.by_last,
            first_buckets: &idioms.first_buckets,
            last_buckets: &idioms.last_buckets,
            preferred: &preferred,
            halves: idioms.halves.bytes(),
            thirds: idioms.thirds.bytes(),
        },
        characters: likeness::Parts {
            readings: &characters[0],
            initials: &characters[1],
            finals: &characters[2],
            shapes: &characters[3],
        },
    };
    postcard::to_stdvec(&parts).map_err(|error| error.to_string())
}

/// The lines of a list that hold an entry, each with its fields.
fn entries(list: &str) -> impl Iterator<Item = (&str, Vec<&str>)> {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| (line, line.split(' ').collect()))
}

fn wrong(line: &str) -> String {
    format!("a line of the lexicon is not as it should be: {line}")
}

/// The tables of idioms.
struct Tables {
    idioms: Vec<u8>,
    by_last: Vec<u8>,
    first_buckets: Vec<u8>,
    last_buckets: Vec<u8>,
    halves: BloomFilter<'static>,
    thirds: BloomFilter<'static>,
}

impl Tables {
    fn of(mut idioms: Vec<[char; 4]>) -> Result<Tables, String> {
        if u16::try_from(idioms.len()).is_err() {
            return Err(format!("{} idioms are too many", idioms.len()));
        }
        let first = |idiom: &[char; 4]| Half::new(idiom[0], idiom[1]);
        let last = |idiom: &[char; 4]| Half::new(idiom[2], idiom[3]);
        idioms.sort_by_key(|idiom| (first(idiom).bucket(), *idiom));
        idioms.dedup();
        let mut by_last: Vec<usize> = (0..idioms.len()).collect();
        by_last.sort_by_key(|&number| (last(&idioms[number]).bucket(), number));

        let mut tables = Tables {
            idioms: Vec::new(),
            by_last: Vec::new(),
            first_buckets: Vec::new(),
            last_buckets: Vec::new(),
            halves: BloomFilter::new(Half::HALVES),
            thirds: BloomFilter::new(Half::THIRDS),
        };
        for idiom in &idioms {
            for character in idiom {
                tables.idioms.extend(code(*character)?);
            }
            let &[a, b, c, d] = idiom;
            for (half, others, is_last) in [([a, b], [c, d], false), ([c, d], [a, b], true)] {
                tables.halves.add(pair_key(half[0], half[1]));
                for other in others {
                    tables.thirds.add(Half::new(half[0], half[1]).with(other, is_last));
                }
            }
        }
        tables.by_last.extend(by_last.iter().flat_map(|&number| (number as u16).to_be_bytes()));
        for bucket in 0..=Half::BUCKETS {
            let start = idioms.partition_point(|idiom| first(idiom).bucket() < bucket);
            tables.first_buckets.extend((start as u16).to_be_bytes());
            let start = by_last.partition_point(|&number| last(&idioms[number]).bucket() < bucket);
            tables.last_buckets.extend((start as u16).to_be_bytes());
        }
        Ok(tables)
    }
}

/// The characters of two idioms, one pair after another; sorted.
fn pairs(idioms: &[(&str, &str)]) -> Result<Vec<u8>, String> {
    let codes = |(variant, preferred): &(&str, &str)| {
        variant.chars().chain(preferred.chars()).map(code).collect::<Result<Vec<_>, _>>().map(|codes| codes.concat())
    };
    let mut pairs = idioms.iter().map(codes).collect::<Result<Vec<_>, _>>()?;
    pairs.sort();
    Ok(pairs.concat())
}

/// Readings, blurred initials, blurred finals, shapes.
fn characters(lists: LexiconSources) -> Result<[Vec<u8>; 4], String> {
    let mut initials: Vec<&str> = Vec::new();
    let mut finals: Vec<&str> = Vec::new();
    let mut readings = Vec::new();
    for (line, fields) in entries(lists.readings) {
        let [reading, characters] = fields[..] else { return Err(wrong(line)) };
        let (initial, last) = reading.split_at(initial_length(reading));
        let sound = [number(&mut initials, initial), number(&mut finals, last)];
        for character in characters.chars() {
            let [high, low] = code(character)?;
            readings.push([high, low, sound[0], sound[1]]);
        }
    }
    readings.sort();

    let (mut blurred_initials, mut blurred_finals) = (Vec::new(), Vec::new());
    for (line, fields) in entries(lists.sounds) {
        match fields[..] {
            ["initial", a, b] => blurred_initials.extend([number(&mut initials, a), number(&mut initials, b)]),
            ["final", a, b] => blurred_finals.extend([number(&mut finals, a), number(&mut finals, b)]),
            _ => return Err(wrong(line)),
        }
    }

    let mut shapes = Vec::new();
    for (line, _) in entries(lists.shapes) {
        for a in line.chars() {
            for b in line.chars().filter(|&b| b != a) {
                let ([a, b], [c, d]) = (code(a)?, code(b)?);
                shapes.push([a, b, c, d]);
            }
        }
    }
    shapes.sort();
    shapes.dedup();
    Ok([readings.concat(), blurred_initials, blurred_finals, shapes.concat()])
}

/// The bytes of the initial that a reading begins with; y and w count as initials.
fn initial_length(reading: &str) -> usize {
    match reading.as_bytes() {
        [b'z' | b'c' | b's', b'h', ..] => 2,
        [b'a' | b'e' | b'o', ..] | [] => 0,
        _ => 1,
    }
}

fn number<'t>(known: &mut Vec<&'t str>, name: &'t str) -> u8 {
    let number = known.iter().position(|other| *other == name).unwrap_or_else(|| {
        known.push(name);
        known.len() - 1
    });
    number as u8
}

fn code(character: char) -> Result<[u8; 2], String> {
    u16::try_from(character as u32).map(u16::to_be_bytes).map_err(|_| format!("{character} is not in the basic plane"))
}
