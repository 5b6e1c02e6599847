//! Syntax that takes up lines: containers, admonitions, includes, blocks of formulas, the modules of MDX.

use memchr::memmem;

use super::inline::InlineScanner;
use super::{Change, Fill};
use crate::text::Span;

/// Returns the syntax of dialects in `text` from byte `start` on.
pub fn scan(text: &str, start: usize) -> Vec<Change> {
    let mut scanner = LineScanner {
        text,
        inline: InlineScanner::new(text),
        paragraph: Span::new(start, start),
        in_table: false,
        fence: None,
        unclosed: Vec::new(),
        modules_end_at_empty_lines: false,
    };
    let mut at = start;
    while at < text.len() {
        at = scanner.line(Line::at(text, at));
    }
    scanner.end_paragraph(at);
    scanner.inline.changes
}

struct LineScanner<'t> {
    text: &'t str,
    inline: InlineScanner<'t>,
    /// The lines that have not been scanned for inline syntax.
    paragraph: Span,
    /// Whether each line is a row of a table.
    in_table: bool,
    /// The fence of the code that is being passed.
    fence: Option<&'t str>,
    /// The ends of blocks that the rest of the text lacks.
    unclosed: Vec<String>,
    /// Whether a module has brackets that nothing closes.
    modules_end_at_empty_lines: bool,
}

/// A line without the markers of quotes and list items at its beginning.
#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    content: &'t str,
    /// What is before the content.
    marker: &'t str,
    /// The position of the content.
    at: usize,
    /// The start of the next line.
    next: usize,
    is_quoted: bool,
}

impl<'t> Line<'t> {
    /// Returns the line that begins at byte `start`.
    fn at(text: &'t str, start: usize) -> Line<'t> {
        let next = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |length| start + length + 1);
        let line = &text[start..next];
        let mut content = line.trim_start_matches([' ', '\t', '>']);
        let markers = &line[..line.len() - content.len()];
        while let Some(item) = without_list_marker(content) {
            content = item.trim_start_matches([' ', '\t', '>']);
        }
        let at = start + line.len() - content.len();
        let marker = &line[..line.len() - content.len()];
        Line { start, content: content.trim_end(), marker, at, next, is_quoted: markers.contains('>') }
    }

    /// Returns whether no paragraph goes on with the line: it is a heading or the first line of a list item. Other numbers
    /// than 1 may be at the beginning of any line.
    fn begins_block(&self) -> bool {
        let marker = self.marker.trim_start_matches([' ', '\t', '>']);
        self.is_heading() || marker.starts_with(['-', '*', '+']) || marker.starts_with("1.") || marker.starts_with("1)")
    }

    /// Returns whether a paragraph ends with the line: it is a heading, or underlines one.
    fn ends_block(&self) -> bool {
        let is_underline =
            |mark: char| self.content.starts_with(mark) && self.content.trim_start_matches(mark).is_empty();
        self.is_heading() || is_underline('=') || is_underline('-')
    }

    /// Returns whether the line is the one below the head of a table: `|-|:-:|`.
    fn divides_table(&self) -> bool {
        let is_of_divider = |byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t');
        self.content.starts_with(['|', '-', ':'])
            && self.content.bytes().all(is_of_divider)
            && self.content.contains('|')
            && self.content.contains('-')
    }

    fn is_heading(&self) -> bool {
        let text = self.content.trim_start_matches('#');
        self.content.len() - text.len() <= 6
            && self.content.starts_with('#')
            && (text.is_empty() || text.starts_with([' ', '\t']))
    }

    fn end(&self) -> usize {
        self.at + self.content.len()
    }

    /// Returns the span of `length` bytes of the content from its byte `from` on.
    fn span(&self, from: usize, length: usize) -> Span {
        Span::new(self.at + from, self.at + from + length)
    }
}

/// Returns a line without the list marker at its beginning.
fn without_list_marker(content: &str) -> Option<&str> {
    let digits = content.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let marker: &[char] = if digits > 0 { &['.', ')'] } else { &['-', '*', '+'] };
    content[digits..].strip_prefix(marker).filter(|item| item.starts_with([' ', '\t']))
}

