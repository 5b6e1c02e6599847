//! Comments: the comments part, and its entries in the relationships and content types of the file.

use std::collections::HashMap;

use super::xml::{Token, Tokens, escape};
use super::{AUTHOR, Relationships};
use crate::error::Result;

/// A comment to be added.
pub struct Comment {
    /// The `w:id` that the comment and its range in the document share.
    pub id: u32,
    /// The remark and its source.
    pub paragraphs: [String; 2],
}

/// Returns the `w:id` and the last paragraph, which is the source, of every comment in `comments.xml` whose author is
/// [`AUTHOR`].
///
/// # Errors
/// The part is damaged.
pub fn own_comments(xml: &str) -> Result<HashMap<String, String>> {
    let mut found = HashMap::new();
    let mut id = None;
    let mut last = String::new();
    let mut tokens = Tokens::new(xml);
    while let Some(token) = tokens.next()? {
        match token {
            Token::Start(tag) => match tag.name() {
                "w:comment" => {
                    id = tag.attribute("w:id").filter(|_| tag.attribute("w:author").is_some_and(|name| name == AUTHOR));
                    last.clear();
                }
                "w:p" => last.clear(),
                _ => {}
            },
            Token::End if tokens.depth() == 1 => {
                if let Some(id) = id.take() {
                    found.insert(id, std::mem::take(&mut last));
                }
            }
            Token::Text if id.is_some() => {
                last += quick_xml::escape::unescape(&xml[tokens.range.clone()]).unwrap_or_default().trim_matches('\n');
            }
            Token::End | Token::Text => {}
        }
    }
    Ok(found)
}

/// Returns the comments as XML.
fn comments_xml(comments: &[Comment], date: &str) -> String {
    let mut out = String::new();
    for comment in comments {
        let id = comment.id;
        out += &format!(r#"<w:comment w:id="{id}" w:author="{AUTHOR}" w:date="{date}" w:initials="{AUTHOR}">"#);
        for paragraph in &comment.paragraphs {
            out += &format!(r#"<w:p><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>"#, escape(paragraph));
        }
        out += "</w:comment>";
    }
    out
}

/// Returns the comments part with `comments` appended. Without an existing part, creates one in the namespace of the
/// document.
pub fn comments_part(existing: Option<&str>, comments: &[Comment], date: &str, namespace: &str) -> Option<String> {
    let new = comments_xml(comments, date);
    match existing {
        Some(xml) => append_to_root(xml, &new),
        None => Some(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{namespace}\">{new}</w:comments>"
        )),
    }
}

/// Returns `xml` with `content` at the end of its root element, or `None` if there is no root element.
fn append_to_root(xml: &str, content: &str) -> Option<String> {
    let end = xml.trim_end().strip_suffix('>')?;
    if let Some(open) = end.strip_suffix('/') {
        // The root is an empty element.
        let start = open.rfind('<')?;
        let name = open[start + 1..].split([' ', '\t', '\r', '\n']).next()?;
        return Some(format!("{open}>{content}</{name}>"));
    }
    let at = end.rfind("</")?;
    Some(format!("{}{content}{}", &xml[..at], &xml[at..]))
}

/// Returns the relationships part with a relationship to the comments part `target` appended. `base` is the namespace of
/// relationship types.
pub fn relationships_part(
    existing: Option<&str>,
    relationships: &Relationships,
    target: &str,
    base: &str,
) -> Option<String> {
    let id = (1..).map(|number| format!("rIdZhubi{number}")).find(|id| !relationships.ids.contains(id))?;
    let new = format!(r#"<Relationship Id="{id}" Type="{base}/comments" Target="{target}"/>"#);
    match existing {
        Some(xml) => append_to_root(xml, &new),
        None => Some(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships \
             xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{new}</Relationships>"
        )),
    }
}

/// Returns the content types part with the type of the comments part `name` appended.
pub fn content_types_part(types: &str, name: &str) -> Option<String> {
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
    append_to_root(types, &format!(r#"<Override PartName="/{name}" ContentType="{kind}"/>"#))
}
