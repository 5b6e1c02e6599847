//! JSON-RPC messages over standard input and output. Whatever comes in, reading goes on as long as it is clear where the
//! next message begins.

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use lsp_server::{ErrorCode, Message, RequestId, ResponseError};
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};

/// The largest message, in bytes. Editors send a draft as a whole when it is opened.
const LARGEST: u64 = 256 << 20;

/// The longest line of a header, in bytes.
const LONGEST_HEADER: u64 = 8 << 10;

/// How messages are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Each message has a header with its length.
    Headers,
    /// Each message is a line.
    Lines,
}

/// What was received.
#[derive(Debug)]
pub enum Incoming {
    Message(Message),
    /// Something that is not a message: JSON-RPC's code, and what is wrong.
    Malformed(ErrorCode, &'static str),
    /// There is nothing more to come.
    End,
}

/// Reads messages on a thread of its own.
///
/// # Errors
/// The system starts no thread.
pub fn receive(mut input: impl BufRead + Send + 'static, framing: Framing) -> Result<Receiver<Incoming>> {
    let (sender, receiver) = channel();
    let read = move || {
        loop {
            let incoming = match read_frame(&mut input, framing) {
                Ok(Frame::Body(body)) if body.iter().all(u8::is_ascii_whitespace) => continue,
                Ok(Frame::Body(body)) => parse(&body),
                Ok(Frame::TooLarge) => Incoming::Malformed(ErrorCode::InvalidRequest, "这条消息太长。"),
                Ok(Frame::End) | Err(_) => Incoming::End,
            };
            let is_end = matches!(incoming, Incoming::End);
            if sender.send(incoming).is_err() || is_end {
                break;
            }
        }
    };
    let started = thread::Builder::new().name("receiver".to_owned()).spawn(read);
    started.map(|_| receiver).map_err(|_| Error::new("系统不能再开线程，没有启动。"))
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
enum Frame {
    Body(Vec<u8>),
    TooLarge,
    End,
}

const NOT_A_MESSAGE: Incoming = Incoming::Malformed(ErrorCode::InvalidRequest, "这不是 JSON-RPC 2.0 的消息。");

fn parse(body: &[u8]) -> Incoming {
    match serde_json::from_slice::<Value>(body) {
        Err(_) => Incoming::Malformed(ErrorCode::ParseError, "这条消息不是 JSON。"),
        Ok(value) => {
            let has_id = value.get("id").is_some();
            match serde_json::from_value(value) {
                // A request whose id is not one.
                Ok(Message::Notification(_)) | Err(_) if has_id => NOT_A_MESSAGE,
                Ok(message) => Incoming::Message(message),
                Err(_) => NOT_A_MESSAGE,
            }
        }
    }
}

/// Reads a message.
///
/// # Errors
/// The input cannot be read, or it is not clear where the next message begins.
fn read_frame(input: &mut impl BufRead, framing: Framing) -> io::Result<Frame> {
    let length = match framing {
        Framing::Lines => return read_line(input),
        Framing::Headers => match read_header(input)? {
            Some(length) => length,
            None => return Ok(Frame::End),
        },
    };
    let mut input = input.take(length);
    if length > LARGEST {
        let skipped = io::copy(&mut input, &mut io::sink())?;
        return Ok(if skipped == length { Frame::TooLarge } else { Frame::End });
    }
    // The length is only a claim: memory is taken for what comes.
    let mut body = Vec::new();
    input.read_to_end(&mut body)?;
    Ok(if body.len() as u64 == length { Frame::Body(body) } else { Frame::End })
}

fn read_line(input: &mut impl BufRead) -> io::Result<Frame> {
    let mut line = Vec::new();
    input.take(LARGEST).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(Frame::End);
    }
    if line.len() as u64 == LARGEST && !line.ends_with(b"\n") {
        drop(line);
        input.skip_until(b'\n')?;
        return Ok(Frame::TooLarge);
    }
    Ok(Frame::Body(line))
}

/// Reads a header. Returns the length of the message, or `None` at the end of the input.
fn read_header(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let field = line.trim_ascii();
        if field.is_empty() {
            match length {
                Some(length) => return Ok(Some(length)),
                None => continue,
            }
        }
        let unclear = || io::Error::new(io::ErrorKind::InvalidData, "a header that is not one");
        let colon = memchr::memchr(b':', field).ok_or_else(unclear)?;
        if field[..colon].eq_ignore_ascii_case(b"Content-Length") {
            let value = str::from_utf8(field[colon + 1..].trim_ascii()).ok().and_then(|value| value.parse().ok());
            length = Some(value.ok_or_else(unclear)?);
        }
    }
}

