//! Reads the files that a user's settings consist of: regular files of bounded size. A device, a pipe or a link to one
//! is refused, because reading it may never end.

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
    let bytes = read_at_most(path, MAX_BYTES, what).map_err(|error| error.in_file(path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let invalid = Error::new(format!("{what}不是 UTF-8 编码。")).in_file(path.display());
        invalid.of_kind(ErrorKind::InvalidFile).caused_by(error)
    })
}

/// Returns the bytes of the file at `path`.
fn read_at_most(path: &Path, limit: u64, what: &str) -> Result<Vec<u8>> {
    let unreadable = |error| unreadable(error, what);
    // Opening a pipe waits for a writer, so the metadata comes first.
    let metadata = fs::metadata(path).map_err(unreadable)?;
    check_readable(&metadata, limit, what)?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    // The file may have grown, and files in /proc state no size.
    File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > limit { Err(too_large(limit, what)) } else { Ok(bytes) }
}

fn unreadable(error: io::Error, what: &str) -> Error {
    let message = match error.kind() {
        io::ErrorKind::NotFound => format!("找不到这个{what}。"),
        _ => format!("读不了这个{what}：{}。", cause(&error)),
    };
    Error::new(message).caused_by(error)
}

/// Checks that `metadata` is that of a regular file of at most `limit` bytes.
///
/// # Errors
/// It is not. `what` is the Chinese name for this kind of file in the error.
fn check_readable(metadata: &Metadata, limit: u64, what: &str) -> Result<()> {
    if metadata.is_dir() {
        return Err(unreadable(io::ErrorKind::IsADirectory.into(), what));
    }
    if !metadata.is_file() {
        let error = Error::new(format!("读不了这个{what}：这是设备或管道，不是普通文件。"));
        return Err(error.help("请先存成普通文件。").caused_by(io::Error::from(io::ErrorKind::InvalidInput)));
    }
    if metadata.len() > limit { Err(too_large(limit, what)) } else { Ok(()) }
}

fn too_large(limit: u64, what: &str) -> Error {
    let message = format!("读不了这个{what}：超过 {} MiB 的上限。", limit >> 20);
    Error::new(message).help("请核对路径。").caused_by(io::Error::from(io::ErrorKind::FileTooLarge))
}

/// Checks that the optional file at `path` can be read as one with settings. A file that does not exist passes.
///
/// # Errors
/// The file is not a regular file of at most 64 MiB.
pub fn check_settings_file(path: &Path, what: &str) -> Result<()> {
    match fs::metadata(path) {
        Ok(metadata) => check_readable(&metadata, MAX_BYTES, what).map_err(|error| error.in_file(path.display())),
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
        assert_eq!(read_at_most(&path, 6, "文件").unwrap().len(), 6);
        let message = |error: Error| error.message().to_owned();
        assert!(message(read_at_most(&path, 5, "文件").unwrap_err()).contains("上限"));
        assert!(message(read_at_most(folder.path(), 5, "文件").unwrap_err()).contains("这是目录"));
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
        assert!(read_at_most(Path::new("/proc/self/status"), 10, "文件").unwrap_err().message().contains("上限"));
    }
}
