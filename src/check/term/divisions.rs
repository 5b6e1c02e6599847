//! `divisions`: an administrative division named after a place that it is not part of (浙江省合肥市).

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::options::{OptionError, WordList};
use crate::check::{Claim, Compile, Hit, TableCheck, WordPair};
use crate::lexicon::Lexicon;
use crate::matcher::Classes;
use crate::text::Span;

/// Options of a divisions check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DivisionsOptions {
    /// Divisions, one place per line: `浙江省 杭州市 = 上城区 西湖区`. The place may be a province, or a province and a
    /// city. After `|` come divisions that were part of it at an earlier time. Empty lines and lines that begin with # are
    /// ignored. The lines of a province are together, its own first.
    table: Spanned<String>,
    /// Names of divisions that mean something else in other places, such as 城区.
    generic: WordList,
}

/// What is part of what.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Divisions {
    /// The lines as they are written.
    #[serde(with = "crate::stored::text")]
    table: String,
    generic: WordList,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
struct Place<'t> {
    province: &'t str,
    /// Empty for the province itself.
    city: &'t str,
    /// Separated by spaces.
    parts: &'t str,
    former_parts: &'t str,
}

/// What the names of divisions end in.
const ENDINGS: [char; 6] = ['市', '县', '区', '旗', '州', '盟'];

/// How many characters after a place are searched for the ending of a division; most places are followed by other words.
const LONGEST: usize = 5;

impl Compile for Divisions {
    type Options = DivisionsOptions;

    fn compile(options: &DivisionsOptions, _: &Classes) -> Result<Divisions, OptionError> {
        let lines = options.table.get_ref().lines().map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        if let Some(bad) = lines.iter().find(|line| !line.contains(" =")) {
            return Err(OptionError::of(&options.table, format!("“{bad}”一行缺少“=”。")));
        }
        Ok(Divisions { table: lines.join("\n"), generic: options.generic.clone() })
    }
}

impl TableCheck for Divisions {
    /// A place is found by the last two characters of its name; a province also without 省 or 自治区.
    fn word_pairs(&self) -> Vec<WordPair> {
        let mut offset = 0;
        let mut word_pairs = Vec::new();
        for line in self.table.lines() {
            let place = Place::of(line);
            for name in place.names() {
                let mut last = name.chars().rev();
                if let (Some(second), Some(first)) = (last.next(), last.next()) {
                    word_pairs.push(WordPair { pair: (first, second), offset, back: 0 });
                }
            }
            offset += line.len() as u32 + 1;
        }
        word_pairs
    }

    fn word_at(&self, offset: u32, block: usize, text: &str, at: usize, lexicon: &Lexicon) -> Option<Hit> {
        let pair: usize = text[at..].chars().take(2).map(char::len_utf8).sum();
        let (before, after) = text.split_at(at + pair);
        // The lexicon knows the divisions of today, and most places are followed by something else.
        let may_end =
            |(at, c): (usize, char)| at > 0 && ENDINGS.contains(&c) && lexicon.is_word(&after[..at + c.len_utf8()]);
        if !after.char_indices().take(LONGEST).any(may_end) {
            return None;
        }
        let section = self.table.get(offset as usize..)?;
        let place = Place::of(section.lines().next()?);
        let name = place.names().find(|name| before.ends_with(name))?;
        let mut own = section.lines().map(Place::of).take_while(|other| place.contains(other));
        let has_part = |place: Place| place.all_parts().any(|part| after.starts_with(part));
        if own.any(has_part) {
            return None;
        }
        // Several places may be meant (重庆市 as a city of former times), or one with a longer name (马鞍山市, not 鞍山市).
        let is_longer = |other: &str| other.len() > name.len() && before.ends_with(other);
        let is_meant = |place: Place| place.names().any(|other| is_longer(other) || other == name && has_part(place));
        if self.places().any(is_meant) {
            return None;
        }
        let division = self.longest_division(after)?;
        let right = self.places_of(division).map(|right| format!("{}{division}", right.called_like(place, name)));
        let mut suggestions: Vec<String> = Vec::new();
        for suggestion in right {
            if !suggestions.contains(&suggestion) {
                suggestions.push(suggestion);
            }
        }
        let span = Span::new(before.len() - name.len(), before.len() + division.len());
        Some(Hit::new(block, span, suggestions))
    }

    /// A table of what is right says nothing that could be proved by it.
    fn claims(&self) -> Vec<Claim<'_>> {
        Vec::new()
    }
}

