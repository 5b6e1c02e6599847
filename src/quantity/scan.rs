//! The scanner: where quantities begin, and what each of them is.

use rust_decimal::Decimal;

use super::number::number;
use super::time::{Read, date, numeric_date, range_sign, time};
use super::words::WORDS;
use super::{Date, QuantityKind, Qualifier, Number, Quantity, RangeEnd, Unit, NumericValue};
use crate::text::{NumeralStyle, Span, is_han};

/// The characters that a quantity begins with.
pub const QUANTITY_START_CHARS: &str = "0123456789〇一二两三四五六七八九十百千万亿几半";

/// The Chinese ones among them, each at its [`place`].
static NUMERALS: [char; 128] = {
    let mut table = ['\0'; 128];
    let mut rest = QUANTITY_START_CHARS.as_bytes();
    while let [first, second, third, behind @ ..] = rest {
        if first.is_ascii() {
            (_, rest) = rest.split_at(1);
            continue;
        }
        let code = (*first as u32 & 0xF) << 12 | (*second as u32 & 0x3F) << 6 | *third as u32 & 0x3F;
        let Some(c) = char::from_u32(code) else { panic!("three bytes are one character") };
        assert!(table[place(c)] == '\0', "every numeral has a place of its own");
        table[place(c)] = c;
        rest = behind;
    }
    table
};

#[inline]
const fn place(c: char) -> usize {
    (c as usize ^ c as usize >> 8) & 127
}

/// Can a quantity begin with this character: is it one of [`QUANTITY_START_CHARS`]? Asked of most characters of a text.
#[inline]
pub fn begins_quantity(c: char) -> bool {
    c.is_ascii_digit() || NUMERALS[place(c)] == c && c != '\0'
}

/// All quantities of `text`, in order. They do not overlap.
pub fn scan(text: &str) -> Vec<Quantity> {
    scan_from(text, text.char_indices().filter(|(_, c)| begins_quantity(*c)).map(|(at, _)| at))
}

/// The quantities of `text` that begin at some of `places`, which ascend: those of the characters
/// that [`begins_quantity`].
pub fn scan_from(text: &str, places: impl IntoIterator<Item = usize>) -> Vec<Quantity> {
    let mut found: Vec<Quantity> = Vec::new();
    let mut free = 0;
    for at in places {
        if at < free || !text.is_char_boundary(at) || at == text.len() {
            continue;
        }
        match read(text, at, free) {
            Ok(quantity) => {
                free = quantity.span.end;
                found.push(quantity);
            }
            Err(end) => free = end,
        }
    }
    found
}

/// The quantity whose numerals begin at `at`, or where to go on. What lies before `free` is not its own.
fn read(text: &str, at: usize, free: usize) -> Result<Quantity, usize> {
    let first = text[at..].chars().next().unwrap_or_default();
    let is_digit = first.is_ascii_digit();
    let is_alike = |c: &char| begins_quantity(*c) && c.is_ascii_digit() == is_digit;
    let numerals: usize = text[at..].chars().take_while(is_alike).map(char::len_utf8).sum();
    let behind = text[at + numerals..].chars().next();
    if is_digit {
        if let Some('-' | '.' | '/') = behind
            && let Some(date) = numeric_date(text, at).filter(|_| !is_glued(text, at, free))
        {
            return Ok(dated(text, at, date, free));
        }
        if let Some(end) = code(text, at, free) {
            return Err(end);
        }
    } else if numerals == first.len_utf8() && !behind.is_some_and(may_follow) {
        return Err(at + numerals);
    }
    if let Some('年' | '月' | '日' | '号' | '—' | '～' | '~' | '-' | '–' | '－' | '至' | '到' | '零') = behind
        && let Some(date) = date(text, at)
    {
        return Ok(dated(text, at, date, free));
    }
    if let Some('时' | '点' | ':' | '：') = behind
        && let Some(Read { what, first, upper, end }) = time(text, at)
    {
        let start = what.part_of_day.map_or(at, |part| part.start.max(free));
        return Ok(Quantity {
            span: Span::new(start, end),
            kind: QuantityKind::Time(what),
            number: first,
            upper,
            unit: None,
            qualifiers: Vec::new(),
        });
    }
    let mut qualifiers = Vec::new();
    let Some(number) = number(text, at, &mut qualifiers) else {
        let run = text[at..].chars().take_while(|c| begins_quantity(*c)).map(char::len_utf8).sum::<usize>();
        return Err(at + run);
    };
    let quantity = amount(text, number, qualifiers, free);
    let is_bare = quantity.unit.is_none() && quantity.qualifiers.is_empty() && quantity.kind == QuantityKind::Amount;
    // 统一, 万一: one numeral that nothing makes a quantity.
    if !is_digit && is_bare && number.span.of(text).chars().nth(1).is_none() {
        return Err(number.span.end);
    }
    Ok(quantity)
}

