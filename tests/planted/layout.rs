use super::article::{body, name, place};
use super::{Article, Fault, Random, Twin};

/// The faults of this family.
pub const FAULTS: &[Fault] = &[
    Fault { kind: "a paragraph twice", rule: "layout/repeated", plant: paragraph },
    Fault { kind: "a sentence twice", rule: "layout/repeated", plant: sentence },
    Fault { kind: "a sentence twice, a character changed", rule: "layout/nearly-repeated", plant: changed },
    Fault { kind: "a sentence twice, a word lost", rule: "layout/nearly-repeated", plant: shortened },
    Fault { kind: "a byline twice", rule: "layout/byline-twice", plant: byline },
    Fault { kind: "a number without a heading", rule: "layout/bare-number", plant: bare },
    Fault { kind: "a heading without a text", rule: "layout/empty-heading", plant: empty },
    Fault { kind: "a jump line without a page", rule: "layout/jump-page", plant: jump },
];

/// A long sentence that no other paragraph has.
fn long(random: &mut Random) -> String {
    let (body, place) = (body(random), place(random));
    random
        .pick(&[
            "AA把服务窗口搬到田间地头，让PP的乡亲们少跑路、好办事。",
            "走在PP的石板路上，古朴的院落、潺潺的溪水和远处的青山相映成趣。",
            "AA联合多家单位开展巡查，对发现的隐患逐条登记、限期整改。",
            "从育苗到采收，PP的种植户都能得到AA的技术指导。",
            "为了让孩子们安全过河，AA请人修了便桥，还装上护栏和路灯。",
        ])
        .replace("AA", &body)
        .replace("PP", place)
}

fn paragraph(random: &mut Random) -> Twin {
    let article = Article::invent(random);
    let (long, at) = (long(random), random.between(0, 5) as usize);
    let clean = article.with(0, &long);
    Twin { faulty: clean.clone().with(at, &long).text(), clean: clean.text() }
}

/// Twins of which one says again, further on, what `again` makes of a sentence.
fn said_again(random: &mut Random, again: impl Fn(&str) -> String) -> Twin {
    let article = Article::invent(random);
    let long = long(random);
    let first = format!("天刚蒙蒙亮，集市上已经人头攒动。{long}");
    let second = "说起以后的打算，大家都很有信心。";
    let clean = article.clone().with(0, &first).with(3, second);
    let faulty = article.with(0, &first).with(3, &format!("{}{second}", again(&long)));
    Twin { clean: clean.text(), faulty: faulty.text() }
}

fn sentence(random: &mut Random) -> Twin {
    said_again(random, str::to_owned)
}

fn changed(random: &mut Random) -> Twin {
    let at = random.between(2, 18) as usize;
    said_again(random, |long| {
        let changed = |(index, c)| if index == at { '某' } else { c };
        long.chars().enumerate().map(changed).collect()
    })
}

fn shortened(random: &mut Random) -> Twin {
    let at = random.between(2, 14) as usize;
    said_again(random, |long| {
        long.chars().enumerate().filter(|(index, _)| *index != at && *index != at + 1).map(|(_, c)| c).collect()
    })
}

fn byline(random: &mut Random) -> Twin {
    let full = name(random);
    let mut article = Article::invent(random);
    let head = format!("本报讯（记者 {full}）");
    let start = article.paragraphs[0].find('）').map_or(0, |at| at + '）'.len_utf8());
    article.paragraphs[0].replace_range(..start, &head);
    let clean = article.text();
    let again = random.pick(&["本报记者 XX", "记者 XX", "□ 记者 XX", "◆江城日报记者 XX"]).replace("XX", &full);
    Twin { faulty: clean.replacen("\n\n", &format!("\n\n{again}\n\n"), 1), clean }
}

/// A notice with numbered headings.
fn notice(random: &mut Random, headings: &[&str]) -> Vec<String> {
    let body = body(random);
    let texts = [
        format!("{body}面向社会公开招聘工作人员，岗位和人数见附表。"),
        "应聘人员应当身体健康，品行良好，热爱本职工作。".to_owned(),
        "报名表可以在网上下载，填好以后现场提交。".to_owned(),
        "录用人员的待遇按照有关规定执行，试用期为三个月。".to_owned(),
    ];
    let numbers = ["一、", "二、", "三、", "四、"];
    let numbered = numbers.iter().zip(headings).map(|(number, heading)| format!("{number}{heading}"));
    numbered.zip(texts).flat_map(|(heading, text)| [heading, text]).collect()
}

const HEADINGS: [&str; 4] = ["招聘岗位", "应聘条件", "报名办法", "工资待遇"];

fn bare(random: &mut Random) -> Twin {
    let at = random.between(0, 3) as usize;
    let clean = notice(random, &HEADINGS);
    let mut faulty = clean.clone();
    faulty[2 * at].truncate("一、".len());
    let text = |lines: &[String]| format!("招聘公告\n\n{}\n", lines.join("\n\n"));
    Twin { clean: text(&clean), faulty: text(&faulty) }
}

fn empty(random: &mut Random) -> Twin {
    let at = random.between(0, 3) as usize;
    let clean = notice(random, &HEADINGS);
    let mut faulty = clean.clone();
    faulty.remove(2 * at + 1);
    let text = |lines: &[String]| format!("招聘公告\n\n{}\n", lines.join("\n\n"));
    Twin { clean: text(&clean), faulty: text(&faulty) }
}

fn jump(random: &mut Random) -> Twin {
    let article = Article::invent(random);
    let (right, wrong) = random
        .pick(&["（下转2版） （下转版）", "（上接1版） （上接版）", "▶▶下转3版 ▶▶下转", "（下转第4版） （下转第版）"])
        .split_once(' ')
        .unwrap();
    let with = |line: &str| format!("{}\n{line}\n", article.text());
    Twin { clean: with(right), faulty: with(wrong) }
}
