//! Inputs of lines: standard input or files, of which a bounded part is read ahead.

use std::io::{self, Read};
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::error::{Error, cause};
use crate::file::open_stream;
use crate::stream::{Batch, LineReader};

/// How many batches are read ahead at most.
const AHEAD: usize = 8;

/// After so many bytes of lines the next ones wait for the answers: enough to keep every core busy.
const ENOUGH: usize = 1 << 20;

/// Where lines come from.
pub enum Input {
    /// Standard input.
    Standard,
    /// A file, or a pipe with a name.
    File(PathBuf),
}

impl Input {
    /// Returns the input that a path on the command line names.
    pub fn of(path: PathBuf) -> Input {
        if path == Path::new("-") { Input::Standard } else { Input::File(path) }
    }

    /// Returns the name of the input; `None` for standard input.
    pub fn name(&self) -> Option<String> {
        match self {
            Input::Standard => None,
            Input::File(path) => Some(path.to_string_lossy().into_owned()),
        }
    }

    /// Opens the input.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Input::Standard => Ok(Box::new(io::stdin())),
            Input::File(path) => Ok(Box::new(open_stream(path)?)),
        }
    }

    /// Creates the error for an input that could not be opened.
    pub fn open_error(&self, error: &io::Error) -> Error {
        self.locate(Error::new(format!("读不了：{}。", cause(error))).help("请核对路径和读取权限。"))
    }

    /// Creates the error for an input that could not be read to its end.
    pub fn read_error(&self, error: &io::Error) -> Error {
        let message = format!("读到中间断了：{}。", cause(error));
        self.locate(Error::new(message).help("断开以前的各行已经答了；请核对这个输入，再运行一次。"))
    }

    fn locate(&self, error: Error) -> Error {
        error.in_file(self.name().as_deref().unwrap_or("标准输入"))
    }
}

/// Returns the lines of `input` in the order in which they arrive, and in pieces large enough to be divided among threads
/// where that many lines have arrived. They are read on a thread of their own, if the system starts one.
pub fn batches(input: Box<dyn Read + Send>) -> Box<dyn Iterator<Item = io::Result<Vec<Batch>>>> {
    let (hand_over, take_over) = sync_channel::<Box<dyn Read + Send>>(1);
    let (sender, receiver) = sync_channel(AHEAD);
    let started = thread::Builder::new().spawn(move || {
        if let Ok(input) = take_over.recv() {
            read_all(LineReader::new(input), &sender);
        }
    });
    if started.is_err() {
        let mut reader = LineReader::new(input);
        return Box::new(iter::from_fn(move || reader.next_batch().map(|batch| batch.map(|it| vec![it])).transpose()));
    }
    // The thread waits for it, and if it did not, there would be nothing to read.
    let _ = hand_over.send(input);
    Box::new(Arrived { receiver, error: None })
}

fn read_all(mut reader: LineReader<impl Read>, sender: &SyncSender<io::Result<Batch>>) {
    while let Some(batch) = reader.next_batch().transpose() {
        let is_last = batch.is_err();
        if sender.send(batch).is_err() || is_last {
            return;
        }
    }
}

/// What another thread has read.
struct Arrived {
    receiver: Receiver<io::Result<Batch>>,
    /// An error after the batches that were returned.
    error: Option<io::Error>,
}

impl Iterator for Arrived {
    type Item = io::Result<Vec<Batch>>;

    /// Waits for a batch, and takes what else is there.
    fn next(&mut self) -> Option<io::Result<Vec<Batch>>> {
        if let Some(error) = self.error.take() {
            return Some(Err(error));
        }
        let first = match self.receiver.recv().ok()? {
            Ok(batch) => batch,
            Err(error) => return Some(Err(error)),
        };
        let mut size = first.size();
        let mut batches = vec![first];
        while size < ENOUGH {
            match self.receiver.try_recv() {
                Ok(Ok(batch)) => {
                    size += batch.size();
                    batches.push(batch);
                }
                Ok(Err(error)) => {
                    self.error = Some(error);
                    break;
                }
                Err(_) => break,
            }
        }
        Some(Ok(batches))
    }
}
