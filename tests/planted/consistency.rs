//! Planted contradictions within an article: words, names, titles, ages, organisations, abbreviations and formats.

use super::article::{name, organisation, place, speech_verb};
use super::{Article, ArticlePair, Fault, Random};
use zhubi::{Checker, Draft, FixSafety, Format};

/// The kinds of errors that rules of the family `consistency` detect.
pub const FAULTS: &[Fault] = &[
    Fault { kind: "two variants of a word", rule: "consistency/wording", plant: word_variant },
    Fault { kind: "作出, 做出", rule: "consistency/wording-verb", plant: verb_variant },
    Fault { kind: "会员单位, 成员单位", rule: "consistency/wording", plant: member_word },
    Fault { kind: "a similar-sounding name", rule: "consistency/person-name", plant: similar_sound },
    Fault { kind: "an unknown given name", rule: "consistency/person-name", plant: unknown_given_name },
    Fault { kind: "a name with two characters swapped", rule: "consistency/person-name", plant: swapped_characters },
    Fault { kind: "a short name in another character", rule: "consistency/person-name", plant: short_name },
    Fault { kind: "a term in another character", rule: "consistency/name", plant: changed_term },
    Fault { kind: "a foreign name in another character", rule: "consistency/name", plant: changed_foreign_name },
    Fault { kind: "a foreign name in another order", rule: "consistency/name", plant: swapped_foreign_name },
    Fault { kind: "a foreign name without a character", rule: "consistency/name", plant: shortened_foreign_name },
    Fault { kind: "a title in another character", rule: "consistency/name", plant: changed_title },
    Fault { kind: "two titles, once each", rule: "consistency/name", plant: title_once_each },
    Fault { kind: "two quoted names, once each", rule: "consistency/name", plant: quoted_once_each },
    Fault { kind: "two names of several parts, once each", rule: "consistency/name", plant: dotted_once_each },
    Fault { kind: "a foreign name with a character twice", rule: "consistency/name", plant: doubled_foreign_name },
    Fault { kind: "a foreign name that ends otherwise", rule: "consistency/name", plant: changed_foreign_end },
    Fault { kind: "a term with characters exchanged", rule: "consistency/name", plant: exchanged_term },
    Fault { kind: "正 and 副", rule: "consistency/person-title", plant: deputy_title },
    Fault { kind: "another title", rule: "consistency/person-title", plant: other_title },
    Fault { kind: "another age", rule: "consistency/person-age", plant: other_age },
    Fault {
        kind: "a body without its first character",
        rule: "consistency/organisation",
        plant: missing_first_character,
    },
    Fault { kind: "a body with another character", rule: "consistency/organisation", plant: wrong_character },
    Fault { kind: "a body with half a word", rule: "consistency/organisation", plant: truncated_word },
    Fault { kind: "abbreviation explained twice", rule: "consistency/abbreviation-twice", plant: explained_twice },
    Fault {
        kind: "abbreviation used before explained",
        rule: "consistency/abbreviation-early",
        plant: used_before_explained,
    },
    Fault { kind: "another date format", rule: "consistency/date-form", plant: date_format },
    Fault { kind: "another percentage format", rule: "consistency/percent-form", plant: percentage_format },
];

/// Generates an article with the paragraph `first` and, later, `clean` in one version and `faulty` in the other.
fn pair_after(random: &mut Random, first: &str, clean: &str, faulty: &str) -> ArticlePair {
    let article = Article::generate(random).with_paragraph(0, first);
    let at = article.paragraphs.len() - 1;
    ArticlePair {
        clean: article.clone().with_paragraph(at, clean).text(),
        faulty: article.with_paragraph(at, faulty).text(),
    }
}

