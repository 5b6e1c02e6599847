//! Temporary files that do not outlast the program, even if a signal ends it: an interrupt from the keyboard, a request to
//! end, a terminal that is gone.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

/// The temporary files that there are. Only who holds the lock creates one.
static FILES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn files() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary file. It is removed when it is dropped, and when a signal ends the program.
pub struct TemporaryFile {
    // Fields are dropped in this order: first the file goes, then its place in the list.
    file: NamedTempFile,
    listed: Listed,
}

/// The path of a temporary file, as long as it is listed.
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        files().remove(&self.0);
    }
}

impl TemporaryFile {
    /// Creates a file in `directory`.
    ///
    /// # Errors
    /// The system refuses it.
    pub fn create_in(directory: &Path) -> io::Result<TemporaryFile> {
        #[cfg(unix)]
        signals::watch();
        let mut files = files();
        let file = NamedTempFile::new_in(directory)?;
        files.insert(file.path().to_owned());
        drop(files);
        let listed = Listed(file.path().to_owned());
        Ok(TemporaryFile { file, listed })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// The file, open for writing.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Gives the file another name, in place of the file that has it.
    ///
    /// # Errors
    /// The system refuses it. The temporary file is removed.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        let TemporaryFile { file, listed } = self;
        let renamed = file.persist(path).map(drop).map_err(|error| error.error);
        drop(listed);
        renamed
    }
}

#[cfg(unix)]
mod signals {
    use std::fs;
    use std::sync::Once;
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// Waits for the signals that end the program, on a thread of its own. Without threads a signal ends the program as it
    /// would have done.
    pub fn watch() {
        static WATCHING: Once = Once::new();
        WATCHING.call_once(|| {
            let caught: Vec<i32> = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|it| !is_ignored(*it)).collect();
            // The thread comes first: a signal that is caught and not waited for would end nothing.
            let (sender, receiver) = std::sync::mpsc::sync_channel::<Signals>(1);
            let wait = move || {
                let signal = receiver.recv().ok().and_then(|mut signals| signals.forever().next());
                if let Some(signal) = signal {
                    end(signal);
                }
            };
            if thread::Builder::new().spawn(wait).is_ok()
                && let Ok(signals) = Signals::new(caught)
            {
                let _ = sender.send(signals);
            }
        });
    }

    /// Removes the temporary files and ends the program as the signal would have done. The list stays locked, so that no
    /// other thread creates a file meanwhile.
    fn end(signal: i32) {
        let files = super::files();
        for path in files.iter() {
            let _ = fs::remove_file(path);
        }
        let _ = emulate_default_handler(signal);
    }

    /// Returns whether the program was started so that the signal does not end it, as by `nohup`.
    #[cfg(target_os = "linux")]
    fn is_ignored(signal: i32) -> bool {
        let status = procfs_status().unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
    }

    #[cfg(target_os = "linux")]
    fn procfs_status() -> Option<String> {
        let bytes = crate::file::read_regular("/proc/self/status".as_ref(), 1 << 16).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// Elsewhere this cannot be known. `nohup` is the usual case.
    #[cfg(not(target_os = "linux"))]
    fn is_ignored(signal: i32) -> bool {
        signal == SIGHUP
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_is_listed_as_long_as_it_is_temporary() {
        let directory = tempfile::tempdir().unwrap();
        let is_listed = |path: &Path| files().contains(path);
        let dropped = TemporaryFile::create_in(directory.path()).unwrap();
        let path = dropped.path().to_owned();
        assert!(is_listed(&path) && path.exists());
        drop(dropped);
        assert!(!is_listed(&path) && !path.exists());
        let mut kept = TemporaryFile::create_in(directory.path()).unwrap();
        kept.file().write_all(b"a").unwrap();
        let path = kept.path().to_owned();
        kept.persist(&directory.path().join("a.txt")).unwrap();
        assert!(!is_listed(&path) && !path.exists());
        assert_eq!(fs::read(directory.path().join("a.txt")).unwrap(), b"a");
        let lost = TemporaryFile::create_in(directory.path()).unwrap();
        assert!(lost.persist(&directory.path().join("none/a.txt")).is_err());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
