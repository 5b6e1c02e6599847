//! Mathematics in a sentence: intervals, equations, angles, commands of TeX.

use super::cursor::{
    Cursor, bracketed_groups, ends_with_ascii_word, leading, trailing, up_to_unopened, without_trailing_points,
};
use crate::text::{Span, is_han};

/// An interval or a point: `(0,1]`, `[a, b)`, `(-∞,0)`. Its brackets need not be of one kind. The cursor is at the opening
/// one.
pub fn interval(cursor: Cursor) -> Option<Span> {
    let content = &cursor.rest()[1..];
    let end = content.find([')', ']'])?;
    let mut bounds = content[..end].split(',').map(str::trim);
    let is_interval =
        bounds.next().is_some_and(is_bound) && bounds.next().is_some_and(is_bound) && bounds.all(is_bound);
    let is_half_open = cursor.rest().starts_with('(') != content[end..].starts_with(')');
    let is_call = !is_half_open && ends_with_ascii_word(cursor.before());
    // `[甲](a,b)` is a link of Markdown.
    let is_target = cursor.before().ends_with(']');
    (is_interval && !is_call && !is_target).then(|| cursor.token(0, end + "()".len()))
}

/// A factorial of a term in brackets: `(n-1)!`. The cursor is at the bracket.
pub fn factorial(cursor: Cursor) -> Option<Span> {
    let (term, after) = cursor.rest()[1..].split_once(')')?;
    let is_term = is_bound(term) && (term.len() == 1 || term.contains(['+', '-', '*', '/']));
    (is_term && after.starts_with('!')).then(|| cursor.token(0, term.len() + "()!".len()))
}

/// Returns whether `text` may be a bound of an interval: a number, or a term of variables with one letter.
fn is_bound(text: &str) -> bool {
    let is_letter = |c: char| c.is_alphabetic() && !is_han(c);
    let is_part = |c: char| c.is_ascii_digit() || is_letter(c) || "+-−±./*^_∞√% ".contains(c);
    let has_word = text.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_alphabetic));
    let has_value = text.contains(|c: char| c.is_ascii_digit() || is_letter(c) || c == '∞');
    has_value && !has_word && text.chars().all(is_part)
}

/// An equation or an assignment without blanks: `y=f(x)`, `?q=1`. What is before the sign is ASCII. The cursor is at the
/// `=`.
pub fn equation(cursor: Cursor) -> Option<Span> {
    let (before, rest) = (cursor.before(), cursor.rest());
    let start = trailing(before, |c| c.is_ascii_graphic() && !"\"'`,;".contains(c));
    let left = before[before.len() - start..].trim_start_matches([',', '.', ':', ')', ']']);
    let right = &rest[..leading(rest, |c| c.is_ascii_graphic())];
    let right = &right[..up_to_unopened(right).max(1)];
    let length = without_trailing_points(right);
    let is_whole = up_to_unopened(left) == left.len() && length > 1;
    (is_whole && left.starts_with(|c: char| c.is_ascii_alphanumeric() || "?&-".contains(c)))
        .then(|| cursor.token(left.len(), length))
}

/// The minutes and seconds of an angle or of a time, feet and inches: the `23'17"` of `116°23'17"`, `5'11"`, `55"`. The
/// cursor is at the first sign.
pub fn arc(cursor: Cursor) -> Option<Span> {
    let (before, rest) = (cursor.before(), cursor.rest());
    let number = trailing(before, is_of_number);
    let has_degrees = before[..before.len() - number].ends_with(['°', '′', '\'']);
    let after_sign = &rest[1..];
    let second = leading(after_sign, is_of_number);
    if number == 0 {
        None
    } else if rest.starts_with('\'') && second > 0 && after_sign[second..].starts_with('"') {
        Some(cursor.token(number, "'".len() + second + "\"".len()))
    } else {
        (has_degrees || rest.starts_with('"') && is_of_inches(before, after_sign)).then(|| cursor.token(number, 1))
    }
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || c == '.'
}