impl Divisions {
    fn places(&self) -> impl Iterator<Item = Place<'_>> {
        self.table.lines().map(Place::of)
    }

    /// The longest name of a division at the beginning of `text`, unless it may mean something else.
    fn longest_division<'t>(&'t self, text: &str) -> Option<&'t str> {
        let names = self.places().flat_map(|place| place.all_parts()).filter(|part| text.starts_with(part));
        let longest = names.max_by_key(|part| part.len())?;
        (!self.generic.has(longest)).then_some(longest)
    }

    /// The places that a division is part of today, or else those that it was part of.
    fn places_of<'t>(&'t self, division: &'t str) -> impl Iterator<Item = Place<'t>> + 't {
        let has = move |parts: &str| parts.split(' ').any(|part| part == division);
        let is_present = self.places().any(|place| has(place.parts));
        self.places().filter(move |place| has(if is_present { place.parts } else { place.former_parts }))
    }
}

impl<'t> Place<'t> {
    fn of(line: &'t str) -> Place<'t> {
        let (path, parts) = line.split_once(" =").unwrap_or((line, ""));
        let (province, city) = path.split_once(' ').unwrap_or((path, ""));
        let (parts, former_parts) = parts.split_once('|').unwrap_or((parts, ""));
        Place { province, city, parts: parts.trim(), former_parts: former_parts.trim() }
    }

    /// How the place is called before the name of a part of it.
    fn names(self) -> impl Iterator<Item = &'t str> {
        let short = ["省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区"];
        let short = short.into_iter().find_map(|ending| self.province.strip_suffix(ending));
        let is_province = self.city.is_empty();
        let full = if is_province { self.province } else { self.city };
        std::iter::once(full).chain(short.filter(move |_| is_province))
    }

    fn all_parts(self) -> impl Iterator<Item = &'t str> {
        self.parts.split(' ').chain(self.former_parts.split(' ')).filter(|part| !part.is_empty())
    }

    /// Whether `other` is this place, or a city in it.
    fn contains(&self, other: &Place) -> bool {
        self.province == other.province && (self.city.is_empty() || self.city == other.city)
    }

    /// What to call this place where `other` is called `name`.
    fn called_like(self, other: Place, name: &str) -> &'t str {
        if !other.city.is_empty() && !self.city.is_empty() {
            return self.city;
        }
        let is_short = other.city.is_empty() && name != other.province;
        let province = Place { city: "", ..self };
        province.names().nth(usize::from(is_short)).unwrap_or(self.province)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::lexicon;

    /// The hits in `text`, each as flagged text → suggestions.
    fn hits(text: &str) -> Vec<String> {
        let divisions = Divisions {
            table: "辽宁省 = 鞍山市\n辽宁省 鞍山市 = 海城市\n安徽省 马鞍山市 = 含山县\n浙江省 = 杭州市\n浙江省 杭州市 = 上城区 新城区\n安徽省 = 合肥市 | 滁县地区\n安徽省 合肥市 = 包河区"
                .to_owned(),
            generic: WordList::new("新城区"),
        };
        let mut found = Vec::new();
        for WordPair { pair, offset, .. } in divisions.word_pairs() {
            for (at, _) in text.match_indices(&String::from_iter([pair.0, pair.1])) {
                let hit = divisions.word_at(offset, 0, text, at, &lexicon());
                found.extend(hit.map(|hit| format!("{}→{}", hit.span.of(text), hit.to.join("|"))));
            }
        }
        found
    }

    #[test]
    fn finds_divisions_of_other_places() {
        assert_eq!(hits("家住浙江省合肥市"), ["浙江省合肥市→安徽省合肥市"]);
        assert_eq!(hits("家住浙江合肥市"), ["浙江合肥市→安徽合肥市"]);
        assert_eq!(hits("在杭州市包河区"), ["杭州市包河区→合肥市包河区"]);
        assert_eq!(hits("浙江省包河区"), ["浙江省包河区→安徽省包河区"]);
    }

    #[test]
    fn leaves_parts_former_parts_and_everything_else_alone() {
        for text in
            ["浙江省杭州市上城区", "安徽省滁县地区", "安徽包河区", "合肥市新城区", "浙江省、合肥市", "马鞍山市含山县"]
        {
            assert_eq!(hits(text), [String::new(); 0], "{text}");
        }
    }
}
