//! Panics, each of which is a bug of zhubi: they become errors, so that a bug in one draft does not silence the others.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

/// Where the last panic happened: source file and line.
///
/// The work on a draft may panic on another thread than the one that catches the panic, so this is not kept by thread.
/// If several drafts fail at the same moment, each may name the place of another.
static LAST_PLACE: Mutex<Option<String>> = Mutex::new(None);

/// Makes panics record where they happen instead of printing their message, which may quote the draft.
pub fn record_panics() {
    panic::set_hook(Box::new(|info: &PanicHookInfo| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        *LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

/// Returns the result of `work`, or an error if it panics. `subject` says in Chinese what `work` is about.
///
/// # Errors
/// `work` failed or panicked.
pub fn catch<T, E: From<Error>>(
    subject: &str,
    work: impl FnOnce() -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    // What `work` shares with others is not changed by it, or is replaced as a whole.
    let caught = panic::catch_unwind(AssertUnwindSafe(work));
    caught.unwrap_or_else(|payload| Err(describe(subject, payload).into()))
}

/// Creates the error for a panic. The payload is not shown: it may quote the draft.
fn describe(subject: &str, payload: Box<dyn Any + Send>) -> Error {
    // Dropping a payload may panic as well.
    std::mem::forget(payload);
    let place = LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let place = place.unwrap_or_else(|| "不明".to_owned());
    let version = env!("CARGO_PKG_VERSION");
    Error::new(format!("zhubi 自己出了错，{subject}。")).help(format!(
        "请报告这个错误：版本 {version}，位置 {place}，并写明所用的命令和稿件的格式；稿件的内容不必发来。"
    ))
}

/// Does what [`catch`] does for the work on one draft.
///
/// # Errors
/// `work` failed or panicked.
pub fn catch_in_draft<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch("这篇稿件没有处理完，文件未动", work)
}
