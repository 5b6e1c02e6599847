//! Writes files atomically: a file is replaced as a whole or not at all.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, Result, cause};

/// Replaces the content of a file, which must still be `original`, with `revised`. The new content is written to a
/// temporary file that is then renamed, so that other programs see either the old or the new content. Permissions are
/// kept. If `path` is a symbolic link, its target is replaced.
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
    if !is_expected(&target).map_err(replace_error)? {
        return Err(Error::new("读入之后文件又被改过，没有写入。").help("请保存好别处的改动，再运行一次。"));
    }
    temporary.persist(&target).map_err(|error| replace_error(error.error))?;
    Ok(())
}

/// Creates a file.
///
/// # Errors
/// The file exists or cannot be written.
pub fn create(path: &Path, content: &[u8]) -> Result<()> {
    let created = fs::OpenOptions::new().write(true).create_new(true).open(path);
    created.and_then(|mut file| file.write_all(content)).map_err(|error| create_error(&error))
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
        let mut file = NamedTempFile::new_in(directory)?;
        file.write_all(content)?;
        #[cfg(unix)]
        fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        file.persist(path).map_err(|error| error.error)
    };
    write().map(drop).map_err(|error| {
        Error::new(format!("没能写入：{}。", cause(&error))).help("请检查目录是否存在、有无写入权限。")
    })
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

/// Writes `content` to a temporary file next to `target`, with the owner and the permissions of `target`.
fn write_temporary(target: &Path, metadata: &Metadata, content: &[u8]) -> io::Result<NamedTempFile> {
    let directory = target.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(content)?;
    keep_owner(file.path(), metadata);
    fs::set_permissions(file.path(), metadata.permissions())?;
    file.as_file().sync_all()?;
    Ok(file)
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
