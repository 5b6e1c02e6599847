//! Runs `zhubi` with the real git in temporary repositories: `--staged`, `--since`, the pre-commit hook, and the list
//! of suppressions that `zhubi stet` writes (stet: a proofreader's mark, "let it stand"; here a suppression).

mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use support::{command, word_file};
use tempfile::TempDir;

/// A draft with a half-width comma on each of three lines.
const THREE_ERRORS: &str = "两地携手,共建联盟。\n各方协作,共谋发展。\n大家努力,共创未来。\n";

/// Runs git with a fixed identity and fails if git does.
fn git(directory: &Path, arguments: &[&str]) -> Output {
    let settings = ["-c", "user.name=z", "-c", "user.email=z@example.com", "-c", "init.defaultBranch=main"];
    let output = isolated("git", directory).args(settings).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// A command that ignores the git configuration and the git environment variables of the user.
fn isolated(program: &str, directory: &Path) -> std::process::Command {
    let mut command = command(program, directory);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(variable);
    }
    command
}

/// Runs `zhubi` and returns its exit code, standard output and standard error.
fn zhubi(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = isolated(env!("CARGO_BIN_EXE_zhubi"), directory).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Runs `zhubi check` and returns the location of each finding as `path:line`.
fn locations(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let (code, out, messages) = zhubi(directory, &[&["check", "--format", "brief"], arguments].concat());
    assert_eq!(code, i32::from(!out.is_empty()), "{messages}");
    out.lines().map(|line| line.split(':').take(2).collect::<Vec<_>>().join(":")).collect()
}

fn write(directory: &Path, path: &str, text: &str) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Creates an empty repository.
fn repository() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    git(directory.path(), &["init", "--quiet"]);
    directory
}

/// Creates a repository with three drafts in one commit.
fn repository_with_drafts() -> TempDir {
    let directory = repository();
    for path in ["a.txt", "sub/b.txt", "引号\" 与\t空白.txt"] {
        write(directory.path(), path, THREE_ERRORS);
    }
    git(directory.path(), &["add", "."]);
    git(directory.path(), &["commit", "--quiet", "-m", "drafts"]);
    directory
}

#[test]
fn staged_checks_changed_lines_as_they_are_in_the_index() {
    let directory = repository_with_drafts();
    let here = directory.path();
    assert_eq!(locations(here, &["--staged"]), Vec::<String>::new());
    write(here, "a.txt", &THREE_ERRORS.replace("各方协作", "各方一致协作"));
    assert_eq!(locations(here, &["--staged"]), Vec::<String>::new(), "nothing is staged yet");
    git(here, &["add", "a.txt"]);
    write(here, "a.txt", "后来又改,不算。\n");
    assert_eq!(locations(here, &["--staged"]), ["a.txt:2"]);
    assert_eq!(locations(here, &["--staged", "sub"]), Vec::<String>::new());
    assert_eq!(locations(&here.join("sub"), &["--staged"]), ["../a.txt:2"]);
    fs::remove_file(here.join("a.txt")).unwrap();
    assert_eq!(locations(here, &["--staged", "a.txt"]), ["a.txt:2"]);
}

#[test]
fn all_lines_are_new_before_the_first_commit() {
    let directory = repository();
    write(directory.path(), "a.txt", THREE_ERRORS);
    git(directory.path(), &["add", "."]);
    assert_eq!(locations(directory.path(), &["--staged"]).len(), 3);
    let (code, _, messages) = zhubi(directory.path(), &["check", "--since", "HEAD"]);
    assert!(code == 2 && messages.contains("还没有提交过"), "{messages}");
}

#[test]
fn since_includes_untracked_files() {
    let directory = repository_with_drafts();
    let here = directory.path();
    write(here, "new.txt", "两地携手,共建联盟。\n");
    write(here, "ignored.txt", "两地携手,共建联盟。\n");
    write(here, ".gitignore", "ignored.txt\n");
    write(here, "引号\" 与\t空白.txt", &format!("{THREE_ERRORS}再加一行,在末尾。\n"));
    let found = locations(here, &["--since", "HEAD"]);
    assert_eq!(found, ["new.txt:1", "引号\" 与⇥空白.txt:4"]);
    assert_eq!(locations(&here.join("sub"), &["--since", "HEAD"])[0], "../new.txt:1");
    git(here, &["add", "."]);
    git(here, &["commit", "--quiet", "-m", "more"]);
    assert_eq!(locations(here, &["--since", "HEAD"]), Vec::<String>::new());
    assert_eq!(locations(here, &["--since", "HEAD~1"]), found);
}

