//! The desk in the browser: a server on the loopback interface, which shows one page and carries out what is decided on
//! it. Nothing leaves the machine. [`Desk`] answers requests and knows no network; [`server`] is its door.

mod access;
mod answer;
mod errata;
mod page;
pub mod server;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::review::Galley;
use crate::sheet::SheetBlock;

pub use access::Access;
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
    /// The blocks of each draft as the page was told last, by the index of the draft.
    shown: HashMap<usize, Vec<SheetBlock>>,
    access: Arc<Access>,
    is_over: bool,
}

impl<'e> Desk<'e> {
    /// Creates a desk with these drafts.
    pub fn new(galleys: Vec<Galley<'e>>, office: Box<dyn Office<'e> + 'e>, access: Access) -> Desk<'e> {
        let mut desk = Desk { galleys, office, shown: HashMap::new(), access: Arc::new(access), is_over: false };
        desk.office.compare(&mut desk.galleys);
        desk
    }

    /// Who may use the desk.
    fn access(&self) -> Arc<Access> {
        Arc::clone(&self.access)
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
