//! What styles say of a paragraph: heading, item of a list, caption, indent.

use std::collections::HashMap;

use super::xml::{Tag, Token, Tokens};
use crate::error::Result;

/// What a paragraph or its style says of itself; `None` where it says nothing.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Level of a heading from 1; 0 says that it is running text.
    pub outline: Option<u8>,
    /// Is it numbered, or does it have a bullet?
    pub listed: Option<bool>,
    /// Is its first line indented?
    pub indented: Option<bool>,
    /// Is it the words of a picture?
    pub caption: bool,
}

impl Look {
    /// Takes in one property of `w:pPr`.
    pub fn property(&mut self, tag: &Tag) {
        match tag.name() {
            "w:outlineLvl" => {
                // 9 is running text.
                let level = tag.value().and_then(|value| value.parse::<u8>().ok()).filter(|&level| level < 9);
                self.outline = Some(level.map_or(0, |level| level + 1));
            }
            // A number of 0 takes the numbering of the style away.
            "w:numId" => self.listed = Some(tag.value().is_some_and(|value| value != "0")),
            "w:ind" => {
                let first = ["w:firstLineChars", "w:firstLine"].iter().find_map(|name| tag.attribute(name));
                if let Some(first) = first {
                    self.indented = Some(!first.trim_matches('0').is_empty());
                }
            }
            _ => {}
        }
    }

    /// This look where it says something, else `base`.
    pub fn over(&self, base: &Look) -> Look {
        Look {
            outline: self.outline.or(base.outline),
            listed: self.listed.or(base.listed),
            indented: self.indented.or(base.indented),
            caption: self.caption || base.caption,
        }
    }
}

/// The paragraph styles of a file.
#[derive(Debug, Clone, Default)]
pub struct Styles {
    styles: HashMap<String, (Look, Option<String>)>,
    default: Option<String>,
}

impl Styles {
    /// Reads `styles.xml`.
    ///
    /// # Errors
    /// It is damaged.
    pub fn read(xml: &str) -> Result<Styles> {
        let mut styles = Styles::default();
        let mut id = String::new();
        let (mut look, mut base) = (Look::default(), None);
        let mut tokens = Tokens::new(xml);
        while let Some(token) = tokens.next()? {
            match token {
                Token::Start(tag) => match tag.name() {
                    "w:style" => {
                        id = tag.attribute("w:styleId").unwrap_or_default();
                        (look, base) = (Look::default(), None);
                        let is_paragraph = tag.attribute("w:type").is_none_or(|kind| kind == "paragraph");
                        if is_paragraph
                            && tag.attribute("w:default").is_some_and(|value| value == "1" || value == "true")
                        {
                            styles.default = Some(id.clone());
                        }
                    }
                    "w:name" => named(&mut look, &tag.value().unwrap_or_default()),
                    "w:basedOn" => base = tag.value(),
                    _ => look.property(&tag),
                },
                Token::End if tokens.depth() == 1 && !id.is_empty() => {
                    styles.styles.insert(std::mem::take(&mut id), (look.clone(), base.take()));
                }
                _ => {}
            }
        }
        Ok(styles)
    }

    /// What a paragraph looks like that says `own` of itself and has the style `id`, or the style of all paragraphs.
    pub fn resolve(&self, own: &Look, id: Option<&str>) -> Look {
        /// Styles that are based on each other in a circle have no end.
        const LONGEST_CHAIN: usize = 16;
        let mut look = own.clone();
        let mut next = id.filter(|id| self.styles.contains_key(*id)).or(self.default.as_deref());
        for _ in 0..LONGEST_CHAIN {
            let Some((style, base)) = next.and_then(|id| self.styles.get(id)) else { break };
            look = look.over(style);
            next = base.as_deref();
        }
        look
    }
}

/// What the name of a style tells. The names of built-in styles are the same in every language of Word.
fn named(look: &mut Look, name: &str) {
    let name = name.to_lowercase();
    let level = name.strip_prefix("heading ").or_else(|| name.strip_prefix("标题 "));
    match (level.and_then(|level| level.parse().ok()), name.as_str()) {
        (Some(level), _) => look.outline = look.outline.or(Some(level)),
        (None, "title") => look.outline = look.outline.or(Some(1)),
        (None, "subtitle") => look.outline = look.outline.or(Some(2)),
        (None, "caption" | "题注") => look.caption = true,
        _ => {}
    }
}
