//! Property tests of fixing copy in which there is more than prose: what is not prose stays as it is, and pairs of marks
//! stay pairs.

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::builtin;
use crate::draft::{Draft, Format};
use crate::engine::Engine;
use crate::finding::FixSafety;
use crate::revise;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(builtin::rules()));

/// Texts that are not prose, or marks that are mentioned. No fix changes them, whatever is around them.
const PROTECTED: &[&str] = &[
    "https://a.cn/文档(一).html",
    "http://甲.cn/查询?q=甲,乙&b=(丙)",
    "www.a.cn/x,y",
    "bao.she@a.cn",
    r"C:\报表\2024年\一月(终),稿.docx",
    r"\\server\共享,文件\甲.txt",
    "/var/log/应用,日志/a(1).log",
    "~/文档/终稿,改.md",
    ":-(",
    ";-)",
    "^_^",
    "(￣▽￣)",
    "T_T",
    "23'17\"",
    "(0,1]",
    "[0,1)",
    "(-∞,+∞)",
    "$P(甲|乙)$",
    r"\frac{甲,乙}{丙}",
    "{\"a\":1,\"b\":\"甲,乙\"}",
    "[\"甲,乙\",\"丙\"]",
    "${变量,名}",
    "{{ 甲|乙:\"丙\" }}",
    "a_b(甲,乙)",
    "foo.bar(\"甲,乙\")",
    "--option=甲,乙",
    "List<甲,乙>",
    "<T x=\"甲,乙\">",
    "std::vec",
    "#今天,真好#",
    "`甲,乙`",
    "'like this'",
    "don't",
    "Copyright (C) 2024",
    "GPT-4：20美元",
    "fe80::1",
    "00:1A:2B:3C",
    "3:2",
    "10:30",
    "：，。；：！？等",
];

/// Prose, with marks that fixes change. In each piece the marks are in pairs.
const PROSE: &[&str] = &[
    "两地携手,共建联盟.",
    "覆盖川渝12个市(区);",
    "世界卫生组织(WHO)表示:\"欢迎!\"",
    "他说：“最后办了“熊猫饭堂”，大家都满意.”",
    "他们打造'朋友圈',",
    "《关于印发<考核办法>的通知》",
    "《读《石钟山记》有感》",
    "接下来怎么干?",
    "（一）、提高认识。",
    "国发[2023]5号文件提出,",
    "两地的「朋友圈」...",
    "他——老校对员--仍在岗位 ，",
    "相关情况(见\"附件\"一)已经公布。",
    "，",
    "。",
    " ",
    "\n\n",
];

/// Marks that come in pairs: the opening and the closing one. Straight quotation marks are both.
const PAIRS: &[(char, char)] = &[
    ('(', ')'),
    ('（', '）'),
    ('[', ']'),
    ('〔', '〕'),
    ('“', '”'),
    ('‘', '’'),
    ('《', '》'),
    ('〈', '〉'),
    ('「', '」'),
];

/// Generates prose with protected texts between its pieces, and the indices of these.
fn drafts() -> impl Strategy<Value = (String, Vec<usize>)> {
    let piece = (proptest::sample::select(PROSE), proptest::option::of(0..PROTECTED.len()), proptest::bool::ANY);
    proptest::collection::vec(piece, 1..8).prop_map(|pieces| {
        let mut text = String::new();
        for &(prose, protected, follows_word) in &pieces {
            text.push_str(prose);
            if let Some(index) = protected {
                text.push_str(if follows_word { "见" } else { "" });
                text.push_str(PROTECTED[index]);
                text.push_str("，又说");
            }
        }
        (text, pieces.into_iter().filter_map(|(_, protected, _)| protected).collect())
    })
}

/// Returns, for each pair of marks, whether there are as many opening marks as closing ones in the text without what is
/// protected.
fn balances(text: &str) -> Vec<bool> {
    let prose = PROTECTED.iter().fold(text.to_owned(), |text, protected| text.replace(protected, ""));
    let count = |mark: char| prose.matches(mark).count();
    let straight = count('"') % 2 == 0;
    PAIRS.iter().map(|&(open, close)| count(open) == count(close)).chain([straight]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn fixing_keeps_what_is_protected_and_pairs(
        (text, protected) in drafts(),
        safety in proptest::sample::select(vec![FixSafety::Safe, FixSafety::Suggested]),
    ) {
        let draft = Draft::open(text.clone().into_bytes(), Format::Plain).unwrap();
        let fixed = revise::revise(&ENGINE, draft, safety).unwrap();
        let fixed = String::from_utf8(fixed.bytes).unwrap();
        for index in protected {
            let protected = PROTECTED[index];
            let count = |text: &str| text.matches(protected).count();
            prop_assert!(count(&fixed) >= count(&text), "{} in {:?} became {:?}", protected, text, fixed);
        }
        prop_assert!(balances(&fixed).into_iter().all(|balances| balances), "{:?} became {:?}", text, fixed);
    }
}
