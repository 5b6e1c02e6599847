//! Names that a title or a verb of saying introduces, and the places where the same name is misspelt: 芬兰总理奥尔波,
//! 奥尔坡表示. One use of each form is enough, since both stand where only a whole name can stand.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::ops::Range;

use crate::block::is_family_name;
use crate::check::Hit;
use crate::check::article::echoes::Echoes;
use crate::check::article::person::{NameCue, Person};
use crate::check::article::{Article, WordOccurrence};
use crate::check::consistency::two_forms::{frequency_of, is_at_edge, is_function_word};
use crate::house::{Difference, Placed, differences, differences_backward};
use crate::lexicon::{Lexicon, Likeness};
use crate::matcher::CharSet;
use crate::text::{Span, is_han};

/// The maximum number of names that are searched for.
const MOST_NAMES: usize = 24;

/// The maximum number of uses of a name that are looked at.
const MOST_USES: usize = 32;

/// The maximum number of forms that are looked at closely, so that the time stays linear.
const MOST_EXAMINED: usize = 256;

/// The lengths of a foreign name.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=8;

/// How many of the first characters of a foreign name, of one more, are usual in such names.
const LEAST_SHOWN: usize = 2;

/// The least length of a foreign name of which a character may be lost.
const LEAST_TO_LOSE: usize = 4;

/// The frequency from which on a character is a common word.
const COMMON: u32 = 20_000;

/// A name that something introduces.
struct Introduced<'a> {
    name: Vec<char>,
    /// Who has the name; `None` if it is written with the characters of foreign names.
    person: Option<&'a Person<'a>>,
    /// The answer of [`Introduced::uses`].
    uses: OnceCell<Vec<usize>>,
}

impl Introduced<'_> {
    fn is_foreign(&self) -> bool {
        self.person.is_none()
    }

    /// The indices at which it stands as a whole name; none if it is another word.
    fn uses(&self, echoes: &Echoes, lexicon: &Lexicon) -> &[usize] {
        self.uses.get_or_init(|| {
            if self.person.is_some_and(|person| !person.is_name(lexicon)) {
                return Vec::new();
            }
            let mut uses = echoes.occurrences_of(&self.name.iter().collect::<String>(), MOST_USES);
            uses.retain(|start| is_whole(echoes, lexicon, &(*start..start + self.name.len())));
            uses
        })
    }
}

/// A form that is nearly an introduced name.
struct Misspelt {
    /// The index of the name.
    name: usize,
    text: String,
    uses: Vec<Range<usize>>,
    placed: Placed,
}

/// The hits for misspelt names. `occurrences` are those of the words that [`NameCue`] distinguishes; `transcription` are
/// the characters with which foreign names are written.
pub(super) fn misspelt_names(
    article: &Article,
    occurrences: &[WordOccurrence],
    persons: &[Person],
    transcription: &CharSet,
    lexicon: &Lexicon,
) -> Vec<Hit> {
    let names = introduced(article, occurrences, persons, transcription, lexicon);
    if names.is_empty() {
        return Vec::new();
    }
    let misspelt = near(&names, transcription, article.echoes(), lexicon);
    misspelt.iter().filter_map(|it| hit(article, &names, it, transcription, lexicon)).collect()
}

/// The names that the article introduces.
fn introduced<'a>(
    article: &Article,
    occurrences: &[WordOccurrence],
    persons: &'a [Person<'a>],
    transcription: &CharSet,
    lexicon: &Lexicon,
) -> Vec<Introduced<'a>> {
    let mut names: Vec<Introduced> = Vec::new();
    let mut add = |name: &str, person: Option<&'a Person<'a>>| {
        if names.len() < MOST_NAMES && !names.iter().any(|known| name.chars().eq(known.name.iter().copied())) {
            names.push(Introduced { name: name.chars().collect(), person, uses: OnceCell::new() });
        }
    };
    for occurrence in occurrences {
        let text = article.text(occurrence.block);
        let name = match NameCue::ALL[usize::from(occurrence.tag)] {
            NameCue::Title => first_of(&text[occurrence.span.end..], transcription, lexicon),
            NameCue::Says => last_of(&text[..occurrence.span.start], transcription, lexicon),
            NameCue::Relative | NameCue::Aged => continue,
        };
        if LENGTHS.contains(&name.chars().count()) {
            add(name, None);
        }
    }
    for person in persons.iter().filter(|person| person.is_introduced() && !person.is_relative()) {
        if person.name.chars().count() == 3 {
            add(person.name, Some(person));
        }
    }
    names
}

