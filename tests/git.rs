//! Changed lines, hooks and lists of what is let stand, with the real git in repositories of their own.

mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use support::command;
use tempfile::TempDir;

/// A draft with a half-width comma on each of three lines.
const THREE: &str = "两地携手,共建联盟。\n各方协作,共谋发展。\n大家努力,共创未来。\n";

fn git(directory: &Path, arguments: &[&str]) -> Output {
    let settings = ["-c", "user.name=z", "-c", "user.email=z@example.com", "-c", "init.defaultBranch=main"];
    let output = isolated("git", directory).args(settings).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// A command that no setting of git reaches.
fn isolated(program: &str, directory: &Path) -> std::process::Command {
    let mut command = command(program, directory);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(variable);
    }
    command
}

fn zhubi(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = isolated(env!("CARGO_BIN_EXE_zhubi"), directory).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The places that `check` reports, as `path:line`.
fn places(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let (code, out, told) = zhubi(directory, &[&["check", "--format", "brief"], arguments].concat());
    assert_eq!(code, i32::from(!out.is_empty()), "{told}");
    out.lines().map(|line| line.split(':').take(2).collect::<Vec<_>>().join(":")).collect()
}

fn write(directory: &Path, path: &str, text: &str) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn repository() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    git(directory.path(), &["init", "--quiet"]);
    directory
}

/// A repository with three drafts in one commit.
fn with_drafts() -> TempDir {
    let directory = repository();
    for path in ["a.txt", "sub/b.txt", "引号\" 与\t空白.txt"] {
        write(directory.path(), path, THREE);
    }
    git(directory.path(), &["add", "."]);
    git(directory.path(), &["commit", "--quiet", "-m", "drafts"]);
    directory
}

#[test]
fn only_staged_lines_are_shown_and_read_from_the_index() {
    let directory = with_drafts();
    let here = directory.path();
    assert_eq!(places(here, &["--staged"]), Vec::<String>::new());
    write(here, "a.txt", &THREE.replace("各方协作", "各方一致协作"));
    assert_eq!(places(here, &["--staged"]), Vec::<String>::new(), "nothing is staged yet");
    git(here, &["add", "a.txt"]);
    write(here, "a.txt", "后来又改,不算。\n");
    assert_eq!(places(here, &["--staged"]), ["a.txt:2"]);
    assert_eq!(places(here, &["--staged", "sub"]), Vec::<String>::new());
    assert_eq!(places(&here.join("sub"), &["--staged"]), ["../a.txt:2"]);
    fs::remove_file(here.join("a.txt")).unwrap();
    assert_eq!(places(here, &["--staged", "a.txt"]), ["a.txt:2"]);
}

#[test]
fn a_first_commit_is_all_new() {
    let directory = repository();
    write(directory.path(), "a.txt", THREE);
    git(directory.path(), &["add", "."]);
    assert_eq!(places(directory.path(), &["--staged"]).len(), 3);
    let (code, _, told) = zhubi(directory.path(), &["check", "--since", "HEAD"]);
    assert!(code == 2 && told.contains("还没有提交过"), "{told}");
}

#[test]
fn since_a_revision_new_files_count_too() {
    let directory = with_drafts();
    let here = directory.path();
    write(here, "new.txt", "两地携手,共建联盟。\n");
    write(here, "ignored.txt", "两地携手,共建联盟。\n");
    write(here, ".gitignore", "ignored.txt\n");
    write(here, "引号\" 与\t空白.txt", &format!("{THREE}再加一行,在末尾。\n"));
    let found = places(here, &["--since", "HEAD"]);
    assert_eq!(found, ["new.txt:1", "引号\" 与⇥空白.txt:4"]);
    assert_eq!(places(&here.join("sub"), &["--since", "HEAD"])[0], "../new.txt:1");
    git(here, &["add", "."]);
    git(here, &["commit", "--quiet", "-m", "more"]);
    assert_eq!(places(here, &["--since", "HEAD"]), Vec::<String>::new());
    assert_eq!(places(here, &["--since", "HEAD~1"]), found);
}

#[test]
fn work_is_compared_with_where_it_parted() {
    let directory = with_drafts();
    let here = directory.path();
    git(here, &["checkout", "--quiet", "-b", "side"]);
    git(here, &["checkout", "--quiet", "main"]);
    write(here, "a.txt", "两地携手，共建联盟。\n");
    git(here, &["commit", "--quiet", "-am", "main goes on"]);
    git(here, &["checkout", "--quiet", "side"]);
    write(here, "sub/b.txt", &THREE.replace("大家努力", "大家一起努力"));
    assert_eq!(places(here, &["--since", "main"]), ["sub/b.txt:3"]);
}

