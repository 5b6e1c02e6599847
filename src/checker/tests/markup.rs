//! Extracts the markup of an HTML page, to check that fixes change only text.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// Returns the tags and comments of a page in order, without attributes that are shown to readers (`alt`, `title`,
/// `content`).
pub fn markup(page: &str) -> Vec<String> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut found = Vec::new();
    for Ok(token) in Tokenizer::new_with_emitter(page, emitter) {
        match token {
            Token::StartTag(mut tag) => {
                for shown in [&b"alt"[..], b"title", b"content"] {
                    tag.attributes.remove(shown);
                }
                found.push(format!("{tag:?}"));
            }
            Token::EndTag(_) | Token::Comment(_) | Token::Doctype(_) => found.push(format!("{token:?}")),
            Token::String(_) | Token::Error(_) => {}
        }
    }
    found
}
