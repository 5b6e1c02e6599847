//! Paragraph properties and styles, as far as they say what a paragraph is: heading, list item, caption, quotation,
//! indented.

use std::collections::HashMap;

use super::xml::{Tag, Token, Tokens};
use crate::error::Result;

/// The properties of a paragraph or of a style. `None` means that the property is not set.
#[derive(Debug, Clone, Default)]
pub struct ParagraphProperties {
    /// The level of a heading from 1; 0 means body text.
    pub outline: Option<u8>,
    /// Whether the paragraph has a number or a bullet.
    pub is_list_item: Option<bool>,
    /// Whether the first line is indented.
    pub is_indented: Option<bool>,
    pub is_caption: bool,
    pub is_quotation: bool,
}

impl ParagraphProperties {
    /// Sets the property that `tag`, a child of `w:pPr`, describes.
    pub fn set(&mut self, tag: &Tag) {
        match tag.name() {
            "w:outlineLvl" => {
                // 9 means body text.
                let level = tag.value().and_then(|value| value.parse::<u8>().ok()).filter(|&level| level < 9);
                self.outline = Some(level.map_or(0, |level| level + 1));
            }
            // 0 removes the numbering that the style has.
            "w:numId" => self.is_list_item = Some(tag.value().is_some_and(|value| value != "0")),
            "w:ind" => {
                let first = ["w:firstLineChars", "w:firstLine"].iter().find_map(|name| tag.attribute(name));
                if let Some(first) = first {
                    self.is_indented = Some(!first.trim_matches('0').is_empty());
                }
            }
            _ => {}
        }
    }

    /// Returns these properties with the unset ones taken from `base`.
    fn or(&self, base: &ParagraphProperties) -> ParagraphProperties {
        ParagraphProperties {
            outline: self.outline.or(base.outline),
            is_list_item: self.is_list_item.or(base.is_list_item),
            is_indented: self.is_indented.or(base.is_indented),
            is_caption: self.is_caption || base.is_caption,
            is_quotation: self.is_quotation || base.is_quotation,
        }
    }
}

/// The paragraph styles of a file.
#[derive(Debug, Clone, Default)]
pub struct Styles {
    /// Properties and base style by style id.
    styles: HashMap<String, (ParagraphProperties, Option<String>)>,
    /// The id of the default style.
    default: Option<String>,
}

impl Styles {
    /// Reads `styles.xml`.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn read(xml: &str) -> Result<Styles> {
        let mut styles = Styles::default();
        let mut id = String::new();
        let (mut properties, mut base) = (ParagraphProperties::default(), None);
        let mut tokens = Tokens::new(xml);
        while let Some(token) = tokens.next()? {
            match token {
                Token::Start(tag) => match tag.name() {
                    "w:style" => {
                        id = tag.attribute("w:styleId").unwrap_or_default();
                        (properties, base) = (ParagraphProperties::default(), None);
                        let is_paragraph = tag.attribute("w:type").is_none_or(|kind| kind == "paragraph");
                        if is_paragraph
                            && tag.attribute("w:default").is_some_and(|value| value == "1" || value == "true")
                        {
                            styles.default = Some(id.clone());
                        }
                    }
                    "w:name" => set_from_name(&mut properties, &tag.value().unwrap_or_default()),
                    "w:basedOn" => base = tag.value(),
                    _ => properties.set(&tag),
                },
                Token::End if tokens.depth() == 1 && !id.is_empty() => {
                    styles.styles.insert(std::mem::take(&mut id), (properties.clone(), base.take()));
                }
                _ => {}
            }
        }
        Ok(styles)
    }

    /// Returns the effective properties of a paragraph with the properties `own` and the style `id`. Without a known
    /// style, the default style applies.
    pub fn resolve(&self, own: &ParagraphProperties, id: Option<&str>) -> ParagraphProperties {
        /// The limit ends cycles of styles that are based on each other.
        const MAX_BASE_STYLES: usize = 16;
        let mut properties = own.clone();
        let mut next = id.filter(|id| self.styles.contains_key(*id)).or(self.default.as_deref());
        for _ in 0..MAX_BASE_STYLES {
            let Some((style, base)) = next.and_then(|id| self.styles.get(id)) else { break };
            properties = properties.or(style);
            next = base.as_deref();
        }
        properties
    }
}

/// Sets the properties that follow from the name of a style. In the file, built-in styles have the same English names
/// in every language version of Word. Their Chinese names are accepted too.
fn set_from_name(properties: &mut ParagraphProperties, name: &str) {
    let name = name.to_lowercase();
    let level = name.strip_prefix("heading ").or_else(|| name.strip_prefix("标题 "));
    match (level.and_then(|level| level.parse().ok()), name.as_str()) {
        (Some(level), _) => properties.outline = properties.outline.or(Some(level)),
        (None, "title") => properties.outline = properties.outline.or(Some(1)),
        (None, "subtitle") => properties.outline = properties.outline.or(Some(2)),
        (None, "caption" | "题注") => properties.is_caption = true,
        (None, "quote" | "intense quote" | "引用" | "明显引用") => properties.is_quotation = true,
        _ => {}
    }
}
