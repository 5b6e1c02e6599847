//! A text that differs from a name in one place: a character is wrong, lost, doubled, or has changed places with the
//! next.

/// How a text differs from a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// One character stands for another.
    Replaced { right: char, written: char },
    /// A character is missing.
    Lost(char),
    /// A character stands twice.
    Doubled(char),
    /// Two neighbours have changed places.
    Swapped,
}

/// A difference with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    pub difference: Difference,
    /// The character of the name at which it is; of a doubled one the first copy, of swapped ones the first of the name.
    pub at: usize,
    /// How many characters of the text stand for the name.
    pub length: usize,
}

/// The only differences by which the text from one of its characters on can stand for `name`. `read` gives the characters
/// of the text from there on. The last character of a name can be wrong or lost: there are two answers then.
pub fn differences(name: &[char], read: impl Fn(usize) -> Option<char>) -> impl Iterator<Item = Placed> {
    let equal = (0..name.len()).take_while(|at| read(*at) == Some(name[*at])).count();
    let rest_is = |from: usize, at: usize| (from..name.len()).all(|i| read(at + i - from) == Some(name[i]));
    let length = name.len();
    let (mut first, mut second) = (None, None);
    if equal < length {
        let placed = |difference, length| Some(Placed { difference, at: equal, length });
        let (right, written) = (name[equal], read(equal));
        let next = name.get(equal + 1).copied();
        if next.is_some() && written == next && read(equal + 1) == Some(right) && rest_is(equal + 2, equal + 2) {
            first = placed(Difference::Swapped, length);
        } else if equal > 0 && written == Some(name[equal - 1]) && rest_is(equal, equal + 1) {
            let doubled = Difference::Doubled(name[equal - 1]);
            first = Some(Placed { difference: doubled, at: equal - 1, length: length + 1 });
        } else {
            first = written
                .filter(|_| rest_is(equal + 1, equal + 1))
                .and_then(|written| placed(Difference::Replaced { right, written }, length));
            if rest_is(equal + 1, equal) {
                second = placed(Difference::Lost(right), length - 1);
            }
        }
    }
    first.into_iter().chain(second)
}

/// The same for a text that ends with the name: `read` gives its characters backward.
pub fn differences_backward(name: &[char], read: impl Fn(usize) -> Option<char>) -> impl Iterator<Item = Placed> {
    let backward: Vec<char> = name.iter().rev().copied().collect();
    let last = name.len() - 1;
    let found: Vec<Placed> = differences(&backward, read).collect();
    found.into_iter().map(move |placed| {
        let back = usize::from(placed.difference == Difference::Swapped);
        Placed { at: last - placed.at - back, ..placed }
    })
}

#[cfg(test)]
mod tests {
    use super::Difference::*;
    use super::*;

    fn forward(name: &str, text: &str) -> Vec<(Difference, usize, usize)> {
        let (name, text): (Vec<char>, Vec<char>) = (name.chars().collect(), text.chars().collect());
        differences(&name, |at| text.get(at).copied()).map(|it| (it.difference, it.at, it.length)).collect()
    }

    fn backward(name: &str, text: &str) -> Vec<(Difference, usize, usize)> {
        let (name, text): (Vec<char>, Vec<char>) = (name.chars().collect(), text.chars().rev().collect());
        differences_backward(&name, |at| text.get(at).copied()).map(|it| (it.difference, it.at, it.length)).collect()
    }

    #[test]
    fn each_difference_is_found_from_either_side() {
        let name = "江城日报社";
        for (text, difference, at, length) in [
            ("江成日报社", Replaced { right: '城', written: '成' }, 1, 5),
            ("江日报社", Lost('城'), 1, 4),
            ("江城城日报社", Doubled('城'), 1, 6),
            ("江日城报社", Swapped, 1, 5),
        ] {
            assert_eq!(forward(name, text), [(difference, at, length)], "{text}");
            assert_eq!(backward(name, text), [(difference, at, length)], "{text}");
        }
    }

    #[test]
    fn the_last_character_is_wrong_or_lost() {
        let expected = [(Replaced { right: '社', written: '设' }, 4, 5), (Lost('社'), 4, 4)];
        assert_eq!(forward("江城日报社", "江城日报设"), expected);
        assert_eq!(forward("江城日报社", "江城日报"), [(Lost('社'), 4, 4)]);
    }

    #[test]
    fn other_texts_do_not_stand_for_the_name() {
        for text in ["江城日报社", "江城晚报杜", "江日报", ""] {
            assert!(forward("江城日报社", text).is_empty(), "{text}");
            assert!(backward("江城日报社", text).is_empty(), "{text}");
        }
    }
}
