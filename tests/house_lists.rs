//! The paper's own lists as a user meets them: what they protect, what they report, what is said of bad ones.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{ROOT, zhubi};
use tempfile::TempDir;

/// Invented names of persons, places and bodies.
const NAMES: [&str; 12] = [
    "方知远",
    "顾望舒",
    "欧阳听雨",
    "江城师范大学",
    "江城市人民医院",
    "北岸新区管委会",
    "柳河镇中心小学",
    "江城日报社",
    "望江门商业步行街",
    "江城市水务局",
    "临江文化产业园区",
    "江城轨道交通集团",
];

/// Sentences with a place for a name.
const CARRIERS: [&str; 4] =
    ["昨天，{}的展台前围满了人。", "记者在{}见到了他。", "这项工作由{}负责。", "大家都说，{}变化很大。"];

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

/// Runs the program; returns the exit code, standard output and standard error.
fn run(directory: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = zhubi(directory, arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The findings in a draft, from the report for programs.
fn findings(directory: &Path, arguments: &[&str]) -> Vec<Value> {
    let (code, out, error) = run(directory, &[&["check", "--format", "jsonl"], arguments].concat());
    assert!(code == Some(0) || code == Some(1), "{error}");
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'v>(finding: &'v Value, field: &str) -> &'v str {
    finding[field].as_str().unwrap_or_default()
}

#[test]
fn a_declared_word_is_left_alone_by_every_rule() {
    let samples = fs::read_dir(Path::new(ROOT).join("samples")).unwrap().map(|entry| entry.unwrap().path());
    let drafts = samples.filter(|path| path.extension().is_some_and(|it| it == "txt" || it == "md"));
    let (mut protected, mut left) = (0, 0);
    for path in drafts {
        let draft = path.file_name().unwrap().to_str().unwrap().to_owned();
        let content = fs::read_to_string(&path).unwrap();
        let directory = directory(&[(&draft, &content)]);
        let before = findings(directory.path(), &["--level", "advice", "--no-stet", &draft]);
        let is_word = |text: &str| {
            let count = text.chars().count();
            (2..=12).contains(&count) && text.chars().any(char::is_alphanumeric) && !text.contains(['\n', '#', '\t'])
        };
        let words: Vec<&str> = before.iter().map(|it| text(it, "text")).filter(|text| is_word(text)).collect();
        fs::write(directory.path().join("words.txt"), words.join("\n")).unwrap();
        fs::write(directory.path().join("zhubi.toml"), "words = [\"words.txt\"]\n").unwrap();
        let after = findings(directory.path(), &["--level", "advice", "--no-stet", &draft]);
        let touched: Vec<&Value> = after.iter().filter(|it| words.contains(&text(it, "text"))).collect();
        assert!(touched.is_empty(), "{draft}: {touched:#?}");
        left += after.len();
        protected += words.len();
    }
    // What is about other places is still reported.
    assert!(protected >= 5 && left >= 20, "{protected} {left}");
}

#[test]
fn slips_in_names_are_found_wherever_they_are() {
    let names = NAMES.join("\n");
    let mut planted = Vec::new();
    let mut draft = String::new();
    for (number, name) in NAMES.iter().enumerate() {
        let characters: Vec<char> = name.chars().collect();
        for at in 0..characters.len() {
            let mut variants: Vec<Vec<char>> = Vec::new();
            if characters.len() > 3 {
                let mut doubled = characters.clone();
                doubled.insert(at, characters[at]);
                variants.push(doubled);
                if at + 1 < characters.len() {
                    let mut swapped = characters.clone();
                    swapped.swap(at, at + 1);
                    variants.push(swapped);
                }
            }
            for variant in variants {
                let variant: String = variant.into_iter().collect();
                draft += &CARRIERS[(number + at) % CARRIERS.len()].replace("{}", &variant);
                draft.push('\n');
                planted.push((variant, *name));
            }
        }
    }
    let directory = directory(&[("names.txt", &names), ("zhubi.toml", "names = [\"names.txt\"]\n"), ("a.txt", &draft)]);
    let found = findings(directory.path(), &["--only", "本报规定", "a.txt"]);
    let is_found = |line: usize, name: &str| {
        let on_line = found.iter().filter(|it| it["line"].as_u64() == Some(line as u64 + 1));
        on_line.into_iter().any(|it| it["suggestions"][0].as_str() == Some(name))
    };
    let missed: Vec<_> = planted.iter().enumerate().filter(|(line, (_, name))| !is_found(*line, name)).collect();
    assert!(missed.len() * 50 <= planted.len(), "{} of {}: {missed:?}", missed.len(), planted.len());

    let right: String = NAMES.iter().flat_map(|name| CARRIERS.map(|it| it.replace("{}", name) + "\n")).collect();
    fs::write(directory.path().join("a.txt"), right).unwrap();
    assert_eq!(findings(directory.path(), &["--only", "house", "--level", "advice", "a.txt"]), Vec::<Value>::new());
}

#[test]
fn a_wrong_character_that_sounds_or_looks_like_the_right_one_is_a_slip() {
    let pairs = [
        ("方之远", "方知远"),
        ("顾望抒", "顾望舒"),
        ("江城师苑大学", "江城师范大学"),
        ("江成市人民医院", "江城市人民医院"),
        ("江城市人民医皖", "江城市人民医院"),
        ("北岸新区管委汇", "北岸新区管委会"),
        ("望江门商业布行街", "望江门商业步行街"),
    ];
    let draft: String = pairs.iter().map(|(wrong, _)| format!("昨天，{wrong}的展台前围满了人。\n")).collect();
    let names = NAMES.join("\n");
    let directory = directory(&[("names.txt", &names), ("zhubi.toml", "names = [\"names.txt\"]\n"), ("a.txt", &draft)]);
    let found = findings(directory.path(), &["--only", "house/name", "a.txt"]);
    let found: Vec<(&str, &str)> =
        found.iter().map(|it| (text(it, "text"), it["suggestions"][0].as_str().unwrap())).collect();
    assert_eq!(found, pairs);
}

#[test]
fn bad_lists_are_named_with_their_lines() {
    for (list, content, expected) in [
        ("words", "江城\n我\n", "表.txt:2:1：“我”只有一个字"),
        ("words", &*"江城很长".repeat(20), "表.txt:1:1：“江城很长江城很长江城很长江城很长江城很长……”太长"),
        ("names", "方知远\t方志远\n方志远\n", "表.txt:2:1：“方志远”在第 1 行是正确写法"),
        ("terms", "甲乙\t丙丁\n甲乙\t戊己\n", "表.txt:2:1：“甲乙”在第 1 行已经有了"),
        ("terms", "甲乙\n", "表.txt:1:1：“甲乙”没有写明改成什么"),
    ] {
        let config = format!("{list} = [\"表.txt\"]\n");
        let directory = directory(&[("表.txt", content), ("zhubi.toml", &config), ("a.txt", "江城。\n")]);
        let (code, _, error) = run(directory.path(), &["check", "a.txt"]);
        assert!(code == Some(2) && error.starts_with("表.txt:") && error.contains('\n'), "{content}: {error}");
        let (code, out, _) = run(directory.path(), &["words", "check"]);
        assert_eq!(code, Some(1));
        let is_named = expected.split('“').next().is_some_and(|place| out.contains(place));
        assert!(is_named || error.contains(expected), "{expected}: {out}");
    }
    // A line that is there twice does no harm.
    let directory =
        directory(&[("表.txt", "江城\n江城\n"), ("zhubi.toml", "words = [\"表.txt\"]\n"), ("a.txt", "江城。\n")]);
    let (code, _, error) = run(directory.path(), &["check", "a.txt"]);
    assert!(code == Some(0) && error.starts_with("表.txt:2:1：“江城”在第 1 行已经有了"), "{error}");
}

#[test]
fn words_are_added_with_who_when_and_why() {
    let directory = directory(&[("zhubi.toml", "level = \"warning\"\n# 本报\n"), ("a.txt", "“须要山”在江城。\n")]);
    let (code, out, error) =
        run(directory.path(), &["words", "add", "须要山", "--who", "值班编辑", "--why", "本地山名"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(out.contains("加进 1 条：须要山") && out.contains("words = [\"words.txt\"]"), "{out}");
    let config = fs::read_to_string(directory.path().join("zhubi.toml")).unwrap();
    assert_eq!(config, "words = [\"words.txt\"]\nlevel = \"warning\"\n# 本报\n");
    let list = fs::read_to_string(directory.path().join("words.txt")).unwrap();
    assert!(list.starts_with("须要山  # 值班编辑 20") && list.ends_with(" 本地山名\n"), "{list}");
    let (code, out, _) = run(directory.path(), &["words", "add", "须要山"]);
    assert!(code == Some(0) && out.contains("已经有了"), "{out}");
    assert_eq!(fs::read_to_string(directory.path().join("words.txt")).unwrap(), list);
    let (code, out, _) = run(directory.path(), &["words", "add", "干休处", "--to", "老干局", "--since", "2024-03"]);
    assert!(code == Some(0) && out.contains("terms.txt"), "{out}");
    let (_, out, _) = run(directory.path(), &["words", "list"]);
    assert!(out.contains("干休处 → 老干局") && out.contains("须要山"), "{out}");
    let (code, _, error) = run(directory.path(), &["words", "add", "我"]);
    assert!(code == Some(2) && error.contains("只有一个字"), "{error}");
}

#[test]
fn the_word_of_a_finding_is_added_by_its_place() {
    let draft = "# 标题\n\n记者**方之远**来了，方之远又走了。\n江城,来了。\n";
    let config = "names = [\"names.txt\"]\n";
    let directory = directory(&[("names.txt", "方知远\n"), ("zhubi.toml", config), ("稿.md", draft)]);
    let rule = &["--only", "house", "稿.md"];
    let places = || findings(directory.path(), rule).iter().map(|it| it["column"].as_u64()).collect::<Vec<_>>();
    let before = places();
    assert!(!before.is_empty(), "{before:?}");
    let place = format!("稿.md:3:{}", before[0].unwrap());
    let (code, out, error) = run(directory.path(), &["words", "add", &place, "--who", "值班编辑", "--why", "另有其人"]);
    assert!(code == Some(0) && out.contains("加进 1 条：方之远。"), "{out}{error}");
    let list = fs::read_to_string(directory.path().join("words.txt")).unwrap();
    assert!(list.starts_with("方之远  # 值班编辑 20") && list.ends_with(" 另有其人\n"), "{list}");
    assert_eq!(places(), []);
    // A mark is no word, and neither is a place where nothing is found.
    for place in ["稿.md:4:3", "稿.md:1:3", "稿.md:9:1", "没有.txt:1:1"] {
        let (code, _, error) = run(directory.path(), &["words", "add", place]);
        assert!(code == Some(2) && error.contains('。'), "{place}: {error}");
    }
    assert_eq!(fs::read_to_string(directory.path().join("words.txt")).unwrap(), list);
}

#[test]
fn the_lists_are_no_drafts() {
    let directory = directory(&[
        ("words.txt", "江城,我的家\n"),
        ("offices.csv", "方知远,江城市市长,,,,\n"),
        ("出处/a.txt", "江城,在这里。\n"),
        ("稿件.txt", "江城,在这里。\n"),
        ("zhubi.toml", "words = [\"words.txt\"]\nroster = [\"offices.csv\"]\nsources = [\"出处\"]\n"),
    ]);
    let paths: Vec<String> = findings(directory.path(), &["."]).iter().map(|it| text(it, "path").to_owned()).collect();
    assert_eq!(paths, ["./稿件.txt"]);
}

#[test]
fn a_prepared_list_says_the_same_as_its_text() {
    let names = NAMES.join("\n");
    let draft = "江城师苑大学的方之远。\n";
    let directory = directory(&[("names.txt", &names), ("zhubi.toml", "names = [\"names.txt\"]\n"), ("a.txt", draft)]);
    let before = findings(directory.path(), &["a.txt"]);
    assert_eq!(before.len(), 2);
    let (code, _, error) = run(directory.path(), &["words", "prepare"]);
    assert!(code == Some(0) && directory.path().join("names.txt.zhubi").exists(), "{error}");
    assert_eq!(findings(directory.path(), &["a.txt"]), before);
    fs::write(directory.path().join("names.txt"), "方知远\n").unwrap();
    assert_eq!(findings(directory.path(), &["a.txt"]).len(), 1);
}

#[test]
fn an_entry_that_fires_on_clean_copy_is_named() {
    let directory = directory(&[
        ("names.txt", "方知远\n江城大学\n"),
        ("往期/a.txt", "记者在江成大学见到方知远。\n"),
        ("往期/b.txt", "江城大学放假了。\n"),
    ]);
    let (code, out, error) = run(directory.path(), &["words", "check", "names.txt", "--clean", "往期"]);
    assert_eq!(code, Some(1), "{error}");
    assert!(out.contains("names.txt 第 2 行") && out.contains("江成大学") && !out.contains("第 1 行"), "{out}");
}

#[test]
fn rules_and_families_are_told_by_their_chinese_names() {
    let directory = directory(&[
        ("a.txt", "江城,在这里计划招聘20-30人。\n"),
        ("zhubi.toml", "skip = [\"数字\"]\n[rule.\"半角逗号\"]\nseverity = \"advice\"\n"),
    ]);
    assert_eq!(findings(directory.path(), &["a.txt"]), Vec::<Value>::new());
    let rule = |arguments: &[&str]| {
        let found = findings(directory.path(), &[arguments, &["a.txt"]].concat());
        found.iter().map(|it| text(it, "rule").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rule(&["--no-config", "--only", "标点"]), ["punctuation/halfwidth-comma"]);
    assert_eq!(rule(&["--only", "半角逗号"]), ["punctuation/halfwidth-comma"]);
    assert_eq!(rule(&["--no-config", "--skip", "半角逗号"]), ["number/quantity-range-sign"]);
    let (code, out, _) = run(directory.path(), &["rules", "show", "半角逗号"]);
    assert!(code == Some(0) && out.starts_with("punctuation/halfwidth-comma"), "{out}");
    let marked = "江城,在这里。\n\n【朱笔保留 半角逗号：注册名称】\n\n江城,我的家。\n";
    fs::write(directory.path().join("a.txt"), marked).unwrap();
    let found = findings(directory.path(), &["--no-config", "a.txt"]);
    assert_eq!(found.iter().map(|it| it["line"].as_u64()).collect::<Vec<_>>(), [Some(1)]);
    let (code, _, error) = run(directory.path(), &["check", "--only", "半角逗", "a.txt"]);
    assert!(code == Some(2) && error.contains("最接近的是“半角逗号”"), "{error}");
}

#[test]
fn quotations_are_compared_with_their_sources() {
    let source = "江城市河道条例\n\n第一条 河道岸线由市水务部门会同沿河各镇划定，并向社会公布。\n第二条 任何单位不得向河道倾倒渣土。\n";
    let draft = "条例写明“河道岸线由市水务部门会同沿河各乡划定”。\n\n又说：“任何单位不得向河道倾倒渣土……”\n\n\
                 依照《江城市河道条例》第三条处罚。\n";
    let directory = directory(&[("法规/江城市河道条例.txt", source), ("a.txt", draft)]);
    let check = || findings(directory.path(), &["--only", "house", "--sources", "法规", "a.txt"]);
    let found = check();
    let seen: Vec<(&str, &str)> = found.iter().map(|it| (text(it, "rule"), text(it, "text"))).collect();
    assert_eq!(seen, [("house/quotation", "乡"), ("house/statute", "第三条")]);
    assert!(text(&found[0], "message").contains("江城市河道条例.txt 第 3 行"));
    // What the markup sets off as a quotation is one without marks.
    let wrong = "河道岸线由市水务部门会同沿河各乡划定，并向社会公布。";
    let paragraph = format!("<w:p><w:pPr><w:pStyle w:val=\"a\"/></w:pPr><w:r><w:t>{wrong}</w:t></w:r></w:p>");
    let w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let document = format!("<w:document xmlns:w=\"{w}\"><w:body>{paragraph}</w:body></w:document>");
    let style = "<w:style w:type=\"paragraph\" w:styleId=\"a\"><w:name w:val=\"Intense Quote\"/></w:style>";
    let styles = format!("<w:styles xmlns:w=\"{w}\">{style}</w:styles>");
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles";
    let word = support::word_file_with(&document, &[], &[(relation, "styles.xml")], &[("word/styles.xml", &styles)]);
    for (name, draft) in [
        ("b.md", format!("条例写明：\n\n> {wrong}\n\n请遵守。\n").into_bytes()),
        ("b.html", format!("<p>条例写明：</p><blockquote><p>{wrong}</p></blockquote><p>请遵守。</p>").into_bytes()),
        ("b.docx", word),
    ] {
        fs::write(directory.path().join(name), draft).unwrap();
        let found = findings(directory.path(), &["--only", "house", "--sources", "法规", name]);
        assert_eq!(found.iter().map(|it| text(it, "text")).collect::<Vec<_>>(), ["乡"], "{name}");
    }
    fs::write(directory.path().join("b.md"), format!("条例写明：\n\n{wrong}\n\n> 另一段。\n")).unwrap();
    assert_eq!(findings(directory.path(), &["--only", "house", "--sources", "法规", "b.md"]), Vec::<Value>::new());
    let (code, out, error) = run(directory.path(), &["sources", "index", "法规"]);
    assert!(code == Some(0) && out.contains("1 个文件"), "{error}");
    assert_eq!(check(), found);
    fs::write(directory.path().join("法规/江城市河道条例.txt"), "改过了。\n").unwrap();
    let (code, _, error) = run(directory.path(), &["check", "--sources", "法规", "a.txt"]);
    assert!(code == Some(2) && error.contains("zhubi sources index"), "{error}");
}