/// Returns whether the `"` between `before`, which ends with a number, and `after` is no quotation mark: none that it could
/// close is open, and none that could close it follows.
fn is_of_inches(before: &str, after: &str) -> bool {
    let is_open = before.matches('"').count() % 2 == 1
        || before.rfind(['“', '”']).is_some_and(|at| before[at..].starts_with('“'));
    let is_closed = after.find(['"', '”']).is_some_and(|at| !after[..at].ends_with(is_of_number));
    !is_open && !is_closed
}

/// A command of TeX with its arguments (`\alpha_1`, `\sqrt[甲]{乙}`), or a formula in `\(…\)` or `\[…\]`. The cursor is at
/// the `\`.
pub fn tex_command(cursor: Cursor) -> Option<Span> {
    let rest = cursor.rest();
    for (open, close) in [("\\(", "\\)"), ("\\[", "\\]")] {
        if let Some(formula) = rest.strip_prefix(open) {
            return formula.find(close).map(|end| cursor.token(0, open.len() + end + close.len()));
        }
    }
    let name = leading(&rest[1..], |c| c.is_ascii_alphabetic());
    if name == 0 {
        return None;
    }
    let mut end = 1 + name;
    loop {
        let script = leading(&rest[end..], |c| "_^".contains(c));
        let groups = bracketed_groups(&rest[end + script..], &['{', '[']);
        let single =
            if groups == 0 && script > 0 { leading(&rest[end + script..], |c| c.is_ascii_alphanumeric()) } else { 0 };
        if groups + single == 0 {
            return Some(cursor.token(0, end));
        }
        end += script + groups + single;
    }
}

/// A formula between dollar signs, as in TeX: `$P(甲|乙)$`, `$$…$$`. As in other programs, no blank is inside next to a sign,
/// and a formula without operators is not followed by a digit, as a
/// sum of money is: `$5和$10`. The cursor is at the opening sign.
pub fn between_dollars(cursor: Cursor) -> Option<Span> {
    let rest = cursor.rest();
    let sign = if rest.starts_with("$$") { "$$" } else { "$" };
    let (formula, after) = rest[sign.len()..].split_once(sign)?;
    let has_operator = formula.contains(['\\', '^', '_', '=', '<', '>', '|', '+', '-']);
    let is_formula = formula.contains(|c: char| c.is_ascii_alphanumeric())
        && (has_operator
            || !formula.starts_with(|c: char| c.is_ascii_digit()) && !after.starts_with(|c: char| c.is_ascii_digit()))
        && (sign == "$$" || !formula.starts_with(' ') && !formula.ends_with(' '))
        && !formula.contains(['。', '；', '“', '”']);
    (is_formula && !ends_with_ascii_word(cursor.before())).then(|| cursor.token(0, formula.len() + 2 * sign.len()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_found;

    #[test]
    fn finds_intervals_and_equations() {
        assert_found(&[
            "区间⟦(0,1]⟧和⟦[0, 1)⟧都可以,x∈⟦(-∞,+∞)⟧,点⟦(a,b,c)⟧,A⟦(0,1]⟧,⟦(n-1)!⟧种。他来了(ok)!",
            "函数⟦f(x)⟧=2x,则⟦y=f(x)⟧，⟦a==b⟧；网址后面加⟦?q=1⟧。",
            "1吉瓦时=100万千瓦时，利息=债务。(WHO,2023),(区,县)。",
        ]);
    }

    #[test]
    fn finds_angles_and_feet() {
        assert_found(&[
            "东经116°⟦23'17\"⟧,北纬39°⟦54'27\"⟧。",
            "身高⟦5'11\"⟧,夹角30°⟦15'⟧,这台⟦55\"⟧和⟦65\"⟧电视。",
            "他说\"增长5\"，第5\"双圈\"，“甲5\"。",
        ]);
    }

    #[test]
    fn finds_formulas_of_tex() {
        assert_found(&[
            "公式⟦\\sqrt[甲,乙]{丙}⟧和⟦\\alpha_1⟧,⟦\\(甲,乙\\)⟧。",
            "概率⟦$P(甲|乙)$⟧与⟦$(n-1)!$⟧,售价$5和$10,⟦$10^9$⟧；⟦$$x,甲$$⟧。",
        ]);
    }
}
