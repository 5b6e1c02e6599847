//! Comments: the comments part.

use std::collections::HashMap;

use super::archive::damaged;
use super::package::append_to_root;
use super::xml::{Names, Token, Tokens, escape, unescape};
use crate::edit::Signature;
use crate::error::Result;

/// The type of a comments part.
pub const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";

/// A comment to be added.
pub struct Comment {
    /// The `w:id` that the comment and its range in the document share.
    pub id: u32,
    /// The remark and its source.
    pub paragraphs: [String; 2],
}

/// Returns the `w:id` and the last two paragraphs of every comment in `comments.xml`.
///
/// # Errors
/// The part is damaged.
pub fn existing_comments(xml: &str) -> Result<HashMap<String, [String; 2]>> {
    let mut found = HashMap::new();
    let mut tokens = Tokens::new(xml);
    tokens.next()?;
    while let Some(token) = tokens.next()? {
        let Token::Start(tag) = token else { continue };
        let id = tag.attribute("w:id").unwrap_or_default();
        let mut paragraphs = [String::new(), String::new()];
        while tokens.depth() > 1 {
            match tokens.next()?.ok_or_else(damaged)? {
                Token::Start(tag) if tag.name() == "w:p" => {
                    paragraphs.swap(0, 1);
                    paragraphs[1].clear();
                }
                Token::Text => paragraphs[1] += &unescape(&xml[tokens.range.clone()]).unwrap_or_default(),
                Token::Start(_) | Token::End => {}
            }
        }
        found.insert(id, paragraphs);
    }
    Ok(found)
}

/// Returns the comments as XML.
fn comments_xml(comments: &[Comment], signature: Signature, names: &Names) -> String {
    let paragraph = |text: &String| {
        let text = names.text_element("t", &escape(text));
        names.element("p", &[], &names.element("r", &[], &text))
    };
    let one = |comment: &Comment| {
        let Signature { author, date } = signature;
        let id = comment.id.to_string();
        let attributes = [("id", id.as_str()), ("author", author), ("date", date), ("initials", author)];
        names.element("comment", &attributes, &comment.paragraphs.iter().map(paragraph).collect::<String>())
    };
    comments.iter().map(one).collect()
}

/// Returns the comments part with `comments` appended, or `None` if it is malformed.
pub fn appended(existing: &str, comments: &[Comment], signature: Signature) -> Option<String> {
    append_to_root(existing, &comments_xml(comments, signature, &Names::of(existing).ok()?))
}

/// Returns a new comments part without comments, in the namespace of the document.
pub fn empty_part(namespace: &str) -> String {
    let namespace = escape(namespace);
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{namespace}\"/>")
}
