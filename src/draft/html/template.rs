//! Instructions of template engines in a page: `{{ name }}`, `{% if a %}`, `<% code %>`, `<?php code ?>`.

use memchr::memmem;

use crate::text::Span;

/// The longest instruction between braces, in bytes. Longer ones are taken for text.
const LONGEST_IN_BRACES: usize = 4096;
/// The longest block that is not prose, in bytes.
const LONGEST_BLOCK: usize = 64 << 10;

/// The instructions between braces: Jinja, Django, Twig, Liquid, Handlebars, Go, Vue, Angular.
const BRACES: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];

/// Blocks of Jinja and Liquid whose content is not prose: `{% comment %}…{% endcomment %}`.
const HIDDEN_BLOCKS: [&str; 6] = ["comment", "highlight", "javascript", "schema", "style", "stylesheet"];

/// Finds the instructions of template engines in a page.
#[derive(Clone, Copy)]
pub struct Templates<'t> {
    /// The text up to the end of the page.
    text: &'t str,
    /// Where the last `%>` and the last `?>` begin.
    last_ends: [Option<usize>; 2],
}

impl<'t> Templates<'t> {
    /// Finds those in the page in `span` of `text`.
    pub fn new(text: &'t str, span: Span) -> Templates<'t> {
        let last = |end: &str| memmem::rfind(span.of(text).as_bytes(), end.as_bytes()).map(|at| span.start + at);
        Templates { text: &text[..span.end], last_ends: [last("%>"), last("?>")] }
    }

    /// Returns the end of the instruction that begins at byte `at`, or `None` if there is none.
    pub fn end_of(&self, at: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[at..];
        match rest {
            [b'{', b'{' | b'%' | b'#', ..] => self.end_of_braces(at),
            [b'<', b'%', ..] => self.end_of_code(at, "%>", self.last_ends[0]),
            [b'<', b'?', b'=' | b' ' | b'\t' | b'\r' | b'\n', ..] => self.end_of_php(at),
            [b'<', b'?', b'p' | b'P', b'h' | b'H', b'p' | b'P', ..] => self.end_of_php(at),
            [b'<', b'#' | b'@', letter, ..] | [b'<', b'/', b'#' | b'@', letter, ..] if is_directive(*letter) => {
                self.end_of_directive(at)
            }
            _ => None,
        }
    }

    /// Returns the end of the code that begins at `at` and ends at the first `close`. `last` is the last `close`.
    fn end_of_code(&self, at: usize, close: &str, last: Option<usize>) -> Option<usize> {
        let from = at + "<%".len();
        last.filter(|last| *last >= from)?;
        self.text[from..].find(close).map(|found| from + found + close.len())
    }

    /// Returns the end of PHP code. Without `?>`, all that follows is code.
    fn end_of_php(&self, at: usize) -> Option<usize> {
        self.end_of_code(at, "?>", self.last_ends[1]).or(Some(self.text.len()))
    }

    /// Returns the end of a directive of FreeMarker: `<#if a>`, `</#if>`, `<@name a="b"/>`, `<#-- comment -->`.
    fn end_of_directive(&self, at: usize) -> Option<usize> {
        let window = self.window(at, LONGEST_IN_BRACES);
        let close = if window.starts_with("<#--") { "-->" } else { ">" };
        window.find(close).map(|found| at + found + close.len())
    }

    fn window(&self, at: usize, longest: usize) -> &'t str {
        let end = self.text.floor_char_boundary(at.saturating_add(longest));
        &self.text[at..end]
    }

    /// Returns the end of the instruction between braces that begins at `at`, with the block it opens if that is not prose.
    fn end_of_braces(&self, at: usize) -> Option<usize> {
        let window = self.window(at, LONGEST_IN_BRACES);
        let (open, close) = BRACES.into_iter().find(|(open, _)| window.starts_with(open))?;
        if open == "{#" {
            return end_of_comment(window).map(|end| at + end);
        }
        if let Some(comment) = window.strip_prefix("{{!--") {
            return comment.find("--}}").map(|found| at + "{{!--".len() + found + "--}}".len());
        }
        let end = at + end_of_expression(window, close)?;
        let instruction = Span::new(at + open.len(), end - close.len()).of(self.text);
        Some(if open == "{%" { self.end_of_block(instruction, end) } else { end })
    }

    /// Returns the end of the block that `instruction`, the content of a `{% %}`, opens at `end`. Returns `end` if it opens
    /// none, or one with prose in it.
    fn end_of_block(&self, instruction: &str, end: usize) -> usize {
        let name = instruction.trim_start_matches('-').split_whitespace().next().unwrap_or_default();
        if !HIDDEN_BLOCKS.contains(&name) {
            return end;
        }
        let window = self.window(end, LONGEST_BLOCK);
        let closing = window.find(&format!("end{name}")).map(|found| end + found);
        let after =
            closing.and_then(|closing| self.text[closing..].find("%}").map(|found| closing + found + "%}".len()));
        after.unwrap_or(end)
    }
}

fn is_directive(letter: u8) -> bool {
    letter.is_ascii_alphabetic() || letter == b'-'
}

/// Returns the end of the comment `{# … #}` at the beginning of `window`.
fn end_of_comment(window: &str) -> Option<usize> {
    let end = window.find("#}")? + "#}".len();
    (!window["{#".len()..end].contains("{#")).then_some(end)
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