/// Can the character behind a single numeral make it a quantity: 三个, but not 统一的?
fn may_follow(c: char) -> bool {
    WORDS.units.may_begin(c)
        || WORDS.inside.may_begin(c)
        || WORDS.behind.may_begin(c)
        || begins_quantity(c)
        || matches!(c, '年' | '月' | '日' | '号' | '时' | '点' | '数' | '—' | '～' | '至' | '到')
}

fn dated(text: &str, at: usize, read: Read<Date>, free: usize) -> Quantity {
    let Read { what, first, upper, end } = read;
    let core = Span::new(at, end);
    let (span, qualifiers) = with_marks(text, core, true, Vec::new(), free);
    Quantity { span, kind: QuantityKind::Date(what), number: first, upper, unit: None, qualifiers }
}

/// A number that is none but a part of a name (G20, 歼-20, BF.7): it hangs on what stands before it.
fn is_glued(text: &str, at: usize, free: usize) -> bool {
    let mut before = text[..at].chars().rev();
    match before.next() {
        Some(c) if c.is_ascii_alphanumeric() || c == '_' => true,
        Some('-') if free + 1 == at => false,
        Some('-') => before.next().is_some_and(char::is_alphanumeric),
        Some('.' | '/' | ':' | '：' | '#' | '@') => before.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        _ => false,
    }
}

/// The end of the code that begins with the digits at `at`: 0832-2022222, 3-2-11, 2023.1.0, 4S
fn code(text: &str, at: usize, free: usize) -> Option<usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-./:_".contains(byte);
    let length = text.as_bytes()[at..].iter().take_while(|byte| is_part(byte)).count();
    let token = text[at..at + length].trim_end_matches(['-', '.', '/', ':', '_']);
    let end = at + token.len();
    if token.bytes().all(|byte| byte.is_ascii_digit()) {
        return is_glued(text, at, free).then_some(end);
    }
    let count = |mark: char| token.matches(mark).count();
    let is_code = is_glued(text, at, free)
        || count('-') > 1 && !token.contains("--")
        || count('.') > 1 && !token.contains('-')
        || count('/') + count('_') > 0
        || token.contains('-') && token.starts_with('0') && !token.starts_with("0.") && !token.starts_with("0-");
    is_code.then_some(end)
}

/// An amount: the number with its unit, its range and its qualifiers.
fn amount(text: &str, number: Number, mut qualifiers: Vec<Qualifier>, free: usize) -> Quantity {
    let at = number.span.start;
    let head = &text[..at];
    let mut kind = if head.ends_with('第') { QuantityKind::Ordinal } else { QuantityKind::Amount };
    let mut number = number;
    let mut unit = None;
    let mut upper = None;
    let mut end = number.span.end;
    // 百分之三十, 三分之二
    if let Some(rest) = text[end..].strip_prefix("分之")
        && let Some(denominator) = number.value.exact()
        && let behind = text.len() - rest.len()
        && text[behind..].starts_with(begins_quantity)
        && let Some(numerator) = self::number(text, behind, &mut qualifiers)
    {
        let parts = Span::new(at, behind);
        if denominator == Decimal::ONE_HUNDRED
            && let Some((_, Some(percent))) = WORDS.units.beginning("%")
        {
            unit = Some((parts, percent));
        } else {
            kind = QuantityKind::Fraction(denominator);
        }
        number = numerator;
        end = number.span.end;
    } else {
        let mut marks_of_number = Vec::new();
        (unit, end) = unit_behind(text, end, &mut marks_of_number);
        if let Some((ranged, other_unit, other_end)) = range(text, &number, unit, end) {
            upper = Some(Box::new(ranged));
            unit = other_unit;
            end = other_end;
        } else {
            qualifiers.append(&mut marks_of_number);
        }
    }
    let core = Span::new(at, end);
    let (span, qualifiers) = with_marks(text, core, unit.is_some(), qualifiers, free);
    Quantity { span, kind, number, upper, unit, qualifiers }
}