#[test]
fn renamed_files_links_and_submodules() {
    let directory = with_drafts();
    let here = directory.path();
    git(here, &["mv", "a.txt", "改名.txt"]);
    write(here, "改名.txt", &THREE.replace("大家努力", "大家一起努力"));
    let other = repository();
    write(other.path(), "x.txt", THREE);
    git(other.path(), &["add", "."]);
    git(other.path(), &["commit", "--quiet", "-m", "x"]);
    let from = other.path().to_str().unwrap();
    git(here, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from, "module.txt"]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("sub/b.txt", here.join("link.txt")).unwrap();
    git(here, &["add", "."]);
    assert_eq!(places(here, &["--staged"]), ["改名.txt:3"]);
    git(here, &["rm", "--quiet", "-f", "sub/b.txt"]);
    assert_eq!(places(here, &["--staged"]), ["改名.txt:3"]);
}

#[test]
fn what_git_cannot_is_told() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "a.txt", THREE);
    let (code, _, told) = zhubi(directory.path(), &["check", "--staged"]);
    assert!(code == 2 && told.contains("不在 git 仓库里"), "{told}");
    let directory = with_drafts();
    for (revision, expected) in [("nonsense", "没有“nonsense”这个版本"), ("--output=x", "没有“--output=x”这个版本")]
    {
        let (code, _, told) = zhubi(directory.path(), &["check", &format!("--since={revision}")]);
        assert!(code == 2 && told.contains(expected), "{told}");
    }
    let (code, _, told) = zhubi(directory.path(), &["check", "--staged", "none.txt"]);
    assert!(code == 2 && told.contains("none.txt：读不了"), "{told}");
    let without = isolated(env!("CARGO_BIN_EXE_zhubi"), directory.path())
        .args(["check", "--staged"])
        .env("PATH", directory.path())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&without.stderr).contains("没有找到这个命令"));
}

#[test]
fn only_changed_lines_are_fixed() {
    let directory = with_drafts();
    let here = directory.path();
    let changed = THREE.replace("各方协作", "各方一致协作");
    write(here, "a.txt", &changed);
    git(here, &["add", "a.txt"]);
    write(here, "a.txt", &format!("{changed}没有暂存,的一行。\n"));
    let (code, _, told) = zhubi(here, &["fix", "--staged"]);
    assert!(code == 2 && told.contains("a.txt：这篇还有没暂存的改动"), "{told}");
    write(here, "a.txt", &changed);
    assert_eq!(zhubi(here, &["fix", "--staged"]).0, 0);
    let fixed = changed.replace("协作,", "协作，");
    assert_eq!(fs::read_to_string(here.join("a.txt")).unwrap(), fixed);
    assert_eq!(fs::read_to_string(here.join("sub/b.txt")).unwrap(), THREE);
    assert_eq!(zhubi(here, &["fix", "--since", "HEAD"]).0, 0);
    assert_eq!(fs::read_to_string(here.join("a.txt")).unwrap(), fixed);
}

#[cfg(unix)]
#[test]
fn the_hook_holds_back_what_is_wrong() {
    let built = Path::new(env!("CARGO_BIN_EXE_zhubi")).parent().unwrap().to_owned();
    let others = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths(std::iter::once(built).chain(std::env::split_paths(&others))).unwrap();
    let commit = |here: &Path, path: &std::ffi::OsStr| {
        let settings = ["-c", "user.name=z", "-c", "user.email=z@example.com", "commit", "--quiet", "-m", "x"];
        isolated("git", here).args(settings).env("PATH", path).output().unwrap()
    };
    for set in [None, Some(".githooks")] {
        let directory = with_drafts();
        let here = directory.path();
        if let Some(set) = set {
            git(here, &["config", "core.hooksPath", set]);
        }
        let (code, out, told) = zhubi(&here.join("sub"), &["init", "--hook"]);
        assert_eq!(code, 0, "{told}");
        let hook = here.join(set.unwrap_or(".git/hooks")).join("pre-commit");
        assert!(hook.is_file(), "{out}");
        write(here, "news.txt", "投资13-17亿元。\n");
        git(here, &["add", "news.txt"]);
        let held = commit(here, &path);
        assert!(!held.status.success());
        assert!(String::from_utf8_lossy(&[held.stdout, held.stderr].concat()).contains("news.txt:1"));
        assert!(!commit(here, &others).status.success(), "without the program nothing is committed either");
        write(here, "news.txt", "投资13亿—17亿元。\n");
        git(here, &["add", "news.txt"]);
        let done = commit(here, &path);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        // Again: nothing to do. Somebody else's: refused.
        assert_eq!(zhubi(here, &["init", "--hook"]).0, 0);
        fs::write(&hook, "#!/bin/sh\n").unwrap();
        let (code, _, told) = zhubi(here, &["init", "--hook"]);
        assert!(code == 2 && told.contains("已经有别的提交钩子"), "{told}");
        assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\n");
    }
}