#[test]
fn since_compares_with_the_merge_base() {
    let directory = repository_with_drafts();
    let here = directory.path();
    git(here, &["checkout", "--quiet", "-b", "side"]);
    git(here, &["checkout", "--quiet", "main"]);
    write(here, "a.txt", "两地携手，共建联盟。\n");
    git(here, &["commit", "--quiet", "-am", "main goes on"]);
    git(here, &["checkout", "--quiet", "side"]);
    write(here, "sub/b.txt", &THREE_ERRORS.replace("大家努力", "大家一起努力"));
    assert_eq!(locations(here, &["--since", "main"]), ["sub/b.txt:3"]);
}

#[test]
fn staged_follows_renames_and_skips_links_submodules_and_deleted_files() {
    let directory = repository_with_drafts();
    let here = directory.path();
    git(here, &["mv", "a.txt", "改名.txt"]);
    write(here, "改名.txt", &THREE_ERRORS.replace("大家努力", "大家一起努力"));
    let other = repository();
    write(other.path(), "x.txt", THREE_ERRORS);
    git(other.path(), &["add", "."]);
    git(other.path(), &["commit", "--quiet", "-m", "x"]);
    let from = other.path().to_str().unwrap();
    git(here, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from, "module.txt"]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("sub/b.txt", here.join("link.txt")).unwrap();
    git(here, &["add", "."]);
    assert_eq!(locations(here, &["--staged"]), ["改名.txt:3"]);
    git(here, &["rm", "--quiet", "-f", "sub/b.txt"]);
    assert_eq!(locations(here, &["--staged"]), ["改名.txt:3"]);
}

#[test]
fn reports_git_errors() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "a.txt", THREE_ERRORS);
    let (code, _, messages) = zhubi(directory.path(), &["check", "--staged"]);
    assert!(code == 2 && messages.contains("不在 git 仓库里"), "{messages}");
    let directory = repository_with_drafts();
    for (revision, expected) in [("nonsense", "没有“nonsense”这个版本"), ("--output=x", "没有“--output=x”这个版本")]
    {
        let (code, _, messages) = zhubi(directory.path(), &["check", &format!("--since={revision}")]);
        assert!(code == 2 && messages.contains(expected), "{messages}");
    }
    let (code, _, messages) = zhubi(directory.path(), &["check", "--staged", "none.txt"]);
    assert!(code == 2 && messages.contains("none.txt：读不了"), "{messages}");
    let output_without_git = isolated(env!("CARGO_BIN_EXE_zhubi"), directory.path())
        .args(["check", "--staged"])
        .env("PATH", directory.path())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output_without_git.stderr).contains("没有找到这个命令"));
}

#[test]
fn fixes_only_changed_lines() {
    let directory = repository_with_drafts();
    let here = directory.path();
    let changed = THREE_ERRORS.replace("各方协作", "各方一致协作");
    write(here, "a.txt", &changed);
    git(here, &["add", "a.txt"]);
    write(here, "a.txt", &format!("{changed}没有暂存,的一行。\n"));
    let (code, _, messages) = zhubi(here, &["fix", "--staged"]);
    assert!(code == 2 && messages.contains("a.txt：这篇还有没暂存的改动"), "{messages}");
    write(here, "a.txt", &changed);
    assert_eq!(zhubi(here, &["fix", "--staged"]).0, 0);
    let fixed = changed.replace("协作,", "协作，");
    assert_eq!(fs::read_to_string(here.join("a.txt")).unwrap(), fixed);
    assert_eq!(fs::read_to_string(here.join("sub/b.txt")).unwrap(), THREE_ERRORS);
    assert_eq!(zhubi(here, &["fix", "--since", "HEAD"]).0, 0);
    assert_eq!(fs::read_to_string(here.join("a.txt")).unwrap(), fixed);
}

#[cfg(unix)]
/// A diff is there to be applied: by git, it does what `zhubi fix` does, whatever the line ends.
#[test]
fn git_applies_the_diff_of_a_fix() {
    let repository = repository();
    let drafts = [
        ("稿 件/a.txt", THREE_ERRORS.to_owned()),
        ("b.txt", THREE_ERRORS.replace('\n', "\r\n")),
        ("c.md", format!("\u{FEFF}# 两地携手,共建联盟\n\n{}", THREE_ERRORS.trim_end())),
        ("d.txt", "没有问题。\n".to_owned()),
    ];
    for (path, text) in &drafts {
        write(repository.path(), path, text);
    }
    let (code, diff, _) = zhubi(repository.path(), &["fix", "--diff", "."]);
    assert_eq!(code, 0);
    for (path, text) in &drafts {
        assert_eq!(fs::read_to_string(repository.path().join(path)).unwrap(), *text, "nothing is written");
    }
    let applied = tempfile::tempdir().unwrap();
    for (path, text) in &drafts {
        write(applied.path(), path, text);
    }
    write(applied.path(), "fix.patch", &diff);
    git(applied.path(), &["apply", "fix.patch"]);
    zhubi(repository.path(), &["fix", "--quiet", "."]);
    for (path, text) in &drafts {
        let fixed = fs::read(repository.path().join(path)).unwrap();
        assert!(fixed == fs::read(applied.path().join(path)).unwrap(), "{path}");
        assert_eq!(fixed == text.as_bytes(), *path == "d.txt");
    }
}

