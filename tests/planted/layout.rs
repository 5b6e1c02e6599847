//! Planted layout errors: repeated text, bylines, numbered headings and jump lines (转接行).

use super::article::{name, organisation, place};
use super::{Article, ArticlePair, Fault, Random};

/// The kinds of errors that rules of the family `layout` detect.
pub const FAULTS: &[Fault] = &[
    Fault { kind: "repeated paragraph", rule: "layout/repeated", plant: repeated_paragraph },
    Fault { kind: "repeated byline", rule: "layout/byline-twice", plant: repeated_byline },
    Fault { kind: "number without a heading", rule: "layout/bare-number", plant: number_without_heading },
    Fault { kind: "heading without text", rule: "layout/empty-heading", plant: heading_without_text },
    Fault { kind: "jump line without a page", rule: "layout/jump-page", plant: jump_line_without_page },
];

/// The kinds of errors that may be style, so that they are advice.
pub const DOUBTFUL_FAULTS: &[Fault] = &[
    Fault { kind: "repeated sentence", rule: "layout/repeated-sentence", plant: exact_sentence },
    Fault {
        kind: "repeated, one character changed",
        rule: "layout/nearly-repeated-sentence",
        plant: sentence_with_other_character,
    },
    Fault {
        kind: "repeated, one word missing",
        rule: "layout/nearly-repeated-sentence",
        plant: sentence_with_word_missing,
    },
];

/// Returns a long sentence that occurs in no other paragraph.
fn long_sentence(random: &mut Random) -> String {
    let (organisation, place) = (organisation(random), place(random));
    random
        .pick(&[
            "AA把服务窗口搬到田间地头，让PP的乡亲们少跑路、好办事。",
            "走在PP的石板路上，古朴的院落、潺潺的溪水和远处的青山相映成趣。",
            "AA联合多家单位开展巡查，对发现的隐患逐条登记、限期整改。",
            "从育苗到采收，PP的种植户都能得到AA的技术指导。",
            "为了让孩子们安全过河，AA请人修了便桥，还装上护栏和路灯。",
        ])
        .replace("AA", &organisation)
        .replace("PP", place)
}

fn repeated_paragraph(random: &mut Random) -> ArticlePair {
    let article = Article::generate(random);
    let (long, at) = (long_sentence(random), random.between(0, 5) as usize);
    let clean = article.with_paragraph(0, &long);
    ArticlePair { faulty: clean.clone().with_paragraph(at, &long).text(), clean: clean.text() }
}

/// Generates an article whose faulty version repeats a sentence in a later paragraph, changed by `alter`.
fn repeated_sentence(random: &mut Random, alter: impl Fn(&str) -> String) -> ArticlePair {
    let article = Article::generate(random);
    let long = long_sentence(random);
    let first = format!("天刚蒙蒙亮，集市上已经人头攒动。{long}");
    let second = "说起以后的打算，大家都很有信心。";
    let clean = article.clone().with_paragraph(0, &first).with_paragraph(3, second);
    let faulty = article.with_paragraph(0, &first).with_paragraph(3, &format!("{}{second}", alter(&long)));
    ArticlePair { clean: clean.text(), faulty: faulty.text() }
}

fn exact_sentence(random: &mut Random) -> ArticlePair {
    repeated_sentence(random, str::to_owned)
}

fn sentence_with_other_character(random: &mut Random) -> ArticlePair {
    let at = random.between(2, 18) as usize;
    repeated_sentence(random, |long| {
        let changed = |(index, c)| if index == at { '某' } else { c };
        long.chars().enumerate().map(changed).collect()
    })
}

fn sentence_with_word_missing(random: &mut Random) -> ArticlePair {
    let at = random.between(2, 14) as usize;
    repeated_sentence(random, |long| {
        long.chars().enumerate().filter(|(index, _)| *index != at && *index != at + 1).map(|(_, c)| c).collect()
    })
}

fn repeated_byline(random: &mut Random) -> ArticlePair {
    let full = name(random);
    let mut article = Article::generate(random);
    let head = format!("本报讯（记者 {full}）");
    let start = article.paragraphs[0].find('）').map_or(0, |at| at + '）'.len_utf8());
    article.paragraphs[0].replace_range(..start, &head);
    let clean = article.text();
    let again = random.pick(&["本报记者 XX", "记者 XX", "□ 记者 XX", "◆江城日报记者 XX"]).replace("XX", &full);
    ArticlePair { faulty: clean.replacen("\n\n", &format!("\n\n{again}\n\n"), 1), clean }
}

/// Returns the lines of a notice with numbered headings, each followed by a paragraph.
fn notice(random: &mut Random, headings: &[&str]) -> Vec<String> {
    let organisation = organisation(random);
    let texts = [
        format!("{organisation}面向社会公开招聘工作人员，岗位和人数见附表。"),
        "应聘人员应当身体健康，品行良好，热爱本职工作。".to_owned(),
        "报名表可以在网上下载，填好以后现场提交。".to_owned(),
        "录用人员的待遇按照有关规定执行，试用期为三个月。".to_owned(),
    ];
    let numbers = ["一、", "二、", "三、", "四、"];
    let numbered = numbers.iter().zip(headings).map(|(number, heading)| format!("{number}{heading}"));
    numbered.zip(texts).flat_map(|(heading, text)| [heading, text]).collect()
}

const HEADINGS: [&str; 4] = ["招聘岗位", "应聘条件", "报名办法", "工资待遇"];

fn number_without_heading(random: &mut Random) -> ArticlePair {
    let at = random.between(0, 3) as usize;
    let clean = notice(random, &HEADINGS);
    let mut faulty = clean.clone();
    faulty[2 * at].truncate("一、".len());
    let text = |lines: &[String]| format!("招聘公告\n\n{}\n", lines.join("\n\n"));
    ArticlePair { clean: text(&clean), faulty: text(&faulty) }
}

fn heading_without_text(random: &mut Random) -> ArticlePair {
    let at = random.between(0, 3) as usize;
    let clean = notice(random, &HEADINGS);
    let mut faulty = clean.clone();
    faulty.remove(2 * at + 1);
    let text = |lines: &[String]| format!("招聘公告\n\n{}\n", lines.join("\n\n"));
    ArticlePair { clean: text(&clean), faulty: text(&faulty) }
}

fn jump_line_without_page(random: &mut Random) -> ArticlePair {
    let article = Article::generate(random);
    let (right, wrong) = random
        .pick(&["（下转2版） （下转版）", "（上接1版） （上接版）", "▶▶下转3版 ▶▶下转", "（下转第4版） （下转第版）"])
        .split_once(' ')
        .unwrap();
    // An article goes on from another page at its beginning, and to another page at its end.
    let with = |line: &str| match line.contains("上接") {
        true => format!("{line}\n\n{}", article.text()),
        false => format!("{}\n{line}\n", article.text()),
    };
    ArticlePair { clean: with(right), faulty: with(wrong) }
}
