//! Which elements contain Chinese prose, according to their attributes `lang` and `translate`.

use fnv::FnvHashMap;

use super::element::{is_block, is_void};
use super::token::{StartTag, Token};

/// How many elements with such attributes are tracked in one another. Elements in deeper ones are like the last.
const MAX_DEPTH: usize = 64;

/// The open elements that say what language their content is in, or that it must not be translated.
#[derive(Default)]
pub struct Languages {
    scopes: Vec<Scope>,
}

/// An open element with such an attribute.
struct Scope {
    name: String,
    /// The index of the end tag among the tokens. `None` if it is missing.
    end: Option<usize>,
    content: Content,
}

#[derive(Clone, Copy)]
struct Content {
    /// Whether the language is Chinese or unknown.
    may_be_chinese: bool,
    /// Whether the text is for readers, and not a name or a piece of code.
    is_translated: bool,
}

impl Languages {
    /// Returns whether the current text is Chinese prose.
    pub fn is_prose(&self) -> bool {
        let Content { may_be_chinese, is_translated } = self.content();
        may_be_chinese && is_translated
    }

    fn content(&self) -> Content {
        self.scopes.last().map_or(Content { may_be_chinese: true, is_translated: true }, |scope| scope.content)
    }

    /// Opens the element of `tag`, whose end tag has the index `end`.
    pub fn open(&mut self, text: &str, tag: &StartTag, end: Option<usize>) {
        self.close_before(&tag.name);
        let outer = self.content();
        let language = tag.value(text, "lang").or(tag.value(text, "xml:lang"));
        let may_be_chinese = language.and_then(|language| may_be_chinese(language, &tag.name));
        let is_translated = outer.is_translated && !is_excluded(text, tag);
        let content = Content { may_be_chinese: may_be_chinese.unwrap_or(outer.may_be_chinese), is_translated };
        let changes = may_be_chinese.is_some() || is_translated != outer.is_translated;
        if changes && self.scopes.len() < MAX_DEPTH {
            self.scopes.push(Scope { name: tag.name.to_string(), end, content });
        }
    }

    /// Closes the element whose end tag has the index `index`.
    pub fn close(&mut self, index: usize) {
        self.scopes.retain(|scope| scope.end != Some(index));
    }

    /// Closes the elements without end tags that end where an element `name` begins.
    fn close_before(&mut self, name: &str) {
        let is_ended = |scope: &Scope| {
            let ends_paragraph = scope.name == "p" && is_block(name) && name != "br";
            scope.end.is_none() && (scope.name == name || ends_paragraph)
        };
        if self.scopes.iter().any(is_ended) {
            self.scopes.retain(|scope| !is_ended(scope));
        }
    }
}

/// Returns whether text in the language with this code may be Chinese, or `None` if the code says nothing: it is filled in
/// by a template, or a page in a language without Chinese characters says so of itself, as those made from a template do.
fn may_be_chinese(code: &str, element: &str) -> Option<bool> {
    /// Chinese languages, codes that people use for them, and “undetermined” and “several”.
    const CHINESE: [&str; 18] = [
        "cdo", "chi", "cjy", "cmn", "cn", "cpx", "gan", "hak", "hsn", "lzh", "mul", "nan", "und", "wuu", "yue", "zh",
        "zho", "zhs",
    ];
    /// Other languages with Chinese characters.
    const WITH_HAN: [&str; 7] = ["ja", "jp", "jpn", "ko", "kor", "kr", "vi"];
    let primary = code.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let is_code = matches!(primary.len(), 2 | 3) && primary.bytes().all(|byte| byte.is_ascii_lowercase());
    let is = |codes: &[&str]| codes.contains(&primary.as_str());
    match element {
        _ if !is_code => None,
        _ if is(&CHINESE) => Some(true),
        "html" | "body" if !is(&WITH_HAN) => None,
        _ => Some(false),
    }
}

/// The classes of elements whose content is no prose: what must not be translated, and what a script of the page draws.
const EXCLUDED: [&str; 7] = ["notranslate", "mermaid", "plantuml", "graphviz", "math", "katex", "mathjax"];

/// Returns whether the content of `tag` must not be translated: it is a name or a piece of code.
fn is_excluded(text: &str, tag: &StartTag) -> bool {
    let is_no = |value: &str| value.trim().eq_ignore_ascii_case("no");
    let is_excluding = |class: &str| EXCLUDED.iter().any(|excluded| class.eq_ignore_ascii_case(excluded));
    let has_class = |classes: &str| classes.split_ascii_whitespace().any(is_excluding);
    tag.value(text, "translate").is_some_and(is_no) || tag.value(text, "class").is_some_and(has_class)
}

/// Returns the index of the end tag of each start tag in `tokens`, by the index of the start tag. An end tag belongs to the
/// last open element of its name; an element without content ends with its start tag.
pub fn matching_ends(tokens: &[Token]) -> Vec<Option<usize>> {
    let mut ends = vec![None; tokens.len()];
    let mut open: FnvHashMap<&str, Vec<usize>> = FnvHashMap::default();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Start(tag) if tag.is_empty || is_void(&tag.name) => ends[index] = Some(index),
            Token::Start(tag) => open.entry(&tag.name).or_default().push(index),
            Token::End { name, .. } => {
                if let Some(start) = open.get_mut(&**name).and_then(Vec::pop) {
                    ends[start] = Some(index);
                }
            }
            _ => {}
        }
    }
    ends
}