#[test]
fn hook_rejects_commits_with_findings() {
    let program_directory = Path::new(env!("CARGO_BIN_EXE_zhubi")).parent().unwrap().to_owned();
    let path_without_zhubi = std::env::var_os("PATH").unwrap();
    let path =
        std::env::join_paths(std::iter::once(program_directory).chain(std::env::split_paths(&path_without_zhubi)))
            .unwrap();
    let commit = |here: &Path, path: &std::ffi::OsStr| {
        let settings = ["-c", "user.name=z", "-c", "user.email=z@example.com", "commit", "--quiet", "-m", "x"];
        isolated("git", here).args(settings).env("PATH", path).output().unwrap()
    };
    for hooks_path in [None, Some(".githooks")] {
        let directory = repository_with_drafts();
        let here = directory.path();
        if let Some(hooks_path) = hooks_path {
            git(here, &["config", "core.hooksPath", hooks_path]);
        }
        let (code, out, messages) = zhubi(&here.join("sub"), &["init", "--hook"]);
        assert_eq!(code, 0, "{messages}");
        let hook = here.join(hooks_path.unwrap_or(".git/hooks")).join("pre-commit");
        assert!(hook.is_file(), "{out}");
        write(here, "news.txt", "投资13-17亿元。\n");
        git(here, &["add", "news.txt"]);
        let rejected = commit(here, &path);
        assert!(!rejected.status.success());
        assert!(String::from_utf8_lossy(&[rejected.stdout, rejected.stderr].concat()).contains("news.txt:1"));
        assert!(!commit(here, &path_without_zhubi).status.success(), "the hook must fail if zhubi is not in PATH");
        write(here, "news.txt", "投资13亿—17亿元。\n");
        git(here, &["add", "news.txt"]);
        let accepted = commit(here, &path);
        assert!(accepted.status.success(), "{}", String::from_utf8_lossy(&accepted.stderr));
        // A second `init --hook` changes nothing. A hook that zhubi did not write is not overwritten.
        assert_eq!(zhubi(here, &["init", "--hook"]).0, 0);
        fs::write(&hook, "#!/bin/sh\n").unwrap();
        let (code, _, messages) = zhubi(here, &["init", "--hook"]);
        assert!(code == 2 && messages.contains("已经有别的提交钩子"), "{messages}");
        assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\n");
    }
}

#[test]
fn suppression_list_hides_old_findings_and_shows_new_ones() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    write(here, "drafts/a.txt", THREE_ERRORS);
    write(here, "drafts/b.txt", "大家努力,共创未来。\n");
    assert_eq!(zhubi(here, &["stet", "--who", "值班\"编辑\"", "drafts"]).0, 0);
    let list = here.join(".zhubi-stet.toml");
    assert_eq!(locations(here, &["drafts"]), Vec::<String>::new());
    assert_eq!(locations(&here.join("drafts"), &["."]), Vec::<String>::new());
    assert_eq!(locations(here, &["--no-stet", "drafts"]).len(), 4);
    let (_, out, _) = zhubi(here, &["check", "--format", "json", "drafts"]);
    assert!(out.contains("\"stet\":4"), "{out}");
    let (_, out, _) = zhubi(here, &["check", "drafts"]);
    assert!(out.contains("另有 4 处决定保留"), "{out}");
    // Suppressed findings are not fixed either.
    assert_eq!(zhubi(here, &["fix", "drafts"]).0, 0);
    assert_eq!(fs::read_to_string(here.join("drafts/a.txt")).unwrap(), THREE_ERRORS);
    // An edit above the suppressed lines, with a new error, and one suppressed error corrected.
    let edited = format!("新的导语,在此。\n\n{}", THREE_ERRORS.replace("协作,共谋", "协作，共谋"));
    write(here, "drafts/a.txt", &edited);
    let (code, out, messages) = zhubi(here, &["check", "--format", "brief", "drafts"]);
    assert_eq!((code, out.lines().count()), (1, 1), "{out}");
    assert!(out.starts_with("drafts/a.txt:1:"), "{out}");
    assert!(messages.contains(".zhubi-stet.toml:") && messages.contains("已经找不到"), "{messages}");
    // Names and reasons that a person entered are kept when the list is rewritten, even after a draft is renamed.
    let text = fs::read_to_string(&list).unwrap().replacen("why = \"\"", "why = '''原文\n如此'''", 1);
    fs::write(&list, text).unwrap();
    fs::rename(here.join("drafts/a.txt"), here.join("drafts/c.txt")).unwrap();
    let (_, _, messages) = zhubi(here, &["check", "drafts/b.txt"]);
    assert!(messages.contains("drafts/a.txt 已经不在"), "{messages}");
    assert_eq!(zhubi(here, &["stet", "--only", "punctuation", "drafts/c.txt"]).0, 0);
    let text = fs::read_to_string(&list).unwrap();
    assert!(text.contains("drafts/b.txt") && !text.contains("drafts/a.txt"), "{text}");
    assert_eq!(text.matches("值班\"编辑\"").count(), 3, "{text}");
    assert_eq!(text.matches("原文").count(), 1, "{text}");
    assert_eq!(locations(here, &["drafts"]), Vec::<String>::new());
}