/// The foreign name at the start of a text; of a name of several parts the last one. Up to half of its characters may be
/// none of the usual ones.
fn first_of<'t>(text: &'t str, transcription: &CharSet, lexicon: &Lexicon) -> &'t str {
    let is_foreign = |c: char| transcription.has(c);
    // Most titles are followed by other words. The division into words is asked last.
    if text.chars().take(LEAST_SHOWN + 1).filter(|c| is_foreign(*c)).count() < LEAST_SHOWN {
        return "";
    }
    let near = text.char_indices().nth(2 * LENGTHS.end()).map_or(text, |(at, _)| &text[..at]);
    let is_of_name = |word: &Span| {
        let mut chars = word.of(near).chars();
        word.of(near) == "·" || word.of(near).chars().all(is_foreign) || {
            let c = chars.next().filter(|c| chars.next().is_none() && is_han(*c));
            c.is_some_and(|c| !is_function_word(c, lexicon))
        }
    };
    let end = lexicon.segment(near).iter().copied().take_while(is_of_name).last().map_or(0, |word| word.end);
    let is_followed = near[end..].starts_with(is_han);
    let name = near[..end].rsplit('·').next().unwrap_or_default();
    let name = name.trim_end_matches(|c| is_followed && !is_foreign(c) && !may_end_name(c, lexicon));
    let usual = name.chars().filter(|c| is_foreign(*c)).count();
    if 2 * usual >= name.chars().count() { name } else { "" }
}

/// Whether a character that is none of the usual ones of foreign names may be the last one, and no word that follows.
fn may_end_name(c: char, lexicon: &Lexicon) -> bool {
    let class = lexicon.class(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
    frequency_of(c, lexicon) < COMMON && !class.starts_with(['v', 'd', 'c', 'p', 'u', 'r', 'y', 'f'])
}

/// The characters of a foreign name at the end of a text, after a mark. One of them may be none of foreign names.
fn last_of<'t>(text: &'t str, transcription: &CharSet, lexicon: &Lexicon) -> &'t str {
    let mut strange = 0;
    let may_be_of_name = |c: &char| {
        strange += usize::from(!transcription.has(*c));
        is_han(*c) && strange <= 1
    };
    let length: usize = text.chars().rev().take(LENGTHS.end() + 1).take_while(may_be_of_name).map(char::len_utf8).sum();
    let (before, name) = text.split_at(text.len() - length);
    let is_edge_of_name = |c: char| transcription.has(c) || may_end_name(c, lexicon);
    if before.ends_with(is_han) { "" } else { name.trim_matches(|c| !is_edge_of_name(c)) }
}

/// Whether the characters at these indices are no part of a longer name or word.
fn is_whole(echoes: &Echoes, lexicon: &Lexicon, form: &Range<usize>) -> bool {
    is_at_edge(echoes, lexicon, form.start - 1, form.start) && is_at_edge(echoes, lexicon, form.end, form.end)
}

/// The forms that are nearly one of the names.
fn near(names: &[Introduced], transcription: &CharSet, echoes: &Echoes, lexicon: &Lexicon) -> Vec<Misspelt> {
    let mut forms: Vec<_> = names
        .iter()
        .enumerate()
        .flat_map(|(number, known)| {
            forms_of(&known.name, echoes).into_iter().map(move |(form, placed)| (form.start, form.end, number, placed))
        })
        .collect();
    forms.sort_by_key(|(start, end, number, _)| (*start, *end, *number));
    let mut found: Vec<Misspelt> = Vec::new();
    for (start, end, number, placed) in forms.into_iter().take(MOST_EXAMINED) {
        if is_slip(&names[number], &(start..end), placed, transcription, echoes, lexicon) {
            add(&mut found, number, echoes.text(start, end), start..end, placed);
        }
    }
    found
}

/// The forms that differ from a name in one place. The first or the last character of the name is right, and one of the
/// two beside it is right or next to its place.
fn forms_of(name: &[char], echoes: &Echoes) -> Vec<(Range<usize>, Placed)> {
    let (from, to) = (&name[..3], &name[name.len() - 3..]);
    let starts = from[1..].iter().flat_map(|next| {
        let ends = [from[0], *next];
        echoes.pairs_of(ends).chain(echoes.frames_of(ends))
    });
    let forward = starts.flat_map(|start| {
        let read = move |on: usize| Some(echoes.character(start + on)).filter(|c| *c != '\0');
        differences(name, read).map(move |placed| (start..start + placed.length, placed))
    });
    let ends = to[..2].iter().flat_map(|previous| {
        let ends = [*previous, to[2]];
        echoes.pairs_of(ends).map(|at| at + 1).chain(echoes.frames_of(ends).map(|at| at + 2))
    });
    let backward = ends.flat_map(|end| {
        let read = move |back: usize| Some(echoes.character(end.checked_sub(back)?)).filter(|c| *c != '\0');
        differences_backward(name, read).map(move |placed| (end + 1 - placed.length..end + 1, placed))
    });
    forward.chain(backward).collect()
}

