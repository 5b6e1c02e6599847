//! Instructions of template engines in a page: `{{ name }}`, `{% if a %}`, `<% code %>`, `<?php code ?>`.

use memchr::{memchr_iter, memchr2_iter, memmem};

use crate::text::Span;

/// The longest expression between braces, in bytes. Longer ones are taken for text.
const LONGEST_EXPRESSION: usize = 4096;

/// The ends of code and comments, which may be of any length.
const CODE_ENDS: [&str; 4] = ["%>", "?>", "-->", "--}}"];

/// The instructions between braces: Jinja, Django, Twig, Liquid, Handlebars, Go, Vue, Angular.
const BRACES: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];

/// Blocks of Jinja and Liquid whose content is not prose: `{% comment %}…{% endcomment %}`.
const HIDDEN_BLOCKS: [&str; 6] = ["comment", "highlight", "javascript", "schema", "style", "stylesheet"];

/// Finds the instructions of template engines in a page.
#[derive(Clone, Copy)]
pub struct Templates<'t> {
    /// The text up to the end of the page.
    text: &'t str,
    /// Where the last of each of [`CODE_ENDS`] begins.
    last_ends: [Option<usize>; 4],
}

impl<'t> Templates<'t> {
    /// Finds those in the page in `span` of `text`.
    pub fn new(text: &'t str, span: Span) -> Templates<'t> {
        let last = |end: &str| memmem::rfind(span.of(text).as_bytes(), end.as_bytes()).map(|at| span.start + at);
        Templates { text: &text[..span.end], last_ends: CODE_ENDS.map(last) }
    }

    /// Returns the end of the instruction that begins at byte `at`, or `None` if there is none.
    pub fn end_of(&self, at: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[at..];
        match rest {
            [b'{', b'{', b'!', b'-', b'-', ..] => self.end_of_code(at, 3),
            [b'{', b'{' | b'%' | b'#', ..] => self.end_of_braces(at),
            [b'<', b'%', ..] => self.end_of_code(at, 0),
            [b'<', b'?', b'=' | b' ' | b'\t' | b'\r' | b'\n', ..] => self.end_of_php(at),
            [b'<', b'?', b'p' | b'P', b'h' | b'H', b'p' | b'P', ..] => self.end_of_php(at),
            [b'<', b'#', b'-', b'-', ..] => self.end_of_code(at, 2),
            [b'<', b'#' | b'@', from_name @ ..] | [b'<', b'/', b'#' | b'@', from_name @ ..] => {
                let length = length_of_directive(from_name)?;
                Some(self.text.len() - from_name.len() + length)
            }
            _ => None,
        }
    }

    /// Returns the end of the code that begins at `at` and ends at the first of the ends of this `kind`, an index of
    /// [`CODE_ENDS`].
    fn end_of_code(&self, at: usize, kind: usize) -> Option<usize> {
        let from = at + "<%".len();
        let end = CODE_ENDS[kind];
        // Without this, each beginning would be followed by a search through the rest of the page.
        self.last_ends[kind].filter(|last| *last >= from)?;
        let found = memmem::find(&self.text.as_bytes()[from..], end.as_bytes())?;
        Some(from + found + end.len())
    }

    /// Returns the end of PHP code. Without `?>`, all that follows is code.
    fn end_of_php(&self, at: usize) -> Option<usize> {
        self.end_of_code(at, 1).or(Some(self.text.len()))
    }

    fn window(&self, at: usize) -> &'t str {
        let end = self.text.floor_char_boundary(at.saturating_add(LONGEST_EXPRESSION));
        &self.text[at..end]
    }

    /// Returns the end of the instruction between braces that begins at `at`, with the block it opens if that is not prose.
    fn end_of_braces(&self, at: usize) -> Option<usize> {
        let window = self.window(at);
        let (open, close) = BRACES.into_iter().find(|(open, _)| window.starts_with(open))?;
        if open == "{#" {
            return length_of_comment(&self.text.as_bytes()[at..]).map(|length| at + length);
        }
        let end = at + end_of_expression(window, close)?;
        let content = Span::new(at + open.len(), end - close.len()).of(self.text);
        if open != "{%" || !HIDDEN_BLOCKS.contains(&name_of(content)) {
            return Some(end);
        }
        Some(self.end_of_block(name_of(content), end).unwrap_or(end))
    }

    /// Returns the end of the block `name` whose content begins at `from`. Such blocks do not contain one another.
    fn end_of_block(&self, name: &str, from: usize) -> Option<usize> {
        let rest = &self.text[from..];
        memmem::find_iter(rest.as_bytes(), "{%")
            .map(|at| (at, name_of(&rest[at + "{%".len()..])))
            .find(|(_, found)| HIDDEN_BLOCKS.contains(found) || found.strip_prefix("end") == Some(name))
            .filter(|(_, found)| found.starts_with("end"))
            .and_then(|(at, _)| memmem::find(&rest.as_bytes()[at..], b"%}").map(|end| from + at + end + "%}".len()))
    }
}

/// Returns the name at the beginning of the content of a `{% %}`.
fn name_of(content: &str) -> &str {
    let content = content.trim_start_matches(['-', '+']).trim_ascii_start();
    &content[..content.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(content.len())]
}

/// Returns the length of a directive of FreeMarker from its name on: `if a>`, `name a="b"/>`. `None` if there is no name, or
/// if something else begins before it ends.
fn length_of_directive(from_name: &[u8]) -> Option<usize> {
    from_name.first().filter(|letter| letter.is_ascii_alphabetic())?;
    let begins_markup =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || b"/!#@".contains(byte));
    let end = memchr2_iter(b'>', b'<', from_name)
        .find(|&at| from_name[at] == b'>' || begins_markup(from_name.get(at + 1)))
        .filter(|&at| from_name[at] == b'>')?;
    Some(end + 1)
}

