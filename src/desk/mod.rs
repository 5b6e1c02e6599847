//! The desk in the browser: a server on the loopback interface, which shows one page and carries out what is decided on
//! it. Nothing leaves the machine. [`Desk`] answers requests and knows no network; [`server`] is its door.

mod answer;
mod errata;
mod page;
pub mod server;

use std::collections::HashMap;
use std::fmt;

use crate::error::Result;
use crate::review::Galley;
use crate::sheet::SheetBlock;

pub use answer::{Request, Response};

/// What the desk needs of the program around it.
pub trait Office<'e> {
    /// Puts a draft that was dropped or pasted onto the desk. It has no file.
    ///
    /// # Errors
    /// It cannot be read as a draft.
    fn adopt(&self, name: &str, bytes: Vec<u8>) -> Result<Galley<'e>>;

    /// Returns the author of tracked changes.
    fn author(&self) -> String;

    /// Returns the time, as tracked changes state it.
    fn now(&self) -> String;

    /// Finds what only the comparison of all drafts shows, if they are the pages of an issue.
    fn compare(&self, drafts: &mut [Galley<'e>]);

    /// Keeps for later runs what was decided to stand in a draft that is saved.
    ///
    /// # Errors
    /// It cannot be written.
    fn keep(&self, draft: &Galley<'e>) -> Result<()>;

    /// Returns the rate of errors of a draft, in a few words.
    fn grade(&self, draft: &Galley<'e>) -> String;
}

/// Drafts on the desk, and who may touch them.
pub struct Desk<'e> {
    galleys: Vec<Galley<'e>>,
    office: Box<dyn Office<'e> + 'e>,
    /// What the page was last told of each draft, by its index.
    shown: HashMap<usize, Shown>,
    access: Access,
    is_over: bool,
}

/// The state of a draft that the page knows.
struct Shown {
    revision: u64,
    blocks: Vec<SheetBlock>,
}

/// Who may use the desk.
#[derive(Debug)]
pub struct Access {
    /// What the address of the page carries. It opens the desk once.
    token: Option<String>,
    /// What the page shows with each request after that.
    key: String,
    /// The only host to which a request may be addressed: the address and the port of the server.
    host: String,
}

impl Access {
    /// `token` and `key` are secrets.
    pub fn new(token: String, key: String, host: String) -> Access {
        Access { token: Some(token), key, host }
    }
}

impl<'e> Desk<'e> {
    /// Creates a desk with these drafts.
    pub fn new(galleys: Vec<Galley<'e>>, office: Box<dyn Office<'e> + 'e>, access: Access) -> Desk<'e> {
        let mut desk = Desk { galleys, office, shown: HashMap::new(), access, is_over: false };
        desk.office.compare(&mut desk.galleys);
        desk
    }

    /// Whether the page was left.
    pub fn is_over(&self) -> bool {
        self.is_over
    }
}

impl fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("galleys", &self.galleys.len()).finish_non_exhaustive()
    }
}
