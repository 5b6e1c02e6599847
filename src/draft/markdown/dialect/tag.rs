//! Divides a tag as templates and JSX write it.

/// What comes next in a tag.
pub enum Token {
    /// The tag is complete.
    End,
    /// There is no tag here.
    NoTag,
    /// What begins at this byte and ends where the lexer is cannot stand in a tag of HTML.
    NotHtml(usize),
    /// The tag goes on in another line. The last byte that was read is the line break.
    LineBreak,
    /// A brace at this byte. The caller has to pass what it opens.
    Brace(usize),
}

/// Divides a tag: `<T x={["甲"]} @click="f()">`.
pub struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The quote around the attribute value that is being read.
    quote: Option<u8>,
    place: Place,
}

/// Where in a tag the next character is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// In the name of the tag.
    TagName,
    /// At the beginning of an attribute.
    AttributeStart,
    /// In an attribute.
    Attribute,
}

impl<'t> Lexer<'t> {
    /// Returns a lexer for the tag that begins at `start`, or `None` if no name follows the `<`.
    pub fn new(bytes: &'t [u8], start: usize) -> Option<Lexer<'t>> {
        let name = start + 1 + usize::from(bytes.get(start + 1) == Some(&b'/'));
        let is_named = bytes.get(name).is_some_and(u8::is_ascii_alphabetic);
        let end = name + bytes[name.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        // After the name comes a dot or hyphen within it, a space or the end. Others are addresses and type parameters.
        let is_tag = is_named && bytes.get(end).is_some_and(|byte| b"-._ \t\r\n/>".contains(byte));
        is_tag.then_some(Lexer { bytes, at: end, quote: None, place: Place::TagName })
    }

    /// The position up to which the tag has been read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes on at byte `to`.
    pub fn pass(&mut self, to: usize) {
        self.at = to;
    }

    /// Returns the next token.
    pub fn next(&mut self) -> Token {
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            self.at += 1;
            if let Some(quote) = self.quote {
                let begins_template = byte == b'{' && matches!(self.bytes.get(self.at), Some(b'{' | b'%'));
                if begins_template {
                    return Token::Brace(start);
                }
                if byte == quote {
                    self.quote = None;
                }
                continue;
            }
            let place = self.place;
            if byte.is_ascii_whitespace() || place == Place::AttributeStart {
                self.place = if byte.is_ascii_whitespace() { Place::AttributeStart } else { Place::Attribute };
            }
            match byte {
                b'>' => return Token::End,
                b'\r' | b'\n' => return Token::LineBreak,
                b'{' => return Token::Brace(start),
                b'"' | b'\'' if self.bytes[start - 1] == b'=' => self.quote = Some(byte),
                b'<' | b'"' | b'\'' | b'`' | 0x80.. => return Token::NoTag,
                b'-' if place != Place::AttributeStart => {}
                b'_' | b':' if place != Place::TagName => {}
                _ if byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"/=".contains(&byte) => {}
                _ => return Token::NotHtml(start),
            }
        }
        Token::NoTag
    }
}
