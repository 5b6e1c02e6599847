//! `divisions`: an administrative division named after a place that it is not part of (浙江省合肥市, 浙江合肥).

use std::collections::BTreeSet;

use memchr::memmem;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::options::{OptionError, WordList, first_pair};
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
    /// Names of cities that are also other words without the word for what they are, such as 东方.
    ambiguous: WordList,
    /// What follows the name of a city that is only named after it: 路, 商会.
    named_after: WordList,
}

/// What is part of what.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Divisions {
    /// The lines as they are written.
    #[serde(with = "crate::stored::text")]
    table: String,
    /// The first two characters of all divisions, each of three bytes. Sorted.
    #[serde(with = "crate::stored::text")]
    starts: String,
    /// The names of provinces without the word for what they are.
    provinces: WordList,
    generic: WordList,
    ambiguous: WordList,
    named_after: WordList,
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

/// The length of two Chinese characters in bytes.
const TWO: usize = 6;

/// How many characters after the name of a city are searched for what is only named after it.
const LONGEST_NAMED_AFTER: usize = 4;

impl Compile for Divisions {
    type Options = DivisionsOptions;

    fn compile(options: &DivisionsOptions, _: &Classes) -> Result<Divisions, OptionError> {
        let lines = options.table.get_ref().lines().map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        if let Some(bad) = lines.iter().find(|line| !line.contains(" =")) {
            return Err(OptionError::of(&options.table, format!("“{bad}”一行缺少“=”。")));
        }
        let parts = lines.iter().flat_map(|line| Place::of(line).all_parts());
        let starts: BTreeSet<&str> = parts.filter_map(|part| part.get(..TWO)).collect();
        let provinces = lines.iter().map(|line| Place::of(line)).filter(|place| place.city.is_empty());
        let provinces: Vec<&str> = provinces.filter_map(|place| short_name(place.province)).collect();
        Ok(Divisions {
            table: lines.join("\n"),
            starts: starts.into_iter().collect(),
            provinces: WordList::new(&provinces.join(" ")),
            generic: options.generic.clone(),
            ambiguous: options.ambiguous.clone(),
            named_after: options.named_after.clone(),
        })
    }
}

impl TableCheck for Divisions {
    /// A place is found by the first two characters of its name; most names of cities end alike.
    fn word_pairs(&self) -> Vec<WordPair> {
        let mut offset = 0;
        let mut word_pairs = Vec::new();
        for line in self.table.lines() {
            let place = Place::of(line);
            let start = if place.city.is_empty() { 0 } else { place.province.len() + 1 };
            word_pairs.extend(first_pair(place.name()).map(|pair| WordPair {
                pair,
                offset: offset + start as u32,
                back: 0,
            }));
            offset += line.len() as u32 + 1;
        }
        word_pairs
    }

