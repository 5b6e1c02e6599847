//! Writes files atomically: a file is replaced as a whole or not at all.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::Path;

use super::temporary::TemporaryFile;
use crate::error::{Error, Result, cause};

/// Replaces the content of a file, which must still be `original`, with `revised`. The new content is written to a
/// temporary file that is then renamed, so that other programs see either the old or the new content. Permissions and
/// extended attributes are kept. If `path` is a symbolic link, its target is replaced.
///
/// # Errors
/// The file has changed since it was read, is not a regular file, has several hard links, or cannot be written. The
/// file is then unchanged.
pub fn replace(path: &Path, original: &[u8], revised: &[u8]) -> Result<()> {
    replace_if(path, revised, |target| {
        let is_unchanged = fs::metadata(target)?.len() == original.len() as u64 && fs::read(target)? == original;
        Ok(is_unchanged)
    })
}

/// Replaces the content of a file if `is_expected` holds for its path right before.
fn replace_if(path: &Path, content: &[u8], is_expected: impl FnOnce(&Path) -> io::Result<bool>) -> Result<()> {
    let target = fs::canonicalize(path).map_err(replace_error)?;
    let metadata = fs::metadata(&target).map_err(replace_error)?;
    check_replaceable(&metadata)?;
    let temporary = write_temporary(&target, &metadata, content).map_err(replace_error)?;
    // Of two programs that have read the same file, the second finds out that the first has written it.
    let _lock = lock(&target)?;
    if !is_expected(&target).map_err(replace_error)? {
        return Err(Error::new("读入之后文件又被改过，没有写入。").help("请保存好别处的改动，再运行一次。"));
    }
    temporary.persist(&target).map_err(replace_error)
}

/// Creates a file.
///
/// # Errors
/// The file exists or cannot be written.
pub fn create(path: &Path, content: &[u8]) -> Result<()> {
    create_new(path, content).map_err(|error| create_error(&error))
}

/// Does what [`create`] does, for callers that say themselves what an error means. A file that could not be written to its
/// end is removed.
///
/// # Errors
/// The file exists or cannot be written.
pub fn create_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(content).inspect_err(|_| drop(fs::remove_file(path)))
}

/// Creates a file that all users may execute.
///
/// # Errors
/// The file exists or cannot be written.
pub fn create_executable(path: &Path, content: &[u8]) -> Result<()> {
    create(path, content)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|error| create_error(&error))?;
    }
    Ok(())
}

/// Creates the error for a new file that cannot be written.
pub fn create_error(error: &io::Error) -> Error {
    Error::new(format!("没能写入：{}。", cause(error))).help("请检查所在目录的写入权限和磁盘空间。")
}

/// Creates or replaces a file.
///
/// # Errors
/// The file is not a regular file, has several hard links, or cannot be written.
pub fn create_or_replace(path: &Path, content: &[u8]) -> Result<()> {
    if path.exists() {
        return replace_if(path, content, |_| Ok(true));
    }
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || {
        let mut temporary = TemporaryFile::create_in(directory)?;
        temporary.file().write_all(content)?;
        #[cfg(unix)]
        fs::set_permissions(temporary.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        temporary.file().sync_all()?;
        temporary.persist(path)
    };
    write().map_err(|error: io::Error| {
        Error::new(format!("没能写入：{}。", cause(&error))).help("请检查目录是否存在、有无写入权限。")
    })
}

/// How long another program may keep a file locked.
#[cfg(unix)]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Locks a file for other programs that ask, until the result is dropped. Where the file system has no locks, or the file
/// cannot be read, there is none.
///
/// # Errors
/// Another program keeps the file locked.
#[cfg(unix)]
fn lock(target: &Path) -> Result<Option<fs::File>> {
    use std::fs::{File, TryLockError};
    use std::time::{Duration, Instant};
    let Ok(file) = File::open(target) else { return Ok(None) };
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(_)) => return Ok(None),
            Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => {
                let error = Error::new("另一个程序锁着这个文件，没有写入，原稿未动。");
                return Err(error.help("请在那个程序里关掉这篇稿件，再运行一次。"));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// On other systems a file that is open cannot be replaced.
#[cfg(not(unix))]
fn lock(_: &Path) -> Result<()> {
    Ok(())
}

/// Returns an error for files that cannot be replaced without side effects.
fn check_replaceable(metadata: &Metadata) -> Result<()> {
    let help = "用 --stdout 可以把改后的全文写到别处。";
    if !metadata.is_file() {
        return Err(Error::new("这不是普通文件，没有写入。").help(help));
    }
    if has_several_links(metadata) {
        return Err(Error::new("这个文件有几个名字（硬链接），写入会使它们分开，没有写入。").help(help));
    }
    Ok(())
}

/// Writes `content` to a temporary file next to `target`, with the owner, the permissions and the attributes of `target`.
fn write_temporary(target: &Path, metadata: &Metadata, content: &[u8]) -> io::Result<TemporaryFile> {
    let directory = target.parent().unwrap_or(Path::new("."));
    let mut temporary = TemporaryFile::create_in(directory)?;
    temporary.file().write_all(content)?;
    keep_owner(temporary.path(), metadata);
    fs::set_permissions(temporary.path(), metadata.permissions())?;
    keep_attributes(target, temporary.path())?;
    temporary.file().sync_all()?;
    Ok(temporary)
}

/// Keeps the extended attributes: what other programs have written down about the file, and the access control list. Those
/// that the system itself sets may be refused.
#[cfg(unix)]
fn keep_attributes(from: &Path, to: &Path) -> io::Result<()> {
    // A file system without attributes has none to keep.
    for name in xattr::list(from).into_iter().flatten() {
        let Some(value) = xattr::get(from, &name)? else { continue };
        let is_of_user = name.to_string_lossy().starts_with("user.");
        let set = xattr::set(to, &name, &value);
        if is_of_user {
            set?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_attributes(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn has_several_links(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_several_links(_: &Metadata) -> bool {
    false
}

/// Keeps the owner and the group if possible. Changing the owner needs a privilege: without it a colleague's file in a
/// shared directory becomes a file of the user.
#[cfg(unix)]
fn keep_owner(file: &Path, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(file, None, Some(metadata.gid()));
    let _ = chown(file, Some(metadata.uid()), None);
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Metadata) {}

fn replace_error(error: io::Error) -> Error {
    Error::new(format!("没能写入，原稿未动：{}。", cause(&error))).help("请检查所在目录的写入权限和磁盘空间。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_replace_file_that_changed_since_it_was_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("稿.txt");
        fs::write(&path, "编辑后来写的").unwrap();
        assert!(replace(&path, "先前读到的".as_bytes(), "改后".as_bytes()).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "编辑后来写的");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