/// Returns the length of the comment `{# … #}` at the beginning of `bytes`. Comments do not contain one another.
fn length_of_comment(bytes: &[u8]) -> Option<usize> {
    let from = "{#".len();
    memchr_iter(b'#', &bytes[from..])
        .map(|at| from + at)
        .find(|&at| bytes.get(at + 1) == Some(&b'}') || bytes[at - 1] == b'{')
        .filter(|&at| bytes[at - 1] != b'{')
        .map(|at| at + "#}".len())
}

/// Returns the end of the instruction at the beginning of `window`, which ends with `close`.
fn end_of_expression(window: &str, close: &str) -> Option<usize> {
    // Not all engines know strings. If what seems to be one leads nowhere, the first `close` is the end.
    end_outside_strings(window, close, length_of_string).or_else(|| end_outside_strings(window, close, |_, _| 1))
}

/// Same as [`end_of_expression`]. `length_of_string` returns the length of the string at the beginning of its argument,
/// which begins with a quote and is in an instruction that ends with `close`.
///
/// Returns `None` if another instruction or a tag begins before the end, because then the braces do not belong together. In
/// a string, both may begin.
fn end_outside_strings(window: &str, close: &str, length_of_string: impl Fn(&str, &str) -> usize) -> Option<usize> {
    let bytes = window.as_bytes();
    let mut at = "{{".len();
    while at < bytes.len() {
        let rest = &bytes[at..];
        match rest {
            _ if rest.starts_with(close.as_bytes()) => {
                // In `{{{ name }}}`, the third brace belongs to the end.
                let is_triple = close == "}}" && bytes.get("{{".len()) == Some(&b'{') && rest.get(2) == Some(&b'}');
                return Some(at + close.len() + usize::from(is_triple));
            }
            [b'{', b'{' | b'%' | b'#', ..] if at > "{{".len() => return None,
            [b'<', b'/' | b'!' | b'?' | b'%' | b'a'..=b'z' | b'A'..=b'Z', ..] => return None,
            [b'"' | b'\'' | b'`', ..] => at += length_of_string(&window[at..], close),
            _ => at += 1,
        }
    }
    None
}

/// Returns the length of the string between two quotes at the beginning of `rest`. A quote is not that of a string if there
/// is no second one in its line, or if an instruction ends and another begins between them.
fn length_of_string(rest: &str, close: &str) -> usize {
    let quote = char::from(rest.as_bytes()[0]);
    let end = rest[1..].find([quote, '\n']).map(|found| found + 1).filter(|end| rest[*end..].starts_with(quote));
    let is_string = |end: &usize| {
        let after_close = rest[..*end].split_once(close).map_or("", |(_, after)| after);
        BRACES.into_iter().all(|(open, _)| !after_close.contains(open))
    };
    end.filter(is_string).map_or(1, |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_ends_of_instructions() {
        for (source, instruction) in [
            ("{{ 甲 }}乙", "{{ 甲 }}"),
            ("{{{甲}}}乙", "{{{甲}}}"),
            ("{{ {a: {b: 1} } }}", "{{ {a: {b: 1} } }}"),
            ("{{ a < 3 && \"<b>}}\" }}乙", "{{ a < 3 && \"<b>}}\" }}"),
            ("{{!-- {{甲}} --}}乙", "{{!-- {{甲}} --}}"),
            ("{{甲\n乙}}", "{{甲\n乙}}"),
            ("{%- if a == '甲,乙' -%}丙", "{%- if a == '甲,乙' -%}"),
            ("{% comment %}甲<p>{% endcomment %}乙", "{% comment %}甲<p>{% endcomment %}"),
            ("{% highlight js %}a,{% endhighlight %}", "{% highlight js %}a,{% endhighlight %}"),
            ("{% comments %}甲", "{% comments %}"),
            ("{% comment %}甲{% comment %}乙{% endcomment %}", "{% comment %}"),
            ("{%- schema -%}甲{% x %}{%- endschema -%}乙", "{%- schema -%}甲{% x %}{%- endschema -%}"),
            ("{# 甲 {# 乙 #}", ""),
            ("<#if (a < b)>甲", "<#if (a < b)>"),
            ("<#if 甲<b>", ""),
            ("{# 甲<b> #}乙", "{# 甲<b> #}"),
            ("<% if a < b then %>甲", "<% if a < b then %>"),
            ("<?php echo $a->b ?>甲", "<?php echo $a->b ?>"),
            ("<?= '甲,乙' ?>丙", "<?= '甲,乙' ?>"),
            ("<?php echo '甲,乙'", "<?php echo '甲,乙'"),
            ("<#if a gt b>甲", "<#if a gt b>"),
            ("</#if>甲", "</#if>"),
            ("<#-- 甲>乙 -->丙", "<#-- 甲>乙 -->"),
            ("<@宏>", ""),
            ("{{ '}}' }}乙", "{{ '}}' }}"),
            ("{{ '{{ 甲 }}' }}乙", "{{ '{{ 甲 }}' }}"),
            ("{{ it's }}甲", "{{ it's }}"),
            ("{% a\"b %}甲{% \"c %}", "{% a\"b %}"),
            ("{% a\"b %}甲<p class=\"c\">", "{% a\"b %}"),
            ("{{ 甲", ""),
            ("{{ 甲<b>}}</b>", ""),
            ("{{ 甲 {{ 乙 }}", ""),
            ("{ 甲 }", ""),
            ("<%甲", ""),
            ("<?xml a?>", ""),
        ] {
            let end = Templates::new(source, Span::new(0, source.len())).end_of(0);
            assert_eq!(&source[..end.unwrap_or(0)], instruction, "{source}");
        }
    }
}