/// The span with the words of approximation on both sides, and those and the `inner` ones in order.
fn with_marks(text: &str, core: Span, has_unit: bool, mut inner: Vec<Qualifier>, free: usize) -> (Span, Vec<Qualifier>) {
    let before = mark_before(text, core.start, free);
    let behind = WORDS.behind.beginning(&text[core.end..]).and_then(|(length, sense)| {
        let span = Span::new(core.end, core.end + length);
        // 100元多 and 三百多, but 100个多功能厅.
        let is_word = length == '多'.len_utf8() && has_unit && text[span.end..].starts_with(is_han);
        (!is_word).then_some(Qualifier { span, sense: *sense })
    });
    let start = before.map_or(core.start, |mark| mark.span.start);
    let end = behind.map_or(core.end, |mark| mark.span.end);
    inner.extend(before);
    inner.extend(behind);
    inner.sort_by_key(|mark| mark.span.start);
    (Span::new(start, end), inner)
}

/// The word of approximation that ends where a number begins.
fn mark_before(text: &str, at: usize, free: usize) -> Option<Qualifier> {
    let (length, sense) = WORDS.before.ending(&text[free..at])?;
    Some(Qualifier { span: Span::new(at - length, at), sense: *sense })
}

/// The unit behind a number, with the mark before it (10多万元) or inside (3个多月), and where that ends.
fn unit_behind(text: &str, at: usize, qualifiers: &mut Vec<Qualifier>) -> (Option<(Span, &'static Unit)>, usize) {
    let mut end = at;
    if let Some((length, sense)) = WORDS.inside.beginning(&text[at..]) {
        let behind = at + length;
        let is_mark =
            text[at..].starts_with('余') || matches!(WORDS.units.beginning(&text[behind..]), Some((_, Some(_))));
        if is_mark || text[at..].starts_with('多') && !text[behind..].starts_with(is_han) {
            qualifiers.push(Qualifier { span: Span::new(at, behind), sense: *sense });
            end = behind;
        }
    }
    let Some((length, Some(unit))) = WORDS.units.beginning(&text[end..]) else { return (None, end) };
    let behind = end + length;
    // 3个多月, 两个多小时
    if &text[end..behind] == "个"
        && let Some((inside, sense)) = WORDS.inside.beginning(&text[behind..])
        && let rest = &text[behind + inside..]
        && let Some(word) = ["月", "小时", "星期", "世纪", "百分点"].into_iter().find(|word| rest.starts_with(word))
        && let Some((_, Some(whole))) = WORDS.units.beginning(&format!("个{word}"))
    {
        qualifiers.push(Qualifier { span: Span::new(behind, behind + inside), sense: *sense });
        let span = Span::new(end, behind + inside + word.len());
        return (Some((span, whole)), span.end);
    }
    (Some((Span::new(end, behind), unit)), behind)
}

type Ranged = (RangeEnd, Option<(Span, &'static Unit)>, usize);

/// The other end of the range that `first` begins, the unit behind it and where that ends.
fn range(text: &str, first: &Number, unit: Option<(Span, &'static Unit)>, end: usize) -> Option<Ranged> {
    let behind = range_sign(text, end)?;
    let is_same_style = |c: char| begins_quantity(c) && c.is_ascii_digit() == (first.style == NumeralStyle::Arabic);
    if first.value == NumericValue::Vague || !text[behind..].starts_with(is_same_style) || date(text, behind).is_some() {
        return None;
    }
    let mut qualifiers = Vec::new();
    let number = number(text, behind, &mut qualifiers)?;
    let (other, other_end) = unit_behind(text, number.span.end, &mut qualifiers);
    let is_one = match (unit, other) {
        (Some((_, unit)), Some((_, other))) => unit.dimension == other.dimension,
        (Some(_), None) => false,
        (None, _) => true,
    };
    (is_one && qualifiers.is_empty()).then_some((
        RangeEnd { sign: Span::new(end, behind), first_unit: unit.map(|(span, _)| span), number },
        other,
        other_end,
    ))
}