/// Sends messages.
pub struct Outbox<W> {
    output: W,
    framing: Framing,
    next_request: i32,
}

#[derive(Serialize)]
struct Call<'m, P> {
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i32>,
    method: &'m str,
    params: P,
}

#[derive(Serialize)]
struct Answer<'i, R> {
    jsonrpc: &'static str,
    id: &'i RequestId,
    result: R,
}

#[derive(Serialize)]
struct Refusal<'i> {
    jsonrpc: &'static str,
    id: Option<&'i RequestId>,
    error: ResponseError,
}

/// The version of JSON-RPC.
const JSONRPC: &str = "2.0";

impl<W: Write> Outbox<W> {
    pub fn new(output: W, framing: Framing) -> Outbox<W> {
        Outbox { output, framing, next_request: 0 }
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: impl Serialize) -> io::Result<()> {
        self.send(&Call { jsonrpc: JSONRPC, id: None, method, params })
    }

    /// Sends a request. Answers to it tell nothing that the servers need.
    pub fn request(&mut self, method: &str, params: impl Serialize) -> io::Result<()> {
        self.next_request = self.next_request.wrapping_add(1);
        self.send(&Call { jsonrpc: JSONRPC, id: Some(self.next_request), method, params })
    }

    /// Answers a request.
    pub fn answer(&mut self, id: &RequestId, result: impl Serialize) -> io::Result<()> {
        self.send(&Answer { jsonrpc: JSONRPC, id, result })
    }

    /// Refuses a request; `None` is one whose id could not be read.
    pub fn refuse(&mut self, id: Option<&RequestId>, code: i32, message: &str, data: Option<Value>) -> io::Result<()> {
        let error = ResponseError { code, message: message.to_owned(), data };
        self.send(&Refusal { jsonrpc: JSONRPC, id, error })
    }

    fn send(&mut self, message: &impl Serialize) -> io::Result<()> {
        let mut body = serde_json::to_vec(message).map_err(io::Error::other)?;
        match self.framing {
            Framing::Headers => write!(self.output, "Content-Length: {}\r\n\r\n", body.len())?,
            Framing::Lines => body.push(b'\n'),
        }
        self.output.write_all(&body)?;
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(mut input: &[u8], framing: Framing) -> Vec<std::result::Result<String, &'static str>> {
        let mut found = Vec::new();
        loop {
            match read_frame(&mut input, framing) {
                Ok(Frame::Body(body)) => found.push(Ok(String::from_utf8(body).unwrap())),
                Ok(Frame::TooLarge) => found.push(Err("too large")),
                Ok(Frame::End) => return found,
                Err(_) => {
                    found.push(Err("unclear"));
                    return found;
                }
            }
        }
    }

    #[test]
    fn reads_messages_whatever_their_headers_say() {
        let body = |text: &str| Ok(text.to_owned());
        for (input, expected) in [
            ("Content-Length: 2\r\n\r\n{}Content-Length: 2\r\n\r\n[]", vec![body("{}"), body("[]")]),
            ("content-length:2\nContent-Type: x; charset=utf-8\n\n{}", vec![body("{}")]),
            ("\r\n\r\nContent-Length: 0\r\n\r\n", vec![body("")]),
            ("Content-Length: 99999999999999999999\r\n\r\n{}", vec![Err("unclear")]),
            ("Content-Length: 18446744073709551615\r\n\r\n{}", vec![]),
            ("Content-Length: 20\r\n\r\n{}", vec![]),
            ("Content-Length: -1\r\n\r\n{}", vec![Err("unclear")]),
            ("{}\r\n", vec![Err("unclear")]),
            ("", vec![]),
        ] {
            assert_eq!(frames(input.as_bytes(), Framing::Headers), expected, "{input:?}");
        }
        assert_eq!(frames(b"{}\n[]", Framing::Lines), [body("{}\n"), body("[]")]);
    }

    #[test]
    fn tells_messages_from_what_is_none() {
        let code = |text: &str| match parse(text.as_bytes()) {
            Incoming::Message(_) => 0,
            Incoming::Malformed(code, _) => code as i32,
            Incoming::End => 1,
        };
        assert_eq!(code(r#"{"jsonrpc":"2.0","id":1,"method":"a"}"#), 0);
        assert_eq!(code(r#"{"jsonrpc":"2.0","method":"a"}"#), 0);
        for (text, expected) in [("{", -32700), ("\u{0}", -32700), ("[]", -32600), ("1", -32600), ("{}", -32600)] {
            assert_eq!(code(text), expected, "{text}");
        }
        assert_eq!(code(r#"{"id":[],"method":"a"}"#), -32600);
        assert_eq!(code(&"[".repeat(1 << 16)), -32700);
    }
}