/// Notes a use of a form.
fn add(found: &mut Vec<Misspelt>, name: usize, text: String, form: Range<usize>, placed: Placed) {
    match found.iter_mut().find(|it| it.text == text) {
        Some(known) if known.uses.contains(&form) || known.uses.len() >= MOST_USES => {}
        Some(known) => known.uses.push(form),
        None => found.push(Misspelt { name, text, uses: vec![form], placed }),
    }
}

/// Whether the characters of `form` may be a slip for the name.
fn is_slip(
    known: &Introduced,
    form: &Range<usize>,
    placed: Placed,
    transcription: &CharSet,
    echoes: &Echoes,
    lexicon: &Lexicon,
) -> bool {
    let may_be = match placed.difference {
        // Two family names are two persons.
        Difference::Replaced { written, .. } if placed.at == 0 && !known.is_foreign() && is_family_name(written) => {
            false
        }
        Difference::Replaced { right, written } => {
            let likeness = lexicon.likeness(right, written);
            likeness.is_some_and(|likeness| known.is_foreign() || likeness != Likeness::SimilarSound)
                && (placed.at > 0
                    || known.is_foreign() && transcription.has(written)
                    || may_end_name(written, lexicon)
                    || stands_alone(echoes, &(form.start..form.start)))
        }
        Difference::Lost(c) if known.is_foreign() => known.name.len() >= LEAST_TO_LOSE && transcription.has(c),
        // What is left of a name of three characters may be a name itself.
        Difference::Lost(_) => placed.at == 1 && stands_alone(echoes, form) && known.uses(echoes, lexicon).len() > 1,
        Difference::Doubled(_) => known.is_foreign(),
        Difference::Swapped => true,
    };
    may_be
        && form.clone().all(|index| is_han(echoes.character(index)))
        && is_whole(echoes, lexicon, form)
        && may_be_name(&echoes.text(form.start, form.end), lexicon)
        && !known.uses(echoes, lexicon).iter().any(|start| echoes.are_in_one_sentence(*start, form.start))
}

/// Whether a text is no word other than a name.
fn may_be_name(text: &str, lexicon: &Lexicon) -> bool {
    !lexicon.is_word(text) || lexicon.class(text).is_some_and(|class| class.starts_with("nr"))
}

/// Whether a mark stands before the first of these indices or at the end of them.
fn stands_alone(echoes: &Echoes, form: &Range<usize>) -> bool {
    [form.start - 1, form.end].iter().any(|index| !is_han(echoes.character(*index)))
}

/// The hit for a misspelt name: the form that is used less often; of two that are used once the later one.
fn hit(
    article: &Article,
    names: &[Introduced],
    it: &Misspelt,
    transcription: &CharSet,
    lexicon: &Lexicon,
) -> Option<Hit> {
    let echoes = article.echoes();
    let known = &names[it.name];
    let name: String = known.name.iter().collect();
    // Two forms that are introduced, and both used again, are two persons.
    let other = names.iter().find(|other| other.name.iter().copied().eq(it.text.chars()));
    let uses = known.uses(echoes, lexicon);
    let (of_name, of_form) = (uses.len(), it.uses.len());
    if of_name.min(of_form) > 1 || other.is_some_and(|other| !other.is_foreign() || !known.is_foreign()) {
        return None;
    }
    let are_words = [&name, &it.text].map(|form| lexicon.is_word(form));
    if are_words == [true, true] {
        return None;
    }
    // How much speaks for the name against the other form: its uses, the lexicon, the usual characters.
    let is_strange = |c: char| known.is_foreign() && !transcription.has(c);
    let by_character = match it.placed.difference {
        Difference::Replaced { right, written } => is_strange(written).cmp(&is_strange(right)),
        _ => Ordering::Equal,
    };
    let for_name = of_name.cmp(&of_form).then(are_words[0].cmp(&are_words[1])).then(by_character);
    let first = *uses.first()?;
    let first_use = first..first + known.name.len();
    let is_name_wrong = match for_name {
        Ordering::Greater => false,
        Ordering::Less => true,
        Ordering::Equal => it.uses[0].start < first_use.start,
    };
    let (of_name, of_form) = ((&first_use, &name, of_name), (&it.uses[0], &it.text, of_form));
    let ((here, rare, of_rare), (there, common, of_common)) =
        if is_name_wrong { (of_name, of_form) } else { (of_form, of_name) };
    let (block, here) = echoes.span(here, |block| article.text(block))?;
    let (other_block, there) = echoes.span(there, |block| article.text(block))?;
    let to = if for_name.is_eq() { Vec::new() } else { vec![common.clone()] };
    let mut hit = Hit::new(block, here, to).detail(format!("“{common}”{of_common}处、“{rare}”{of_rare}处"));
    hit.related.push((other_block, there, format!("这里是“{common}”。")));
    Some(hit)
}
