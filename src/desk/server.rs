//! The door of the desk: a server on the loopback interface.

use std::io::{self, Read};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use tiny_http::{Header, Method, Server};

use super::{Desk, Request, Response};

/// The largest body of a request, in bytes. A dropped draft may be long; everything else is short.
const LARGEST_BODY: usize = 64 << 20;

/// How long the server goes on after the page was left, because it may only be loaded anew.
const FAREWELL: Duration = Duration::from_secs(3);

/// Headers of every answer: the page may load nothing from elsewhere, be in no frame and tell nobody where it was.
const HEADERS: [(&str, &str); 6] = [
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
];

/// A server that does not listen to anyone yet.
pub struct Door {
    server: Server,
    host: String,
}

impl Door {
    /// Opens a port of the loopback interface: the given one, or any that is free if it is 0.
    ///
    /// # Errors
    /// The port is in use.
    pub fn open(port: u16) -> io::Result<Door> {
        let server = Server::http((Ipv4Addr::LOCALHOST, port)).map_err(io::Error::other)?;
        let address = server.server_addr().to_ip().ok_or_else(|| io::Error::other("no address"))?;
        Ok(Door { server, host: address.to_string() })
    }

    /// Returns the address and the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Answers requests until the page is left.
    ///
    /// # Errors
    /// The system takes the port away.
    pub fn serve(&self, desk: &mut Desk) -> io::Result<()> {
        let mut left: Option<Instant> = None;
        loop {
            if let Some(mut incoming) = self.server.recv_timeout(Duration::from_millis(500))? {
                let response = answer(desk, &mut incoming);
                // A page that is gone needs no answer.
                let _ = incoming.respond(reply(response));
            }
            left = if desk.is_over() { left.or_else(|| Some(Instant::now())) } else { None };
            if left.is_some_and(|left| left.elapsed() > FAREWELL) {
                return Ok(());
            }
        }
    }
}

/// Reads a request and returns the answer.
fn answer(desk: &mut Desk, incoming: &mut tiny_http::Request) -> Response {
    let header = |name: &'static str| {
        let found = incoming.headers().iter().find(|header| header.field.equiv(name));
        found.map(|header| header.value.as_str().to_owned())
    };
    let request = Request {
        method: match incoming.method() {
            Method::Get => "GET".to_owned(),
            Method::Post => "POST".to_owned(),
            other => other.to_string(),
        },
        target: incoming.url().to_owned(),
        host: header("Host").unwrap_or_default(),
        origin: header("Origin"),
        key: header("X-Zhubi-Key"),
        site: header("Sec-Fetch-Site"),
    };
    if let Some(response) = desk.screen(&request) {
        return response;
    }
    if incoming.body_length().is_some_and(|length| length > LARGEST_BODY) {
        return Response::refusal(413, "太长了，超过 64 MiB 的上限。");
    }
    let mut body = Vec::new();
    match incoming.as_reader().take(LARGEST_BODY as u64 + 1).read_to_end(&mut body) {
        Ok(_) if body.len() <= LARGEST_BODY => desk.answer(&request, body),
        Ok(_) => Response::refusal(413, "太长了，超过 64 MiB 的上限。"),
        Err(_) => Response::refusal(400, "请求没有收全。"),
    }
}

fn reply(response: Response) -> tiny_http::Response<io::Cursor<Vec<u8>>> {
    let headers = HEADERS.into_iter().chain([("Content-Type", response.kind)]);
    let name = response.name.as_deref().map(|name| ("X-Zhubi-Name", name));
    let headers = headers.chain(name).filter_map(|(name, value)| Header::from_bytes(name, value).ok());
    let reply = tiny_http::Response::from_data(response.body).with_status_code(response.status);
    headers.fold(reply, tiny_http::Response::with_header)
}