    fn word_at(&self, offset: u32, block: usize, text: &str, at: usize, _: &Lexicon) -> Option<Hit> {
        let offset = offset as usize;
        let (full, rest) = (self.table.get(offset..)?.split(' ').next()?, text.get(at..)?);
        let is_province = offset == 0 || self.table.as_bytes()[offset - 1] == b'\n';
        let name = [Some(full), short_name(full).filter(|_| is_province)]
            .into_iter()
            .flatten()
            .find(|name| rest.starts_with(name))?;
        let (before, after) = text.split_at(at + name.len());
        // Most places are followed by something else.
        if !self.may_begin_division(after) {
            return None;
        }
        let place_line = self.line_at(offset);
        if divisions_at(place_line, after).next().is_some() {
            return None;
        }
        let line = self.table[..offset].rfind('\n').map_or(0, |end| end + 1);
        let place = Place::of(place_line);
        let own = self.lines_of(line, &self.table[line..offset + full.len()]);
        // Also 浙江杭州 for 浙江省杭州市.
        if begins_division(own, after) {
            return None;
        }
        let has_cities = is_province && !full.ends_with('市');
        let city = || has_cities.then(|| self.city_at(after)).flatten();
        let (written, division) = self.longest_division(after).map(|division| (division, division)).or_else(city)?;
        // Several places may be meant (重庆市 as a city of former times), or one with a longer name (马鞍山市, not 鞍山市).
        let is_called_so = |line: usize| Place::of(self.line_at(line)).names().any(|other| other == name);
        if divisions_at(&self.table, after).any(|(at, _)| is_called_so(at)) || self.ends_longer_name(before, name) {
            return None;
        }
        let right = self.places_of(division).map(|right| format!("{}{written}", right.called_like(place, name)));
        let mut suggestions: Vec<String> = Vec::new();
        for suggestion in right {
            if !suggestions.contains(&suggestion) {
                suggestions.push(suggestion);
            }
        }
        let span = Span::new(before.len() - name.len(), before.len() + written.len());
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

    /// The lines of a place and of the cities in it, of which the first begins at byte `start` with `path`.
    fn lines_of(&self, start: usize, path: &str) -> &str {
        let section = &self.table[start..];
        let is_own = |line: &&str| line.strip_prefix(path).is_some_and(|rest| rest.starts_with(' '));
        let length: usize = section.split_inclusive('\n').take_while(is_own).map(str::len).sum();
        &section[..length]
    }

    /// The line that contains byte `at` of the table.
    fn line_at(&self, at: usize) -> &str {
        let start = self.table[..at].rfind('\n').map_or(0, |end| end + 1);
        self.table[start..].lines().next().unwrap_or_default()
    }

    /// Whether the name at the end of a text is part of the longer name of another place.
    fn ends_longer_name(&self, text: &str, name: &str) -> bool {
        let Some(previous) = text[..text.len() - name.len()].chars().next_back() else { return false };
        let is_longer = |other: &str| other.len() > name.len() && text.ends_with(other);
        memmem::find(self.table.as_bytes(), format!("{previous}{name}").as_bytes()).is_some()
            && self.places().any(|place| place.names().any(is_longer))
    }

    /// Whether a division has the first two characters of `text`.
    fn may_begin_division(&self, text: &str) -> bool {
        let (starts, _) = self.starts.as_bytes().as_chunks::<TWO>();
        text.as_bytes().first_chunk().is_some_and(|two| starts.binary_search(two).is_ok())
    }

    /// The city at the beginning of `text`, which does not say what it is: as it is written, and its full name.
    fn city_at<'t>(&'t self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let is_city = |(at, _): &(usize, &str)| Place::of(self.line_at(*at)).city.is_empty();
        let cities = names_at(&self.table, text).filter(is_city).filter_map(|(_, name)| {
            let stem = name.strip_suffix(['市', '州'])?;
            // 重庆 was a city, and 海南 is part of 青海 too.
            (stem.len() >= TWO && text.starts_with(stem) && !self.provinces.has(stem)).then_some((stem, name))
        });
        let (stem, name) = cities.max_by_key(|(stem, _)| stem.len())?;
        let after: String = text[stem.len()..].chars().take(LONGEST_NAMED_AFTER).collect();
        (!self.ambiguous.has(stem) && !self.named_after.any_in(&after)).then_some((stem, name))
    }

    /// The longest name of a division at the beginning of `text`, unless it may mean something else.
    fn longest_division<'t>(&'t self, text: &str) -> Option<&'t str> {
        let (_, longest) = divisions_at(&self.table, text).max_by_key(|(_, part)| part.len())?;
        (!self.generic.has(longest)).then_some(longest)
    }

    /// The places that a division is part of today, or else those that it was part of.
    fn places_of<'t>(&'t self, division: &'t str) -> impl Iterator<Item = Place<'t>> + 't {
        let has = move |parts: &str| parts.split(' ').any(|part| part == division);
        let is_present = self.places().any(|place| has(place.parts));
        self.places().filter(move |place| has(if is_present { place.parts } else { place.former_parts }))
    }
}