fn word_variant(random: &mut Random) -> ArticlePair {
    const PAIRS: &[&str] = &[
        "其他 其它 除此以外，XX材料也要一并提交。|对XX情形，另行规定。",
        "身份 身分 居民的XX一查便知。|系统核对每个人的XX。",
        "反复 反覆 方案经过XX论证。|工人XX检查设备。",
        "好像 好象 山路XX一条带子。|孩子们XX换了一个人。",
        "想象 想像 变化之大超出人们的XX。|孩子们发挥XX，画出未来的家。",
        "交代 交待 领导XX的任务，他件件落实。|这件事向群众有了XX。",
        "佩戴 佩带 游客须XX安全帽。|工作人员XX统一的标识。",
        "含义 涵义 专家解读了新规的XX。|这句话的XX很深。",
        "坐落 座落 新校区XX在河边。|老宅XX于山脚下。",
        "按语 案语 编者加了XX。|这段XX写得很长。",
        "磨炼 磨练 基层的XX让他迅速成长。|在一线XX意志。",
        "订购 定购 市民纷纷XX新米。|网上XX的人更多。",
    ];
    let mut parts = random.pick(PAIRS).splitn(3, ' ');
    let (right, wrong, sentences) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let (first, second) = sentences.split_once('|').unwrap();
    // Either variant may occur first.
    let (one, other) = if random.once_in(2) { (right, wrong) } else { (wrong, right) };
    pair_after(random, &first.replace("XX", one), &second.replace("XX", one), &second.replace("XX", other))
}

fn verb_variant(random: &mut Random) -> ArticlePair {
    let (first, second) = random
        .pick(&[
            "在农业技术推广领域XX更大、更多的成果|要在农业技术推广领域XX更大、更多的成效",
            "为家乡建设XX了积极贡献|一代人为此XX贡献和牺牲",
            "公司XX郑重承诺|物业也XX书面承诺",
            "双方都XX了让步|谈判各方XX必要的让步",
            "有关部门及时XX回应|当天就XX明确的答复",
            "股东大会XX决定|他们很快XX选择",
        ])
        .split_once('|')
        .unwrap();
    let (one, other) = if random.once_in(2) { ("作出", "做出") } else { ("做出", "作出") };
    let says = speech_verb(random);
    let who = name(random);
    let sentence = |verb: &str| format!("“{}。”{who}{says}，一切才刚刚开始。", second.replace("XX", verb));
    pair_after(random, &format!("大家认为，{}。", first.replace("XX", one)), &sentence(one), &sentence(other))
}

fn member_word(random: &mut Random) -> ArticlePair {
    let (one, other) =
        if random.once_in(2) { ("会员单位", "成员单位") } else { ("成员单位", "会员单位") };
    let place = place(random);
    let sentence = |word: &str| format!("{place}的{word}代表接过牌匾，承诺共享资源。");
    pair_after(random, &format!("一年来，联盟的{one}交流频繁。"), &sentence(one), &sentence(other))
}

/// Returns a sentence that introduces a person by full name, and a later sentence with XX as the name of the speaker.
fn introduction(random: &mut Random, full: &str) -> (String, String) {
    let organisation = organisation(random);
    let title = super::article::title(random);
    let says = speech_verb(random);
    let first = match random.between(0, 2) {
        0 => format!("{organisation}{title}{full}{says}，这项工作已经全面铺开。"),
        1 => format!("在现场，{organisation}{title}{full}正和同事核对清单。{full}{says}，清单每周更新。"),
        _ => format!("“工期很紧，但质量不能放松。”{organisation}{title}{full}{says}。"),
    };
    let second = match random.between(0, 2) {
        0 => format!("“下一步还要啃硬骨头。”XX{says}。"),
        1 => format!("XX{says}，群众满意是唯一的标准。"),
        _ => format!("谈起明年的打算，XX{says}，要把经验推广到更多村镇。"),
    };
    (first, second)
}

fn similar_sound(random: &mut Random) -> ArticlePair {
    const PAIRS: &[&str] = &[
        "赵小东 赵晓东",
        "陈君凡 陈君帆",
        "李建国 李建果",
        "周文博 周文勃",
        "王立新 王力新",
        "沈佳怡 沈佳宜",
        "韩雨桐 韩语桐",
        "杨志强 杨志墙",
        "朱春梅 朱春玫",
        "许海燕 许海艳",
        "吴思齐 吴思奇",
        "孙明远 孙铭远",
    ];
    let (right, wrong) = random.pick(PAIRS).split_once(' ').unwrap();
    let (first, second) = introduction(random, right);
    pair_after(random, &first, &second.replace("XX", right), &second.replace("XX", wrong))
}