#[test]
fn stet_chooses_a_suppression_list_for_each_draft() {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path();
    write(here, "one/a.txt", THREE_ERRORS);
    write(here, "one/.zhubi-stet.toml", "");
    write(here, "two/zhubi.toml", "");
    write(here, "two/deep/b.txt", THREE_ERRORS);
    write(here, "c.txt", THREE_ERRORS);
    let (code, out, messages) = zhubi(&here.join("one"), &["stet", ".", "../two", "../c.txt"]);
    assert_eq!(code, 0, "{messages}");
    assert_eq!(out.lines().count(), 3, "{out}");
    for (list, path) in [("one", "a.txt"), ("two", "deep/b.txt"), (".", "c.txt")] {
        let text = fs::read_to_string(here.join(list).join(".zhubi-stet.toml")).unwrap();
        assert_eq!(text.matches(&format!("path = \"{path}\"")).count(), 3, "{text}");
    }
    assert_eq!(locations(here, &["."]), Vec::<String>::new());
}

#[test]
fn changed_paragraphs_of_word_files_are_checked() {
    let directory = repository();
    let here = directory.path();
    let paragraphs = ["两地携手,共建联盟。", "各方协作，共谋发展。", "大家努力,共创未来。"];
    let [draft, plain] = ["稿.docx", "宽.txt"].map(|name| here.join(name));
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    fs::write(&draft, word_file(&paragraphs, &[], &[])).unwrap();
    fs::write(&plain, utf16("\u{FEFF}两地携手,共建联盟。\r\n")).unwrap();
    git(here, &["add", "."]);
    git(here, &["commit", "--quiet", "-m", "drafts"]);
    let changed = [&paragraphs[..1], &["新来一段,在这里。"], &paragraphs[1..]].concat();
    fs::write(&draft, word_file(&changed, &[], &[])).unwrap();
    fs::write(&plain, utf16("\u{FEFF}两地携手,共建联盟。\r\n各方协作,共谋发展。\r\n")).unwrap();
    assert_eq!(locations(here, &["--since", "HEAD"]), ["宽.txt:2", "稿.docx:2"]);
    git(here, &["add", "."]);
    assert_eq!(locations(here, &["--staged"]), ["宽.txt:2", "稿.docx:2"]);
    // Moved paragraphs have not changed.
    let moved = [paragraphs[2], changed[1], paragraphs[1], paragraphs[0]];
    fs::write(&draft, word_file(&moved, &[], &[])).unwrap();
    assert_eq!(locations(here, &["--since", "HEAD", "稿.docx"]), ["稿.docx:2"]);
}

#[test]
fn changed_files_that_are_no_drafts_are_counted_or_refused_if_they_are_named() {
    let directory = repository_with_drafts();
    let here = directory.path();
    for path in ["旧.doc", "数据.json", "~$b.docx", "稿"] {
        write(here, path, "两地携手,共建联盟。\n");
    }
    git(here, &["add", "."]);
    for scope in [["--staged"].as_slice(), &["--since", "HEAD"]] {
        let (code, out, messages) = zhubi(here, &[&["check"], scope].concat());
        assert_eq!(
            (code, messages.as_str()),
            (0, "另有 1 个 .doc 没有检查：请用 Word 或 WPS 另存为 .docx。\n"),
            "{out}"
        );
        let (code, _, messages) = zhubi(here, &[&["check"], scope, &["数据.json", "旧.doc"]].concat());
        assert!(code == 2 && messages.contains("数据.json：这是 JSON") && messages.contains("旧.doc："), "{messages}");
        let (code, out, messages) = zhubi(here, &[&["check", "--format", "brief"], scope, &["稿"]].concat());
        assert!(code == 1 && out.starts_with("稿:1:5"), "{out}{messages}");
    }
}
