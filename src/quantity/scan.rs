//! The scanner: finds the quantities in a text and determines the kind of each.

use rust_decimal::Decimal;

use super::number::{LONGEST, number};
use super::time::{Parsed, date, numeric_date, range_sign, time};
use super::words::WORDS;
use super::{Date, Number, NumericValue, Qualifier, Quantity, QuantityKind, RangeEnd, Unit};
use crate::text::{NumeralStyle, Span, is_han};

/// The characters that a quantity can start with, not counting qualifiers.
pub const QUANTITY_START_CHARS: &str = "0123456789〇一二两三四五六七八九十百千万亿几半";

/// A perfect hash table of the Chinese characters among [`QUANTITY_START_CHARS`]. Each is at its [`table_index`].
static NUMERALS: [char; 128] = {
    let mut table = ['\0'; 128];
    let mut rest = QUANTITY_START_CHARS.as_bytes();
    while let [first, second, third, remaining @ ..] = rest {
        if first.is_ascii() {
            (_, rest) = rest.split_at(1);
            continue;
        }
        let code = (*first as u32 & 0xF) << 12 | (*second as u32 & 0x3F) << 6 | *third as u32 & 0x3F;
        let Some(c) = char::from_u32(code) else { panic!("invalid three-byte character") };
        assert!(table[table_index(c)] == '\0', "two numerals have the same table index");
        table[table_index(c)] = c;
        rest = remaining;
    }
    table
};

#[inline]
const fn table_index(c: char) -> usize {
    (c as usize ^ c as usize >> 8) & 127
}

/// Returns whether a quantity can start with `c`, which is equivalent to `c` being one of [`QUANTITY_START_CHARS`]. Fast
/// enough to call for every character of a text.
#[inline]
pub fn begins_quantity(c: char) -> bool {
    c.is_ascii_digit() || NUMERALS[table_index(c)] == c && c != '\0'
}

/// Returns all quantities in `text`, in order and without overlaps.
pub fn scan(text: &str) -> Vec<Quantity> {
    scan_from(text, text.char_indices().filter(|(_, c)| begins_quantity(*c)).map(|(at, _)| at))
}

/// Returns the quantities in `text` whose numerals start at one of `offsets`, in order and without overlaps. `offsets`
/// must ascend and point to characters for which [`begins_quantity`] is true.
pub fn scan_from(text: &str, offsets: impl IntoIterator<Item = usize>) -> Vec<Quantity> {
    let mut found = Vec::new();
    scan_into(text, offsets, &mut found);
    found
}

/// Appends what [`scan_from`] returns to `found`.
pub fn scan_into(text: &str, offsets: impl IntoIterator<Item = usize>, found: &mut Vec<Quantity>) {
    let mut scanned_to = 0;
    for at in offsets {
        if at < scanned_to || !text.is_char_boundary(at) || at == text.len() {
            continue;
        }
        match quantity(text, at, scanned_to) {
            Ok(quantity) => {
                scanned_to = quantity.span.end;
                found.push(quantity);
            }
            Err(end) => scanned_to = end,
        }
    }
}

// In the following functions, `scanned_to` is the end of the previous quantity or of the last skipped text. A quantity
// must not start before it.