fn unknown_given_name(random: &mut Random) -> ArticlePair {
    let right = name(random);
    let mut characters: Vec<char> = right.chars().collect();
    let last = characters.len() - 1;
    characters[last] = random.pick(&["民", "平", "光", "芳", "涛"]).chars().next().unwrap_or_default();
    let wrong: String = characters.into_iter().collect();
    let (first, second) = introduction(random, &right);
    pair_after(random, &first, &second.replace("XX", &right), &second.replace("XX", &wrong))
}

fn swapped_characters(random: &mut Random) -> ArticlePair {
    let right = name(random);
    let characters: Vec<char> = right.chars().collect();
    let wrong = format!("{}{}{}", characters[0], characters[2], characters[1]);
    let (first, second) = introduction(random, &right);
    pair_after(random, &first, &second.replace("XX", &right), &second.replace("XX", &wrong))
}

/// Sentences with XX as a name that is no person's.
const USES: &[&str] = &[
    "XX的建设按计划推进。",
    "记者来到XX，看到的是另一番景象。",
    "“XX给我们带来了信心。”一位参与者说。",
    "围绕XX，各方还将继续努力。",
    "不少人是第一次听说XX。",
    "在座谈会上，大家谈起XX时十分激动。",
    "XX是当地的一张名片。",
    "去年以来，XX受到广泛关注。",
    "有了XX，群众办事方便多了。",
];

/// Sentences with XX as a person's name.
const USES_OF_PERSON: &[&str] = &[
    "XX昨天抵达这里。",
    "人们围住XX，问这问那。",
    "XX说，合作的前景十分广阔。",
    "大家对XX的来访表示欢迎。",
    "会后，XX参观了工厂。",
    "在交谈中，XX谈到了童年。",
    "这是XX第三次来到这座城市。",
    "陪同XX的还有几位专家。",
];

/// Names that differ in one character and are two things. They may stand in any article.
const TWO_THINGS: &[&str] = &[
    "第一分局和第二分局都派了人。第一分局管河东，第二分局管河西。",
    "东湖路和西湖路同时通车。东湖路更宽，西湖路更长。",
    "甲车间和乙车间轮流上岗，甲车间上早班，乙车间上晚班。",
    "王建国和王建军是兄弟。王建国种地，王建军做工，王建国是哥哥。",
];

/// Generates an article that uses a name four times, once as `wrong` in one version, and in which two other things have
/// similar names. The wrong form may come first.
fn used_again(random: &mut Random, uses: &[&'static str], right: &str, wrong: &str) -> ArticlePair {
    let slip = random.between(0, 3) as usize;
    let sentences = random.sample(4, uses);
    let article = Article::generate(random).with_paragraph(0, random.pick(TWO_THINGS));
    let fill = |wrong_at: usize| {
        let filled = sentences.iter().enumerate().rev();
        let add = |article: Article, (index, sentence): (usize, &&str)| {
            let form = if index == wrong_at { wrong } else { right };
            article.with_paragraph(index, &sentence.replace("XX", form))
        };
        filled.fold(article.clone(), add).text()
    };
    ArticlePair { clean: fill(usize::MAX), faulty: fill(slip) }
}

/// One of `pairs`, each of which is a right and a wrong form.
fn forms<'p>(random: &mut Random, pairs: &[&'p str]) -> (&'p str, &'p str) {
    random.pick(pairs).split_once(' ').unwrap_or_default()
}

fn changed_term(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(
        random,
        &[
            "双城经济圈 双诚经济圈",
            "数字孪生平台 数字孪身平台",
            "青禾合作社 青和合作社",
            "云岭山庄 云玲山庄",
            "红石桥村 洪石桥村",
            "金穗粮油 金穗粮由",
            "戴家沟 戴家钩",
            "文澜书院 文谰书院",
            "清江引水工程 清江引水工承",
            "飞鹰计划 飞膺计划",
            "枫林渡口 枫淋渡口",
            "宏远机械厂 鸿远机械厂",
        ],
    );
    used_again(random, USES, right, wrong)
}

