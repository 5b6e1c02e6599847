//! Reads regular files of bounded size. A device, a pipe or a link to one is refused, because reading it may never end,
//! unless it is read line by line.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result, cause};

/// The largest size of a file with settings, in bytes. A suppression list of 200,000 places is about that long.
const MAX_BYTES: u64 = 64 << 20;

/// Returns the text of the file at `path`. `what` is the Chinese name for this kind of file in errors.
///
/// # Errors
/// The file is not a regular file of at most 64 MiB, cannot be read, or is not UTF-8.
pub fn read_text(path: &Path, what: &str) -> Result<String> {
    let unreadable = |reason: Unreadable| reason.into_error(MAX_BYTES, what).in_file(path.display());
    let bytes = read_regular(path, MAX_BYTES).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let invalid = Error::new(format!("{what}不是 UTF-8 编码。")).in_file(path.display());
        invalid.of_kind(ErrorKind::InvalidFile).caused_by(error)
    })
}

/// Why a file is not read.
#[derive(Debug)]
pub enum Unreadable {
    /// It is missing or a directory, or reading it failed.
    Io(io::Error),
    /// It is a device or a pipe.
    NotRegular,
    /// It is larger than allowed.
    TooLarge,
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Unreadable {
        Unreadable::Io(error)
    }
}

impl Unreadable {
    /// Returns the error for a file that may have `limit` bytes. `what` is the Chinese name for its kind.
    pub fn into_error(self, limit: u64, what: &str) -> Error {
        match self {
            Unreadable::Io(error) => {
                let message = match error.kind() {
                    io::ErrorKind::NotFound => format!("找不到这个{what}。"),
                    _ => format!("读不了这个{what}：{}。", cause(&error)),
                };
                Error::new(message).caused_by(error)
            }
            Unreadable::NotRegular => Error::new(format!("读不了这个{what}：这是设备或管道，不是普通文件。"))
                .help("请先存成普通文件。")
                .caused_by(io::Error::from(io::ErrorKind::InvalidInput)),
            Unreadable::TooLarge => Error::new(format!("读不了这个{what}：超过 {} MiB 的上限。", limit >> 20))
                .help("请核对路径。")
                .caused_by(io::Error::from(io::ErrorKind::FileTooLarge)),
        }
    }
}

/// Returns the bytes of the regular file at `path`, of which there may be `limit`.
pub fn read_regular(path: &Path, limit: u64) -> std::result::Result<Vec<u8>, Unreadable> {
    // Opening a pipe waits for a writer, so the metadata comes first.
    let metadata = fs::metadata(path)?;
    check_regular(&metadata, limit)?;
    read_bounded(File::open(path)?, limit, metadata.len() as usize)
}

/// Opens the regular file at `path`, of any size, to be read piece by piece.
pub fn open_regular(path: &Path) -> std::result::Result<File, Unreadable> {
    check_regular(&fs::metadata(path)?, u64::MAX)?;
    Ok(File::open(path)?)
}

/// Opens a file or a pipe, of any size, whose lines are read one after the other and none of them held.
pub fn open_stream(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(file) }
}

/// Returns all bytes of `input`, of which there may be `limit`. About `expected` are expected.
pub fn read_bounded(input: impl Read, limit: u64, expected: usize) -> std::result::Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::with_capacity(expected);
    // A file may have grown, and files in /proc state no size.
    input.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(Unreadable::TooLarge) } else { Ok(bytes) }
}

fn check_regular(metadata: &Metadata, limit: u64) -> std::result::Result<(), Unreadable> {
    if metadata.is_dir() {
        Err(Unreadable::Io(io::ErrorKind::IsADirectory.into()))
    } else if !metadata.is_file() {
        Err(Unreadable::NotRegular)
    } else if metadata.len() > limit {
        Err(Unreadable::TooLarge)
    } else {
        Ok(())
    }
}

/// Checks that the optional file at `path` can be read as one with settings. A file that does not exist passes.
///
/// # Errors
/// The file is not a regular file of at most 64 MiB.
pub fn check_settings_file(path: &Path, what: &str) -> Result<()> {
    match fs::metadata(path) {
        Ok(metadata) => check_regular(&metadata, MAX_BYTES)
            .map_err(|reason| reason.into_error(MAX_BYTES, what).in_file(path.display())),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_regular_files_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "甲乙").unwrap();
        assert_eq!(read_text(&path, "文件").unwrap(), "甲乙");
        assert_eq!(read_regular(&path, 6).unwrap().len(), 6);
        let message = |error: Error| error.message().to_owned();
        assert!(matches!(read_regular(&path, 5), Err(Unreadable::TooLarge)));
        assert!(message(read_text(folder.path(), "文件").unwrap_err()).contains("这是目录"));
        assert_eq!(message(read_text(&folder.path().join("b"), "文件").unwrap_err()), "找不到这个文件。");
        assert!(check_settings_file(&folder.path().join("b"), "文件").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn refuses_devices_and_links_to_them() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("a.toml");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for path in [&link, Path::new("/dev/zero"), Path::new("/dev/null")] {
            assert!(read_text(path, "文件").unwrap_err().message().contains("不是普通文件"));
            assert!(check_settings_file(path, "文件").is_err());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn bounds_files_without_a_size() {
        assert!(matches!(read_regular(Path::new("/proc/self/status"), 10), Err(Unreadable::TooLarge)));
    }
}
