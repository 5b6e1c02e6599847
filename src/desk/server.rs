//! The door of the desk: a server on the loopback interface.
//!
//! Each connection brings one request and has a thread of its own, so that one that says nothing keeps nobody waiting. The
//! thread reads the head, asks [`Access`] whether the request may pass, and only then reads the body, of bounded length.
//! The desk itself answers one request after the other.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::{Access, Desk, Request, Response};

/// The longest head of a request, in bytes, and the most headers in it.
const LONGEST_HEAD: usize = 16 << 10;
const MOST_HEADERS: usize = 64;

/// The largest body of a request, in bytes. A dropped draft may be long; everything else is short.
const LARGEST_BODY: usize = 64 << 20;

/// How much of a body that is not wanted is read, so that the sender gets to read the answer.
const LARGEST_REST: u64 = 1 << 20;

/// How long a request may take to arrive, and how long a sender may be silent.
const LONGEST_ARRIVAL: Duration = Duration::from_secs(60);
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// How many connections there may be at a time.
const MOST_CONNECTIONS: usize = 64;

/// How long the server goes on after the page was left, because it may only be loaded anew.
const FAREWELL: Duration = Duration::from_secs(3);

/// Headers of every answer: the page may load nothing from elsewhere, be in no frame and tell nobody where it was.
const HEADERS: &str = "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; \
                       connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'\r\n\
                       X-Content-Type-Options: nosniff\r\n\
                       Referrer-Policy: no-referrer\r\n\
                       Cross-Origin-Resource-Policy: same-origin\r\n\
                       Cross-Origin-Opener-Policy: same-origin\r\n\
                       Cache-Control: no-store\r\n\
                       Connection: close\r\n";

/// A port of the loopback interface.
pub struct Door {
    listener: TcpListener,
    host: String,
}

/// A request that may pass, with its body, and where its answer goes.
type Call = (Request, Vec<u8>, Sender<Response>);

impl Door {
    /// Opens a port: the given one, or any that is free if it is 0.
    ///
    /// # Errors
    /// The port is in use.
    pub fn open(port: u16) -> io::Result<Door> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let host = listener.local_addr()?.to_string();
        Ok(Door { listener, host })
    }

    /// Returns the address and the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Answers requests until the page is left.
    ///
    /// # Errors
    /// The system does not listen any longer.
    pub fn serve(&self, desk: &mut Desk) -> io::Result<()> {
        let (sender, calls) = mpsc::channel();
        let (listener, access) = (self.listener.try_clone()?, desk.access());
        thread::Builder::new().spawn(move || listen(&listener, &access, &sender))?;
        let mut left: Option<Instant> = None;
        loop {
            match calls.recv_timeout(Duration::from_millis(500)) {
                Ok((request, body, answer)) => {
                    // A page that is gone needs no answer.
                    let _ = answer.send(desk.answer(&request, body));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("not listening")),
            }
            left = if desk.is_over() { left.or_else(|| Some(Instant::now())) } else { None };
            if left.is_some_and(|left| left.elapsed() > FAREWELL) {
                return Ok(());
            }
        }
    }
}

/// Accepts connections as long as the system lets it.
fn listen(listener: &TcpListener, access: &Arc<Access>, calls: &Sender<Call>) {
    let count = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming().flatten() {
        let place = Place::take(&count);
        if place.is_none() {
            continue;
        }
        let (access, calls) = (Arc::clone(access), calls.clone());
        // A system that starts no threads loses the connection, and the page asks again.
        let _ = thread::Builder::new().spawn(move || {
            let _place = place;
            let _ = converse(stream, &access, &calls);
        });
    }
}