fn changed_foreign_name(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(
        random,
        &[
            "冈萨雷斯 刚萨雷斯",
            "拉夫罗夫 拉夫洛夫",
            "克里斯滕森 克里斯腾森",
            "安德烈耶娃 安德列耶娃",
            "托卡耶夫 托卡叶夫",
            "约翰·史密斯 约翰·史密思",
            "贝尔纳多 贝尔那多",
            "沙菲科娃 沙非科娃",
        ],
    );
    used_again(random, USES_OF_PERSON, right, wrong)
}

fn swapped_foreign_name(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(
        random,
        &["克里斯滕森 克里滕斯森", "安德烈耶娃 安德耶烈娃", "亚历山德罗 亚历德山罗", "弗拉基米尔 弗拉米基尔"],
    );
    used_again(random, USES_OF_PERSON, right, wrong)
}

fn shortened_foreign_name(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(
        random,
        &["克里斯滕森 克里滕森", "安德烈耶娃 安德烈娃", "亚历山德罗 亚历山罗", "奥列格·马特维延科 奥列格·马特延科"],
    );
    used_again(random, USES_OF_PERSON, right, wrong)
}

fn changed_title(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(
        random,
        &[
            "《山河故里》 《山和故里》",
            "《永远的渡口》 《永远的度口》",
            "《春到人间》 《椿到人间》",
            "“薪火工程” “新火工程”",
        ],
    );
    used_again(random, USES, right, wrong)
}