impl<'t> LineScanner<'t> {
    /// Reads a line and returns the position of the next one to be read.
    fn line(&mut self, line: Line<'t>) -> usize {
        if let Some(fence) = self.fence {
            let is_end =
                line.content.starts_with(fence) && line.content.trim_start_matches(fence_mark(fence)).is_empty();
            self.fence = self.fence.filter(|_| !is_end);
            return self.skip(line.start, line.next);
        }
        let Some(first) = line.content.bytes().next() else {
            // Outside of a quote, a line with a single `>` may be the end of a tag.
            if line.is_quoted && !self.paragraph.is_empty() && !Line::at(self.text, self.paragraph.start).is_quoted {
                self.paragraph.end = line.next;
                return line.next;
            }
            return self.skip(line.start, line.next);
        };
        if let b'`' | b'~' | b'[' = first
            && let Some(fence) = opening_fence(without_task_box(line.content))
        {
            self.fence = Some(fence);
            return self.skip(line.start, line.next);
        }
        let changes = match first {
            b'!' | b'?' | b'=' => admonition(line),
            b':' => container(line).or_else(|| definition(line)),
            b'{' => attribute_line(line).or_else(|| template_line(line)),
            b'[' if line.is_quoted => callout(line),
            b'*' => abbreviation(line),
            b'-' | b';' | b'<' => include(line),
            b'(' => target(line),
            _ => None,
        };
        if let Some(changes) = changes {
            self.end_paragraph(line.start);
            self.inline.changes.extend(changes.into_iter().flatten());
            // What the line has besides this syntax is prose, which may contain more.
            self.paragraph = Span::new(line.start, line.next);
            self.end_paragraph(line.next);
            return line.next;
        }
        if let Some(end) = self.block_end(line, first) {
            let fill = if matches!(first, b'$' | b'\\') { Fill::Object } else { Fill::Comment };
            self.skip(line.start, end);
            self.inline.changes.push(Change { span: Span::new(line.at, end), fill });
            return end;
        }
        self.add_to_paragraph(line)
    }

    /// Adds a line to the paragraph, or begins another with it.
    fn add_to_paragraph(&mut self, line: Line<'t>) -> usize {
        if line.divides_table() {
            // The line before is the head of the table.
            self.in_table = true;
        }
        if self.in_table || line.begins_block() {
            self.end_paragraph(line.start);
        }
        self.paragraph.end = line.next;
        if self.in_table || line.ends_block() {
            self.end_paragraph(line.next);
        }
        line.next
    }

    /// Ends the paragraph at byte `start` and passes what follows up to `end`.
    fn skip(&mut self, start: usize, end: usize) -> usize {
        self.end_paragraph(start);
        self.in_table = false;
        self.paragraph = Span::new(end, end);
        end
    }

    /// Scans the paragraph, which ends at `end`, for inline syntax.
    fn end_paragraph(&mut self, end: usize) {
        if self.paragraph.start < end {
            self.inline.scan(Span::new(self.paragraph.start, end), self.in_table);
        }
        self.paragraph = Span::new(end, end);
    }

    /// Returns the end of the block of code or formulas that begins with `line`.
    fn block_end(&mut self, line: Line, first: u8) -> Option<usize> {
        let close = match first {
            b'$' if line.content == "$$" => "$$".to_owned(),
            b'\\' if line.content == "\\[" => "\\]".to_owned(),
            b'\\' => format!("\\end{}", environment(line.content)?),
            b'%' if line.content == "%%" => "%%".to_owned(),
            b'{' => end_tag(line.content)?,
            b'i' | b'e' if line.at == line.start && is_module(line.content) => return Some(self.module_end(line)),
            _ => return None,
        };
        if self.unclosed.contains(&close) {
            return None;
        }
        let from = line.end();
        let Some(found) = memmem::find(&self.text.as_bytes()[from..], close.as_bytes()) else {
            self.unclosed.push(close);
            return None;
        };
        let end = from + found + close.len();
        // The rest of an end tag.
        Some(if first == b'{' { Line::at(self.text, end).end() } else { end })
    }