/// Reads the quantity whose numerals start at byte `at`.
///
/// # Errors
/// If there is no quantity, the offset at which to continue the scan.
fn quantity(text: &str, at: usize, scanned_to: usize) -> Result<Quantity, usize> {
    let first = text[at..].chars().next().unwrap_or_default();
    let is_digit = first.is_ascii_digit();
    // A run that is longer than any number need not be read to its end.
    let length: usize = if is_digit {
        text.as_bytes()[at..].iter().take(LONGEST + 1).take_while(|byte| byte.is_ascii_digit()).count()
    } else {
        let is_numeral = |c: &char| begins_quantity(*c) && !c.is_ascii_digit();
        text[at..].chars().take(LONGEST + 1).take_while(is_numeral).map(char::len_utf8).sum()
    };
    let next = text[at + length..].chars().next();
    if is_digit {
        if let Some('-' | '.' | '/') = next
            && let Some(date) = numeric_date(text, at).filter(|_| !is_part_of_name(text, at, scanned_to))
        {
            return Ok(date_quantity(text, at, date, scanned_to));
        }
        if let Some(end) = code(text, at, scanned_to) {
            return Err(end);
        }
    } else if length == first.len_utf8() && !next.is_some_and(may_follow) {
        return Err(at + length);
    }
    if let Some('年' | '月' | '日' | '号' | '—' | '～' | '~' | '-' | '–' | '－' | '至' | '到' | '零') = next
        && let Some(date) = date(text, at)
    {
        return Ok(date_quantity(text, at, date, scanned_to));
    }
    if let Some('时' | '点' | ':' | '：') = next
        && let Some(Parsed { value: time, first, upper, end }) = time(text, at)
    {
        let start = time.part_of_day.map_or(at, |part| part.start.max(scanned_to));
        return Ok(Quantity {
            span: Span::new(start, end),
            kind: QuantityKind::Time(time),
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
    let quantity = amount(text, number, qualifiers, scanned_to);
    let is_bare = quantity.unit.is_none() && quantity.qualifiers.is_empty() && quantity.kind == QuantityKind::Amount;
    // A single Chinese numeral without unit or qualifier is part of a word: 统一, 万一.
    if !is_digit && is_bare && number.span.of(text).chars().nth(1).is_none() {
        return Err(number.span.end);
    }
    Ok(quantity)
}

/// Returns whether a single Chinese numeral followed by `c` can be a quantity: 三个, but not 统一的.
fn may_follow(c: char) -> bool {
    WORDS.units.has_word_at(c)
        || WORDS.inside.has_word_at(c)
        || WORDS.after.has_word_at(c)
        || begins_quantity(c)
        || matches!(c, '年' | '月' | '日' | '号' | '时' | '点' | '数' | '—' | '～' | '至' | '到')
}

/// Creates the quantity for a date that starts at byte `at`.
fn date_quantity(text: &str, at: usize, date: Parsed<Date>, scanned_to: usize) -> Quantity {
    let Parsed { value: date, first, upper, end } = date;
    let core = Span::new(at, end);
    let (span, qualifiers) = with_qualifiers(text, core, true, Vec::new(), scanned_to);
    Quantity { span, kind: QuantityKind::Date(date), number: first, upper, unit: None, qualifiers }
}

/// Returns whether the digits at byte `at` are part of a name (G20, 歼-20, BF.7), judging by the characters before them.
fn is_part_of_name(text: &str, at: usize, scanned_to: usize) -> bool {
    let mut before = text[..at].chars().rev();
    match before.next() {
        Some(c) if c.is_ascii_alphanumeric() || c == '_' => true,
        // The hyphen directly follows another quantity.
        Some('-') if scanned_to + 1 == at => false,
        Some('-') => before.next().is_some_and(char::is_alphanumeric),
        Some('.' | '/' | ':' | '：' | '#' | '@') => before.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        _ => false,
    }
}

/// The maximum number of bytes of a code that are read at once.
const LONGEST_CODE: usize = 256;

/// Returns the end of the code that starts with the digits at byte `at`, such as a telephone or version number:
/// 0832-2022222, 3-2-11, 2023.1.0. Returns `None` if the digits are a number.
fn code(text: &str, at: usize, scanned_to: usize) -> Option<usize> {
    let is_code_byte = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/' | b':' | b'_');
    let bytes = &text.as_bytes()[at..text.len().min(at + LONGEST_CODE)];
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !bytes.get(digits).is_some_and(is_code_byte) {
        return is_part_of_name(text, at, scanned_to).then_some(at + digits);
    }
    let length = bytes.iter().take_while(|byte| is_code_byte(byte)).count();
    let token = text[at..at + length].trim_end_matches(['-', '.', '/', ':', '_']);
    let end = at + token.len();
    if token.len() == digits {
        return is_part_of_name(text, at, scanned_to).then_some(end);
    }
    let count = |mark: u8| token.bytes().filter(|byte| *byte == mark).count();
    let hyphens = count(b'-');
    let is_code = is_part_of_name(text, at, scanned_to)
        || hyphens > 1 && !token.contains("--")
        || hyphens == 0 && count(b'.') > 1
        || count(b'/') + count(b'_') > 0
        || hyphens > 0 && token.starts_with('0') && !token.starts_with("0.") && !token.starts_with("0-");
    is_code.then_some(end)
}

/// Creates the quantity for `number`: reads its unit and qualifiers, and the second number of a range or a fraction.
/// `qualifiers` are those inside the number.
fn amount(text: &str, number: Number, mut qualifiers: Vec<Qualifier>, scanned_to: usize) -> Quantity {
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
        && let numerator_start = text.len() - rest.len()
        && text[numerator_start..].starts_with(begins_quantity)
        && let Some(numerator) = self::number(text, numerator_start, &mut qualifiers)
    {
        if denominator == Decimal::ONE_HUNDRED
            && let Some((_, Some(percent))) = WORDS.units.longest_prefix("%")
        {
            unit = Some((Span::new(at, numerator_start), percent));
        } else {
            kind = QuantityKind::Fraction(denominator);
        }
        number = numerator;
        end = number.span.end;
    } else {
        let mut unit_qualifiers = Vec::new();
        (unit, end) = unit_after(text, end, &mut unit_qualifiers);
        if let Some(range) = range(text, &number, unit, end) {
            upper = Some(Box::new(range.upper));
            unit = range.unit;
            end = range.end;
        } else {
            qualifiers.append(&mut unit_qualifiers);
        }
    }
    let core = Span::new(at, end);
    let (span, qualifiers) = with_qualifiers(text, core, unit.is_some(), qualifiers, scanned_to);
    Quantity { span, kind, number, upper, unit, qualifiers }
}

/// Extends the span `core` by the qualifiers before and after it. Returns the whole span, and these and the `inner`
/// qualifiers in order.
fn with_qualifiers(
    text: &str,
    core: Span,
    has_unit: bool,
    mut inner: Vec<Qualifier>,
    scanned_to: usize,
) -> (Span, Vec<Qualifier>) {
    let before = qualifier_before(text, core.start, scanned_to);
    let after = WORDS.after.longest_prefix(&text[core.end..]).and_then(|(length, sense)| {
        let span = Span::new(core.end, core.end + length);
        // 多 is a qualifier in 100元多 and 三百多, but starts a word in 100个多功能厅.
        let starts_word = length == '多'.len_utf8() && has_unit && text[span.end..].starts_with(is_han);
        // 左右 and 上下 start words, too: 300家上下游企业.
        let is_in_word = matches!(WORDS.units.longest_prefix(&text[core.end..]), Some((word, None)) if word > length);
        (!starts_word && !is_in_word).then_some(Qualifier { span, sense: *sense })
    });
    let start = before.map_or(core.start, |qualifier| qualifier.span.start);
    let end = after.map_or(core.end, |qualifier| qualifier.span.end);
    if let Some(before) = before {
        inner.insert(0, before);
    }
    inner.extend(after);
    (Span::new(start, end), inner)
}

/// Returns the qualifier that ends at byte `at`, where a number starts.
fn qualifier_before(text: &str, at: usize, scanned_to: usize) -> Option<Qualifier> {
    let (length, sense) = WORDS.before.longest_suffix(&text[scanned_to..at])?;
    Some(Qualifier { span: Span::new(at - length, at), sense: *sense })
}

/// The units that a qualifier can divide: 3个多月.
const DIVIDED_UNITS: [&str; 5] = ["个月", "个小时", "个星期", "个世纪", "个百分点"];

/// Reads the unit after a number that ends at byte `at`, with a qualifier before the unit (10多万元) or inside it
/// (3个多月), which is appended to `qualifiers`. Returns the unit and the end of both.
fn unit_after(text: &str, at: usize, qualifiers: &mut Vec<Qualifier>) -> (Option<(Span, &'static Unit)>, usize) {
    let mut unit_start = at;
    if let Some((length, sense)) = WORDS.inside.longest_prefix(&text[at..]) {
        let end = at + length;
        let is_before_unit =
            text[at..].starts_with('余') || matches!(WORDS.units.longest_prefix(&text[end..]), Some((_, Some(_))));
        if is_before_unit || text[at..].starts_with('多') && !text[end..].starts_with(is_han) {
            qualifiers.push(Qualifier { span: Span::new(at, end), sense: *sense });
            unit_start = end;
        }
    }
    let Some((length, Some(unit))) = WORDS.units.longest_prefix(&text[unit_start..]) else {
        return (None, unit_start);
    };
    let unit_end = unit_start + length;
    // 3个多月, 两个多小时
    if &text[unit_start..unit_end] == "个"
        && let Some((inside, sense)) = WORDS.inside.longest_prefix(&text[unit_end..])
        && let rest = &text[unit_end + inside..]
        && let Some(word) = DIVIDED_UNITS.into_iter().find(|word| rest.starts_with(&word["个".len()..]))
        && let Some((_, Some(whole))) = WORDS.units.longest_prefix(word)
    {
        qualifiers.push(Qualifier { span: Span::new(unit_end, unit_end + inside), sense: *sense });
        let span = Span::new(unit_start, unit_start + inside + word.len());
        return (Some((span, whole)), span.end);
    }
    (Some((Span::new(unit_start, unit_end), unit)), unit_end)
}

/// The rest of a range after its first number and that number's unit.
struct RangeRest {
    upper: RangeEnd,
    /// The unit after the second number.
    unit: Option<(Span, &'static Unit)>,
    /// The end of the second number and its unit.
    end: usize,
}

/// Reads the rest of the range that starts with the number `first` and its `unit`, which end at byte `end`. Returns
/// `None` if there is no second number, or if both have units of different dimensions.
fn range(text: &str, first: &Number, unit: Option<(Span, &'static Unit)>, end: usize) -> Option<RangeRest> {
    let sign_end = range_sign(text, end)?;
    let is_same_script = |c: char| begins_quantity(c) && c.is_ascii_digit() == (first.style == NumeralStyle::Arabic);
    if first.value == NumericValue::Vague
        || !text[sign_end..].starts_with(is_same_script)
        || date(text, sign_end).is_some()
    {
        return None;
    }
    let mut qualifiers = Vec::new();
    let number = number(text, sign_end, &mut qualifiers)?;
    let (second_unit, second_end) = unit_after(text, number.span.end, &mut qualifiers);
    let is_one_range = match (unit, second_unit) {
        (Some((_, first)), Some((_, second))) => first.dimension == second.dimension,
        (Some(_), None) => false,
        (None, _) => true,
    };
    (is_one_range && qualifiers.is_empty()).then_some(RangeRest {
        upper: RangeEnd { sign: Span::new(end, sign_end), first_unit: unit.map(|(span, _)| span), number },
        unit: second_unit,
        end: second_end,
    })
}