/// Generates an article with a name that occurs twice, once as `wrong` in one version. Names that differ from each other
/// and are two things stand in both versions.
fn used_once_each(random: &mut Random, uses: &[&'static str], right: &str, wrong: &str) -> ArticlePair {
    const TWO_WORKS: &[&str] = &[
        "《山河》上卷和《山河》下卷同时发行，《河西往事》与《河东往事》明年出版。",
        "书架上摆着《长江故事》《黄河故事》，也有《大河故事》。",
        "“春风计划”面向青年，“秋风计划”面向老人，“东风行动”不分年龄。",
        "《少年维诚》《少年的你》都在展出。",
    ];
    let sentences = random.sample(2, uses);
    let slip = random.between(0, 1) as usize;
    let article = Article::generate(random).with_paragraph(0, random.pick(TWO_WORKS));
    let fill = |wrong_at: usize| {
        let add = |article: Article, (index, sentence): (usize, &&str)| {
            let form = if index == wrong_at { wrong } else { right };
            article.with_paragraph(index, &sentence.replace("XX", form))
        };
        sentences.iter().enumerate().rev().fold(article.clone(), add).text()
    };
    ArticlePair { clean: fill(usize::MAX), faulty: fill(slip) }
}

fn title_once_each(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(
        random,
        &[
            "《山河故里》 《山和故里》",
            "《渡口灯火》 《渡囗灯火》",
            "《云岭晨报》 《云岭晨抱》",
            "《春到人间》 《椿到人间》",
            "《云岭晨报》 《云岭晨报报》",
            "《文物保护法》 《文物保护护法》",
            "《文物保护法》 《文保物护法》",
            "《青年诗刊》 《年青诗刊》",
            "《古村落调查》 《古村落调调查》",
            "《农业科技园》 《农业技科园》",
        ],
    );
    used_once_each(random, USES, right, wrong)
}

fn quoted_once_each(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(
        random,
        &[
            "“薪火行动” “薪伙行动”",
            "“飞鹰计划” “飞膺计划”",
            "“粮安工程” “粮安工承”",
            "“云岭书院” “云玲书院”",
            "“一滴水行动” “一滴水行行动”",
            "“清江之约” “清姜之约”",
        ],
    );
    used_once_each(random, USES, right, wrong)
}

fn dotted_once_each(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(
        random,
        &[
            "约翰·史密斯 约翰·史密思",
            "奥列格·马特维延科 奥列格·马特唯延科",
            "卡米拉·贝尔纳多 卡米拉·贝尔那多",
            "安娜·沙菲科娃 安娜·沙非科娃",
            "马可·德雷斯基 马克·德雷斯基",
        ],
    );
    used_once_each(random, USES_OF_PERSON, right, wrong)
}

fn doubled_foreign_name(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(random, &["克里斯滕森 克里斯滕森森", "沙菲科娃 沙菲科科娃"]);
    used_again(random, USES_OF_PERSON, right, wrong)
}

fn changed_foreign_end(random: &mut Random) -> ArticlePair {
    let (right, wrong) =
        forms(random, &["西哈莫尼 西哈莫你", "托卡耶夫 托卡耶付", "沙菲科娃 沙菲科哇", "冈萨雷斯 冈萨雷思"]);
    used_again(random, USES_OF_PERSON, right, wrong)
}

fn exchanged_term(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(
        random,
        &[
            "完整社区 整完社区",
            "青禾合作社 青禾作合社",
            "云岭委员会 云岭员委会",
            "清江引水工程 清江引水程工",
            "《文物保护法》 《文保物护法》",
        ],
    );
    used_again(random, USES, right, wrong)
}

/// No two rules undo each other: fixing ends where names, set phrases and both together are written in two ways, also if
/// the wrong form is the more frequent one.
#[test]
fn no_rule_undoes_the_fix_of_another() {
    const PHRASES: &[&str] = &["乡村旅游 香村旅游", "实事求是 实是求是", "乡村振兴 乡村震兴", "因地制宜 因地治宜"];
    let checker = Checker::new();
    let is_name = |fault: &&Fault| matches!(fault.rule, "consistency/name" | "consistency/person-name");
    let planted = FAULTS
        .iter()
        .filter(is_name)
        .flat_map(|fault| (0..8).map(|seed| (fault.plant)(&mut Random::new(seed, fault.kind)).faulty));
    let repeated = (0..24).map(|seed| {
        let mut random = Random::new(seed, "a wrong set phrase again and again");
        let (right, wrong) = forms(&mut random, PHRASES);
        used_again(&mut random, USES, wrong, right).faulty
    });
    for text in planted.chain(repeated) {
        let draft = Draft::open(text.clone().into_bytes(), Format::Plain).unwrap();
        let fixed = checker.fix(&draft, FixSafety::Suggested).unwrap();
        assert!(fixed.contending.is_empty(), "{:?}\n{text}", fixed.contending);
    }
}

/// All blocks of an article are compared: the headline, cells of tables, items of lists and captions with the text.
#[test]
fn compares_names_in_all_kinds_of_blocks() {
    const TEXT: &str = "托卡耶夫昨天抵达这里。\n\n会后，托卡耶夫参观了工厂。\n\n";
    let drafts = [
        (Format::Markdown, format!("# 托卡叶夫访问工厂\n\n{TEXT}")),
        (Format::Markdown, format!("# 访问工厂\n\n{TEXT}| 姓名 | 职务 |\n|---|---|\n| 托卡叶夫 | 经理 |\n")),
        (Format::Markdown, format!("# 访问工厂\n\n{TEXT}- 客人托卡叶夫\n- 主人王建国\n")),
        (Format::Markdown, format!("# 访问工厂\n\n{TEXT}图为托卡叶夫在工厂。新华社发\n")),
        (Format::Markdown, format!("# 访问工厂\n\n{TEXT}> 托卡叶夫说，再会。\n")),
        (
            Format::Html,
            "<h1>托卡叶夫访问工厂</h1><p>托卡耶夫昨天抵达这里。</p><p>会后，托卡耶夫参观了工厂。</p>".to_owned(),
        ),
        (
            Format::Html,
            "<h1>访问工厂</h1><p>托卡耶夫昨天抵达这里。</p><p>会后，托卡耶夫参观了工厂。</p>\
             <table><tr><td>托卡叶夫</td><td>经理</td></tr></table>"
                .to_owned(),
        ),
        (
            Format::Html,
            "<h1>访问工厂</h1><p>托卡耶夫昨天抵达这里。</p><p>会后，托卡耶夫参观了工厂。</p>\
             <figure><img src=a.png><figcaption>托卡叶夫在工厂。</figcaption></figure>"
                .to_owned(),
        ),
        (Format::Plain, "托卡叶夫访问工厂\n托卡耶夫昨天抵达这里。\n会后，托卡耶夫参观了工厂。\n".to_owned()),
    ];
    let checker = Checker::builder().only("consistency").build().unwrap();
    for (format, text) in drafts {
        let draft = Draft::open(text.clone().into_bytes(), format).unwrap();
        let found: Vec<String> =
            checker.check(&draft).into_iter().map(|finding| text[finding.range].to_owned()).collect();
        assert_eq!(found, ["托卡叶夫"], "{text}");
    }
}

fn short_name(random: &mut Random) -> ArticlePair {
    let (right, wrong) = forms(random, &["李强 李锵", "周涛 周韬", "王勋 王埙", "陈晖 陈珲", "吴桐 吴佟", "孙琦 孙淇"]);
    let title = super::article::title(random);
    let mut pair = used_again(random, USES_OF_PERSON, right, wrong);
    for text in [&mut pair.clean, &mut pair.faulty] {
        text.push_str(&format!("\n{title}{right}说，路修好了。\n"));
    }
    pair
}

fn deputy_title(random: &mut Random) -> ArticlePair {
    let (organisation, full, says) = (organisation(random), name(random), speech_verb(random));
    let title = random.pick(&["局长", "主任", "院长", "馆长", "主席", "秘书长"]);
    let (one, other) = if random.once_in(2) { ("副", "") } else { ("", "副") };
    let sentence = |vice: &str| format!("会后，{vice}{title}{full}{says}，年底前全部完成。");
    pair_after(random, &format!("{organisation}{one}{title}{full}到场查看进度。"), &sentence(one), &sentence(other))
}

fn other_title(random: &mut Random) -> ArticlePair {
    let (place, full, says) = (place(random), name(random), speech_verb(random));
    let (one, other) =
        random.pick(&["局长 处长", "校长 院长", "教授 讲师", "镇长 乡长", "医生 护士"]).split_once(' ').unwrap();
    let sentence = |title: &str| format!("“今年的变化最大。”{title}{full}{says}。");
    pair_after(random, &format!("{place}的{one}{full}一早就到了现场。"), &sentence(one), &sentence(other))
}

fn other_age(random: &mut Random) -> ArticlePair {
    let (full, says) = (name(random), speech_verb(random));
    let years = random.between(21, 78);
    let (first, second) = random
        .pick(&[
            "今年NN岁的WW是土生土长的本地人。|“日子一天比一天好。”NN岁的WW说。",
            "村民WW今年NN岁，种了一辈子果树。|NN岁的WW说，树比人娇贵。",
            "志愿者WW（NN岁）每天来站里值班。|NN岁的WW表示，来一天算一天。",
            "NN岁的退休教师WW坐在门前读报。|说起往事，NN岁的WW笑着说，都过去了。",
        ])
        .split_once('|')
        .unwrap();
    let fill = |text: &str, years: u64| {
        text.replace("NN", &years.to_string()).replace("WW", &full).replace("说。", &format!("{says}。"))
    };
    let wrong = years + random.between(1, 9);
    pair_after(random, &fill(first, years), &fill(second, years), &fill(second, wrong))
}

/// Generates an article in which the name of an organisation occurs twice, the second time as `right` or as `wrong`.
fn repeated_name(random: &mut Random, right: &str, wrong: &str) -> ArticlePair {
    let place = place(random);
    let unit = random.pick(&["新区", "县", "区", "市"]);
    let says = speech_verb(random);
    let second = random.pick(&["“孩子们都很喜欢。”XX负责人SS。", "目前，XX的改造已经完工。", "对此，XX发布了公告。"]);
    let fill = |organisation: &str| second.replace("XX", organisation).replace("SS", says);
    pair_after(random, &format!("这是{place}{unit}{right}今年的重点项目。"), &fill(right), &fill(wrong))
}

fn missing_first_character(random: &mut Random) -> ArticlePair {
    let right = random.pick(&[
        "西青禾幼儿园",
        "云岭松小学",
        "华锦和公司",
        "南溪月酒店",
        "金鸿曲轴公司",
        "海晨星学校",
        "福康源医院",
    ]);
    let wrong: String = right.chars().skip(1).collect();
    repeated_name(random, right, &wrong)
}

fn wrong_character(random: &mut Random) -> ArticlePair {
    let (right, wrong) = random
        .pick(&[
            "青禾幼儿园 青和幼儿园",
            "金鸿曲轴公司 金宏曲轴公司",
            "晨曦养老院 晨希养老院",
            "锦绣路小学 锦秀路小学",
            "宏达机械集团 洪达机械集团",
            "文澜图书馆 文蓝图书馆",
            "康宁医院 康宇医院",
            "翠屏林场 翠萍林场",
        ])
        .split_once(' ')
        .unwrap();
    repeated_name(random, right, wrong)
}

fn truncated_word(random: &mut Random) -> ArticlePair {
    let (right, wrong) = random
        .pick(&[
            "鼎盛创新科技公司 鼎盛创科技公司",
            "明珠艺术培训学校 明珠艺培训学校",
            "安泰机械制造公司 安泰机制造公司",
            "和顺养老服务中心 和顺养老服中心",
            "远方文化传媒公司 远方文传媒公司",
        ])
        .split_once(' ')
        .unwrap();
    repeated_name(random, right, wrong)
}

fn explained_twice(random: &mut Random) -> ArticlePair {
    let (place, short) = (place(random), random.pick(&["工匠联盟", "农技中心", "产业园", "合作社", "创投会"]));
    let first = format!("{place}市劳模工匠{short}（以下简称“{short}”）昨天成立。{short}由多家单位发起。");
    let faulty = random.pick(&["（以下简称“XX”）", "（下称“XX”）", "（简称“XX”）"]).replace("XX", short);
    let sentence = |gloss: &str| format!("{place}市劳模工匠{short}{gloss}的章程同时公布。");
    pair_after(random, &first, &sentence(""), &sentence(&faulty))
}

fn used_before_explained(random: &mut Random) -> ArticlePair {
    let place = place(random);
    let short = random.pick(&["工匠盟", "农技联", "创投会", "康养办", "运维部"]);
    let says = speech_verb(random);
    let define = format!("{place}市技能人才服务中心（以下简称“{short}”）于去年成立，{short}现有专职人员多名。");
    let early = format!("今年以来，{short}组织了多次下乡活动。");
    let late = format!("有关负责人{says}，{short}的服务不收取费用。");
    let article = Article::generate(random);
    let clean = article.clone().with_paragraph(0, &late).with_paragraph(0, &define).text();
    let faulty = article.with_paragraph(0, &late).with_paragraph(0, &define).with_paragraph(0, &early).text();
    ArticlePair { clean, faulty }
}

fn date_format(random: &mut Random) -> ArticlePair {
    let (year, month, day) = (random.between(2019, 2024), random.between(1, 9), random.between(1, 28));
    let right = format!("{year}年{month}月{day}日");
    let wrong = match random.between(0, 1) {
        0 => format!("{year}-{month:02}-{day:02}"),
        _ => format!("{year}/{month}/{day}"),
    };
    let sentence = |date: &str| format!("展厅的留言簿上，第一页写于{date}。");
    pair_after(random, "项目2018年12月3日动工，2020年10月建成。", &sentence(&right), &sentence(&wrong))
}

fn percentage_format(random: &mut Random) -> ArticlePair {
    let (tens, ones) = (random.pick(&["三", "四", "六", "七"]), random.pick(&["一", "五", "八"]));
    let first = format!("老年人占全村人口的{}%，留守儿童占{}%。", random.between(21, 49), random.between(3, 9));
    let digits = |c: &str| "〇一二三四五六七八九".chars().position(|digit| c.starts_with(digit)).unwrap_or(0);
    let sentence = |share: &str| format!("问卷显示，{share}的受访者愿意再来。");
    let clean = format!("{}{}%", digits(tens), digits(ones));
    pair_after(random, &first, &sentence(&clean), &sentence(&format!("百分之{tens}十{ones}")))
}