/// The name of a province without the word for what it is.
fn short_name(province: &str) -> Option<&str> {
    let endings = ["省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区"];
    endings.into_iter().find_map(|ending| province.strip_suffix(ending))
}

/// The divisions in these lines of the table that have the first two characters of `text`, each with its byte in the
/// lines. Only these are looked at, because the table is long.
fn names_at<'t>(lines: &'t str, text: &str) -> impl Iterator<Item = (usize, &'t str)> {
    let start: String = std::iter::once(' ').chain(text.chars().take(2)).collect();
    let finder = memmem::Finder::new(&start).into_owned();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + finder.find(&lines.as_bytes()[from..])? + 1;
            let (name, rest) = lines[at..].split_at(lines[at..].find([' ', '\n']).unwrap_or(lines.len() - at));
            from = at;
            // Before the equals sign is the city that the line is about.
            if !rest.starts_with(" =") {
                return Some((at, name));
            }
        }
    })
}

/// The divisions in these lines of the table with whose names `text` begins, each with its byte in the lines.
fn divisions_at<'t>(lines: &'t str, text: &str) -> impl Iterator<Item = (usize, &'t str)> {
    names_at(lines, text).filter(move |(_, name)| text.starts_with(name))
}

/// Whether one of the divisions in these lines has the first two characters of `text`.
fn begins_division(lines: &str, text: &str) -> bool {
    names_at(lines, text).next().is_some()
}

impl<'t> Place<'t> {
    fn of(line: &'t str) -> Place<'t> {
        let (path, parts) = line.split_once(" =").unwrap_or((line, ""));
        let (province, city) = path.split_once(' ').unwrap_or((path, ""));
        let (parts, former_parts) = parts.split_once('|').unwrap_or((parts, ""));
        Place { province, city, parts: parts.trim(), former_parts: former_parts.trim() }
    }

    /// The divisions that are part of it, or were.
    fn all_parts(self) -> impl Iterator<Item = &'t str> {
        self.parts.split(' ').chain(self.former_parts.split(' ')).filter(|part| !part.is_empty())
    }

    /// The full name of the place.
    fn name(self) -> &'t str {
        if self.city.is_empty() { self.province } else { self.city }
    }

    /// How the place is called before the name of a part of it.
    fn names(self) -> impl Iterator<Item = &'t str> {
        let short = short_name(self.province).filter(|_| self.city.is_empty());
        std::iter::once(self.name()).chain(short)
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
        let options = r#"
table = """
辽宁省 = 鞍山市
辽宁省 鞍山市 = 海城市
浙江省 = 杭州市
浙江省 杭州市 = 上城区 新城区
安徽省 = 合肥市 东方市 | 滁县地区
安徽省 马鞍山市 = 含山县
安徽省 合肥市 = 包河区
湖北省 = 恩施土家族苗族自治州 恩施州
"""
generic = "新城区"
ambiguous = "东方"
named_after = "路 商会"
"#;
        let options = toml::from_str(options).unwrap();
        let divisions = Divisions::compile(&options, &Classes::default()).unwrap();
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
        assert_eq!(hits("浙江省恩施土家族苗族自治州"), ["浙江省恩施土家族苗族自治州→湖北省恩施土家族苗族自治州"]);
        assert_eq!(hits("他是浙江合肥人"), ["浙江合肥→安徽合肥"]);
        assert_eq!(hits("浙江省恩施的山"), ["浙江省恩施→湖北省恩施"]);
    }

    #[test]
    fn leaves_parts_former_parts_and_everything_else_alone() {
        for text in [
            "浙江省杭州市上城区",
            "安徽省滁县地区",
            "安徽包河区",
            "合肥市新城区",
            "浙江省、合肥市",
            "马鞍山市含山县",
            "浙江杭州",
            "浙江东方控股",
            "浙江合肥商会",
            "辽宁合肥路",
        ] {
            assert!(hits(text).is_empty(), "{text}");
        }
    }
}