#[test]
fn a_list_lets_old_copy_stand_and_shows_what_is_new() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    write(here, "drafts/a.txt", THREE);
    write(here, "drafts/b.txt", "大家努力,共创未来。\n");
    assert_eq!(zhubi(here, &["stet", "--who", "值班\"编辑\"", "drafts"]).0, 0);
    let list = here.join(".zhubi-stet.toml");
    assert_eq!(places(here, &["drafts"]), Vec::<String>::new());
    assert_eq!(places(&here.join("drafts"), &["."]), Vec::<String>::new());
    assert_eq!(places(here, &["--no-stet", "drafts"]).len(), 4);
    let (_, out, _) = zhubi(here, &["check", "--format", "json", "drafts"]);
    assert!(out.contains("\"stet\":4"), "{out}");
    let (_, out, _) = zhubi(here, &["check", "drafts"]);
    assert!(out.contains("另有 4 处决定保留"), "{out}");
    // It is not fixed either.
    assert_eq!(zhubi(here, &["fix", "drafts"]).0, 0);
    assert_eq!(fs::read_to_string(here.join("drafts/a.txt")).unwrap(), THREE);
    // Edits elsewhere, something new, something settled.
    let edited = format!("新的导语,在此。\n\n{}", THREE.replace("协作,共谋", "协作，共谋"));
    write(here, "drafts/a.txt", &edited);
    let (code, out, told) = zhubi(here, &["check", "--format", "brief", "drafts"]);
    assert_eq!((code, out.lines().count()), (1, 1), "{out}");
    assert!(out.starts_with("drafts/a.txt:1:"), "{out}");
    assert!(told.contains(".zhubi-stet.toml:") && told.contains("已经找不到"), "{told}");
    // What a person wrote stays when the list is written anew, also over a new name.
    let text = fs::read_to_string(&list).unwrap().replacen("why = \"\"", "why = '''原文\n如此'''", 1);
    fs::write(&list, text).unwrap();
    fs::rename(here.join("drafts/a.txt"), here.join("drafts/c.txt")).unwrap();
    let (_, _, told) = zhubi(here, &["check", "drafts/b.txt"]);
    assert!(told.contains("drafts/a.txt 已经不在"), "{told}");
    assert_eq!(zhubi(here, &["stet", "--only", "punctuation", "drafts/c.txt"]).0, 0);
    let text = fs::read_to_string(&list).unwrap();
    assert!(text.contains("drafts/b.txt") && !text.contains("drafts/a.txt"), "{text}");
    assert_eq!(text.matches("值班\"编辑\"").count(), 3, "{text}");
    assert_eq!(text.matches("原文").count(), 1, "{text}");
    assert_eq!(places(here, &["drafts"]), Vec::<String>::new());
}

#[test]
fn every_draft_goes_on_the_list_above_it() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    write(here, "one/a.txt", THREE);
    write(here, "one/.zhubi-stet.toml", "");
    write(here, "two/zhubi.toml", "");
    write(here, "two/deep/b.txt", THREE);
    write(here, "c.txt", THREE);
    let (code, out, told) = zhubi(&here.join("one"), &["stet", ".", "../two", "../c.txt"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(out.lines().count(), 3, "{out}");
    for (list, path) in [("one", "a.txt"), ("two", "deep/b.txt"), (".", "c.txt")] {
        let text = fs::read_to_string(here.join(list).join(".zhubi-stet.toml")).unwrap();
        assert_eq!(text.matches(&format!("path = \"{path}\"")).count(), 3, "{text}");
    }
    assert_eq!(places(here, &["."]), Vec::<String>::new());
}