    /// Returns the end of the `import` or `export` of MDX that begins with `line`: its last line before an empty one at
    /// which all brackets are closed.
    fn module_end(&mut self, line: Line) -> usize {
        let mut depth = 0_i32;
        let mut first_end = None;
        let mut current = line;
        loop {
            let is_open = |byte| b"([{".contains(&byte);
            let is_close = |byte| b")]}".contains(&byte);
            depth +=
                current.content.bytes().map(|byte| i32::from(is_open(byte)) - i32::from(is_close(byte))).sum::<i32>();
            let end = current.end();
            if current.next >= self.text.len() {
                self.modules_end_at_empty_lines |= depth > 0;
                return first_end.unwrap_or(end);
            }
            current = Line::at(self.text, current.next);
            if current.content.is_empty() {
                if depth <= 0 || self.modules_end_at_empty_lines {
                    return end;
                }
                first_end.get_or_insert(end);
            }
        }
    }
}

/// Returns the content of a list item without the box of a task.
fn without_task_box(content: &str) -> &str {
    let is_box = ["[ ] ", "[x] ", "[X] "].into_iter().any(|task| content.starts_with(task));
    if is_box { content["[ ] ".len()..].trim_start() } else { content }
}

/// Returns the fence that begins a block of code: at least three backticks or tildes.
fn opening_fence(content: &str) -> Option<&str> {
    let mark = fence_mark(content);
    let (fence, info) = content.split_at(content.len() - content.trim_start_matches(mark).len());
    (fence.len() >= 3 && (mark == '~' || !info.contains('`'))).then_some(fence)
}

/// Returns the character of which a fence consists.
fn fence_mark(fence: &str) -> char {
    if fence.starts_with('~') { '~' } else { '`' }
}

/// What precedes the prose of a line, and what follows it.
type Changes = [Option<Change>; 2];

fn change(span: Span, fill: Fill) -> Option<Change> {
    (!span.is_empty()).then_some(Change { span, fill })
}

/// Recognises the first line of an admonition or a tab of MkDocs: `!!! note "题"`, `???+ note`, `=== "题"`. The lines that
/// belong to it are indented by four spaces.
fn admonition(line: Line) -> Option<Changes> {
    let content = line.content;
    let marker = ["!!!", "???", "==="].into_iter().find(|marker| content.starts_with(marker))?;
    let head_end = content.find('"').unwrap_or(content.len());
    let (head, title) = content.split_at(head_end);
    let kinds = head[marker.len()..].trim_start_matches(['+', '!']).trim();
    let are_kinds = kinds.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_ ".contains(&byte));
    let is_titled = title.len() >= 2 && title.ends_with('"');
    let is_complete = is_titled || marker != "===" && title.is_empty() && !kinds.is_empty();
    if !are_kinds || !is_complete {
        return None;
    }
    let opening = if is_titled { head_end + 1 } else { content.len() };
    let quote = Span::new(content.len() - usize::from(is_titled), content.len());
    Some([change(line.span(0, opening), Fill::Item), change(line.span(quote.start, quote.len()), Fill::Blank)])
}

/// Recognises the first and last line of a container: `:::`, `::: tip 题`, `:::note[题]{#id}`, `::: {.note title="题"}`.
fn container(line: Line) -> Option<Changes> {
    let content = line.content;
    let colons = content.len() - content.trim_start_matches(':').len();
    if colons < 3 {
        return None;
    }
    let is_kind = |c: char| c.is_ascii_alphanumeric() || "-_#".contains(c);
    let head = content[colons..].trim_start();
    let head = head.trim_start_matches(is_kind);
    let (title_start, title) = match head.strip_prefix('[') {
        Some(label) => (content.len() - label.len(), &label[..label.find(']').unwrap_or(label.len())]),
        None => {
            let title = head.trim_start();
            (content.len() - title.len(), title[..title.find('{').unwrap_or(title.len())].trim_end_matches([' ', ':']))
        }
    };
    if title.is_empty() {
        return Some([change(line.span(0, content.len()), Fill::Blank), None]);
    }
    let title_end = title_start + title.len();
    Some([
        change(line.span(0, title_start), Fill::Line),
        change(line.span(title_end, content.len() - title_end), Fill::Blank),
    ])
}

/// Recognises the mark of a definition: `: 解释`. Where it is none for CommonMark, it is one for others.
fn definition(line: Line) -> Option<Changes> {
    line.content.starts_with(": ").then(|| [change(line.span(0, ": ".len()), Fill::Fixed), None])
}

