//! Comments: the part that holds them, and how a file is told that it has one.

use std::collections::HashMap;

use super::xml::{Token, Tokens, escape};
use super::{AUTHOR, Relations};
use crate::error::Result;

/// What a comment says.
pub struct Comment {
    /// Its `w:id`.
    pub id: u32,
    /// Its paragraphs.
    pub paragraphs: [String; 2],
}

/// For every comment of ours in `comments.xml`: its `w:id` and its last paragraph.
///
/// # Errors
/// The part is damaged.
pub fn ours(xml: &str) -> Result<HashMap<String, String>> {
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
                last += quick_xml::escape::unescape(&xml[tokens.at.clone()]).unwrap_or_default().trim_matches('\n');
            }
            Token::End | Token::Text => {}
        }
    }
    Ok(found)
}

fn written(comments: &[Comment], date: &str) -> String {
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

/// The comments part `existing` with `comments` at its end, or a new one in the namespace of the document.
pub fn added(existing: Option<&str>, comments: &[Comment], date: &str, namespace: &str) -> Option<String> {
    let new = written(comments, date);
    match existing {
        Some(xml) => appended(xml, &new),
        None => Some(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{namespace}\">{new}</w:comments>"
        )),
    }
}

/// `xml` with `content` at the end of its root.
fn appended(xml: &str, content: &str) -> Option<String> {
    let end = xml.trim_end().strip_suffix('>')?;
    if let Some(open) = end.strip_suffix('/') {
        // A root without content.
        let start = open.rfind('<')?;
        let name = open[start + 1..].split([' ', '\t', '\r', '\n']).next()?;
        return Some(format!("{open}>{content}</{name}>"));
    }
    let at = end.rfind("</")?;
    Some(format!("{}{content}{}", &xml[..at], &xml[at..]))
}

/// The relationships part with one more, to the comments part `target`.
pub fn related(existing: Option<&str>, relations: &Relations, target: &str, base: &str) -> Option<String> {
    let id = (1..).map(|number| format!("rIdZhubi{number}")).find(|id| !relations.ids.contains(id))?;
    let new = format!(r#"<Relationship Id="{id}" Type="{base}/comments" Target="{target}"/>"#);
    match existing {
        Some(xml) => appended(xml, &new),
        None => Some(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships \
             xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{new}</Relationships>"
        )),
    }
}

/// The list of content types with that of the comments part `name`.
pub fn listed(types: &str, name: &str) -> Option<String> {
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
    appended(types, &format!(r#"<Override PartName="/{name}" ContentType="{kind}"/>"#))
}
