//! Writing a file anew: wholly or not at all.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, Result, cause};

/// Puts `revised` in place of the file's content, which must still be `original`. The new content is written
/// beside the file and takes its name at the end, so whoever opens the file sees the old text or the new.
/// Permissions are kept; of a symbolic link the file it points to is replaced.
///
/// # Errors
/// The file is no longer what was read, is no ordinary file, has several names, or cannot be written. It is
/// then as it was.
pub fn replace(path: &Path, original: &[u8], revised: &[u8]) -> Result<()> {
    let target = fs::canonicalize(path).map_err(unwritten)?;
    let metadata = fs::metadata(&target).map_err(unwritten)?;
    refuse(&metadata)?;
    let beside = write_beside(&target, &metadata, revised).map_err(unwritten)?;
    if fs::read(&target).map_err(unwritten)? != original {
        return Err(Error::new("读入之后文件又被改过，没有写入。").help("请保存好别处的改动，再运行一次。"));
    }
    beside.persist(&target).map_err(|error| unwritten(error.error))?;
    Ok(())
}

/// Writes a file that must not be there yet.
///
/// # Errors
/// It is there, or cannot be written.
pub fn create(path: &Path, content: &[u8]) -> Result<()> {
    let created = fs::OpenOptions::new().write(true).create_new(true).open(path);
    created.and_then(|mut file| file.write_all(content)).map_err(|error| uncreated(&error))
}

/// The same, of a program that everybody may run.
///
/// # Errors
/// Those of [`create`].
pub fn create_program(path: &Path, content: &[u8]) -> Result<()> {
    create(path, content)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|error| uncreated(&error))?;
    }
    Ok(())
}

/// What is said where a new file cannot be written.
pub fn uncreated(error: &io::Error) -> Error {
    Error::new(format!("没能写入：{}。", cause(error))).help("请检查所在目录的写入权限和磁盘空间。")
}

/// Writes the file at `path`, which need not be there yet: wholly or not at all.
///
/// # Errors
/// It is no ordinary file, has several names, or cannot be written.
pub fn write_new(path: &Path, content: &[u8]) -> Result<()> {
    if let Ok(original) = fs::read(path) {
        return replace(path, &original, content);
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

/// Refuses files that would not stay what they are.
fn refuse(metadata: &Metadata) -> Result<()> {
    let help = "用 --stdout 可以把改后的全文写到别处。";
    if !metadata.is_file() {
        return Err(Error::new("这不是普通文件，没有写入。").help(help));
    }
    if has_other_names(metadata) {
        return Err(Error::new("这个文件有几个名字（硬链接），写入会使它们分开，没有写入。").help(help));
    }
    Ok(())
}

fn write_beside(target: &Path, metadata: &Metadata, content: &[u8]) -> io::Result<NamedTempFile> {
    let directory = target.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(content)?;
    keep_owner(file.path(), metadata);
    fs::set_permissions(file.path(), metadata.permissions())?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(unix)]
fn has_other_names(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

/// Keeps owner and group where the system lets us: a colleague's file in a shared directory stays theirs only
/// if we may give files away.
#[cfg(unix)]
fn keep_owner(file: &Path, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(file, None, Some(metadata.gid()));
    let _ = chown(file, Some(metadata.uid()), None);
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Metadata) {}

fn unwritten(error: io::Error) -> Error {
    Error::new(format!("没能写入，原稿未动：{}。", cause(&error))).help("请检查所在目录的写入权限和磁盘空间。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("稿.txt");
        fs::write(&path, "编辑后来写的").unwrap();
        assert!(replace(&path, "先前读到的".as_bytes(), "改后".as_bytes()).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "编辑后来写的");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