/// Recognises the first line of a callout in a quote: `> [!note]- 题`.
fn callout(line: Line) -> Option<Changes> {
    let kind = line.content.strip_prefix("[!")?;
    let close = kind.find(']')?;
    let is_kind = kind[..close].bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_| ".contains(&byte));
    let title = kind[close + 1..].trim_start_matches(['+', '-']).trim_start();
    let head = line.span(0, line.content.len() - title.len());
    is_kind.then(|| [change(head, if title.is_empty() { Fill::Blank } else { Fill::Line }), None])
}

/// Recognises the definition of an abbreviation: `*[缩写]: 全称`.
fn abbreviation(line: Line) -> Option<Changes> {
    let label = line.content.strip_prefix("*[")?;
    let text = label[label.find("]:")? + 2..].trim_start();
    Some([change(line.span(0, line.content.len() - text.len()), Fill::Line), None])
}

/// Recognises a line of attributes, which belong to the block before or after it: `{: .class title="题"}`.
fn attribute_line(line: Line) -> Option<Changes> {
    let attributes = line.content.strip_prefix('{')?.strip_suffix('}')?;
    let is_attributes = attributes.trim_start().starts_with([':', '#', '.']) && !attributes.ends_with('#');
    (is_attributes && !attributes.contains('}')).then(|| [change(line.span(0, line.content.len()), Fill::Blank), None])
}

/// Recognises a line that consists of one template tag: `{% note %}`, `{{< figure >}}`.
fn template_line(line: Line) -> Option<Changes> {
    let content = line.content;
    let close = [("{%", "%}"), ("{{<", ">}}"), ("{{%", "%}}")]
        .into_iter()
        .find_map(|(open, close)| content.starts_with(open).then_some(close))?;
    let is_alone = content.find(close)? + close.len() == content.len() && end_tag(content).is_none();
    is_alone.then(|| [change(line.span(0, content.len()), Fill::Comment), None])
}

/// Recognises a line that includes another file: `--8<-- "路径"`, `<<< @/路径`.
fn include(line: Line) -> Option<Changes> {
    let is_include = ["--8<--", ";--8<--", "-8<-", "<<< "].iter().any(|marker| line.content.starts_with(marker));
    is_include.then(|| [change(line.span(0, line.content.len()), Fill::Blank), None])
}

/// Recognises a line that is the target of links: `(目标)=`.
fn target(line: Line) -> Option<Changes> {
    let name = line.content.strip_prefix('(')?.strip_suffix(")=")?;
    let is_target = !name.is_empty() && !name.contains(['(', ')']);
    is_target.then(|| [change(line.span(0, line.content.len()), Fill::Comment), None])
}

/// Returns the tag that ends the block which the template tag at the beginning of a line opens, if the block is code or
/// formulas: `{% highlight %}`, `{{< mermaid >}}`. Other blocks are text.
fn end_tag(content: &str) -> Option<String> {
    const CODE: [&str; 9] = ["code", "codeblock", "comment", "highlight", "katex", "math", "mathjax", "mermaid", "pre"];
    let (open, is_shortcode) =
        [("{%", false), ("{{<", true), ("{{%", true)].into_iter().find(|(open, _)| content.starts_with(open))?;
    let inner = content[open.len()..].trim_start_matches(['-', ' ']);
    let name = &inner[..inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len())];
    if !CODE.contains(&name) {
        return None;
    }
    Some(if is_shortcode { format!("/{name}") } else { format!("end{name}") })
}

/// Returns the name of the TeX environment that begins a line, in its braces.
fn environment(content: &str) -> Option<&str> {
    let name = content.strip_prefix("\\begin")?;
    name.starts_with('{').then(|| &name[..name.find('}').map_or(0, |end| end + 1)]).filter(|name| !name.is_empty())
}

/// Returns whether a line is the beginning of a statement of a JavaScript module.
fn is_module(content: &str) -> bool {
    if let Some(import) = content.strip_prefix("import ") {
        let names_file = [" from \"", " from '"].iter().any(|from| import.contains(from));
        return names_file || import.trim_start().starts_with(['"', '\'', '{', '*']);
    }
    const EXPORTS: [&str; 9] = ["const ", "let ", "var ", "default ", "function ", "async ", "class ", "{", "* "];
    content
        .strip_prefix("export ")
        .is_some_and(|export| EXPORTS.iter().any(|word| export.trim_start().starts_with(word)))
}