/// One of the connections that there may be at a time.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(count: &Arc<AtomicUsize>) -> Option<Place> {
        let place = Place(Arc::clone(count));
        (count.fetch_add(1, Ordering::Relaxed) < MOST_CONNECTIONS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Reads the request of a connection and writes the answer.
fn converse(mut stream: TcpStream, access: &Access, calls: &Sender<Call>) -> io::Result<()> {
    stream.set_read_timeout(Some(LONGEST_SILENCE))?;
    stream.set_write_timeout(Some(LONGEST_SILENCE))?;
    let response = match receive(&mut stream, access) {
        Ok((request, body)) => {
            let (sender, answer) = mpsc::channel();
            let called = calls.send((request, body, sender)).is_ok();
            match answer.recv() {
                Ok(response) if called => response,
                _ => return Ok(()),
            }
        }
        Err(Some(response)) => response,
        Err(None) => return Ok(()),
    };
    reply(&mut stream, &response)?;
    stream.shutdown(Shutdown::Write)?;
    io::copy(&mut (&stream).take(LARGEST_REST), &mut io::sink()).map(drop)
}

/// Reads a request that may pass. Otherwise returns the answer, or nothing if the connection is broken.
fn receive(stream: &mut TcpStream, access: &Access) -> Result<(Request, Vec<u8>), Option<Response>> {
    let begun = Instant::now();
    let mut arrived = Vec::new();
    let head = loop {
        if let Some(end) = memchr::memmem::find(&arrived, b"\r\n\r\n") {
            break end + 4;
        }
        if arrived.len() > LONGEST_HEAD || begun.elapsed() > LONGEST_ARRIVAL {
            return Err(Some(Response::refusal(431, "请求太长。")));
        }
        read_more(stream, &mut arrived, 4096)?;
    };
    let Some((request, length)) = parse_head(&arrived[..head]) else {
        return Err(Some(Response::refusal(400, "请求读不懂。")));
    };
    if let Some(response) = access.screen(&request) {
        return Err(Some(response));
    }
    if length > LARGEST_BODY {
        return Err(Some(Response::refusal(413, "太长了，超过 64 MiB 的上限。")));
    }
    let mut body = arrived.split_off(head);
    while body.len() < length {
        if begun.elapsed() > LONGEST_ARRIVAL {
            return Err(Some(Response::refusal(408, "请求没有收全。")));
        }
        let missing = length - body.len();
        read_more(stream, &mut body, missing.min(64 << 10))?;
    }
    body.truncate(length);
    Ok((request, body))
}

/// Adds up to so many bytes that have arrived. The connection is broken if there are none.
fn read_more(stream: &mut TcpStream, bytes: &mut Vec<u8>, most: usize) -> Result<(), Option<Response>> {
    let before = bytes.len();
    bytes.resize(before + most, 0);
    let count = stream.read(&mut bytes[before..]).unwrap_or(0);
    bytes.truncate(before + count);
    if count == 0 { Err(None) } else { Ok(()) }
}

/// Parses the head of a request. Returns the request and the length of its body, or `None` if it is not a head, if a header
/// that decides something is there twice, or if the length is not stated plainly.
pub fn parse_head(head: &[u8]) -> Option<(Request, usize)> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    parsed.parse(head).ok()?.is_complete().then_some(())?;
    let value = |name: &str| -> Option<Option<String>> {
        let mut found = parsed.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        let first = found.next();
        if found.next().is_some() {
            return None;
        }
        first.map(|header| String::from_utf8(header.value.to_vec()).ok()).map_or(Some(None), |value| value.map(Some))
    };
    if value("Transfer-Encoding")?.is_some() {
        return None;
    }
    let length = match value("Content-Length")? {
        Some(length) => length.parse().ok()?,
        None => 0,
    };
    let request = Request {
        method: parsed.method?.to_owned(),
        target: parsed.path?.to_owned(),
        host: value("Host")?.unwrap_or_default(),
        origin: value("Origin")?,
        key: value("X-Zhubi-Key")?,
        site: value("Sec-Fetch-Site")?,
    };
    Some((request, length))
}

fn reply(stream: &mut TcpStream, response: &Response) -> io::Result<()> {
    let Response { status, kind, body, name } = response;
    let name = name.as_ref().map_or(String::new(), |name| format!("X-Zhubi-Name: {name}\r\n"));
    let head =
        format!("HTTP/1.1 {status} \r\n{HEADERS}Content-Type: {kind}\r\nContent-Length: {}\r\n{name}\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_heads_and_refuses_ambiguous_ones() {
        let parse = |head: &str| parse_head(head.as_bytes());
        let (request, length) =
            parse("POST /api/undo?x HTTP/1.1\r\nhost: a:1\r\ncontent-length: 12\r\nOrigin: http://a:1\r\n\r\n")
                .unwrap();
        assert_eq!((request.method.as_str(), request.target.as_str(), length), ("POST", "/api/undo?x", 12));
        assert_eq!((request.host.as_str(), request.origin.as_deref()), ("a:1", Some("http://a:1")));
        for head in [
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            "\r\n\r\n",
            "GET /\r\n\r\n",
        ] {
            assert!(parse(head).is_none(), "{head}");
        }
    }
}
