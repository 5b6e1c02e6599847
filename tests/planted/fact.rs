//! Planted errors in numbers, dates, lists and sums.

use crate::article::{name, organisation, place, places, speech_verb, title};
use crate::{Article, ArticlePair, Fault, Random};

/// The kinds of errors that rules of the family `fact` detect.
pub const FAULTS: &[Fault] = &[
    Fault { kind: "parts after their total", rule: "fact/sum", plant: parts_after_total },
    Fault { kind: "parts before their total", rule: "fact/sum", plant: parts_before_total },
    Fault { kind: "a total, a part and the remainder", rule: "fact/sum", plant: remainder },
    Fault { kind: "parts in the next sentence", rule: "fact/sum", plant: parts_in_next_sentence },
    Fault { kind: "money in parts", rule: "fact/sum", plant: money },
    Fault { kind: "joint count of cities and districts", rule: "fact/joint-count", plant: joint_count },
    Fault { kind: "share of a total", rule: "fact/share", plant: share },
    Fault { kind: "completion rate", rule: "fact/share", plant: rate },
    Fault { kind: "growth in per cent", rule: "fact/growth", plant: growth },
    Fault { kind: "growth in multiples", rule: "fact/growth", plant: multiple },
    Fault { kind: "difference in percentage points", rule: "fact/growth", plant: points },
    Fault { kind: "absolute growth", rule: "fact/growth", plant: difference },
    Fault { kind: "number of doublings (翻番)", rule: "fact/growth", plant: doubling },
    Fault { kind: "difference of two values", rule: "fact/growth", plant: compared_values },
    Fault { kind: "growth with the earlier value behind", rule: "fact/growth", plant: earlier_value_behind },
    Fault { kind: "medals of three kinds", rule: "fact/sum", plant: medals },
    Fault { kind: "amount per item times number of items", rule: "fact/product", plant: product },
    Fault { kind: "average per item", rule: "fact/product", plant: average },
    Fault { kind: "shares of a vote", rule: "fact/hundred-percent", plant: shares_of_vote },
    Fault { kind: "shares with the remainder", rule: "fact/hundred-percent", plant: remaining_share },
    Fault { kind: "a slip in a long number of a sum", rule: "fact/sum", plant: slip_in_sum },
    Fault { kind: "days of an event", rule: "fact/duration", plant: days },
    Fault { kind: "years of a plan", rule: "fact/duration", plant: years },
    Fault { kind: "weekday of a date", rule: "number/weekday", plant: weekday },
    Fault { kind: "end date before start date", rule: "fact/date-order", plant: date_order },
    Fault { kind: "age and year of birth", rule: "fact/age", plant: age },
    Fault { kind: "anniversary", rule: "fact/anniversary", plant: anniversary },
    Fault { kind: "money in headline and text", rule: "fact/headline-figure", plant: headline_money },
    Fault { kind: "count in headline and text", rule: "fact/headline-figure", plant: headline_count },
    Fault { kind: "list after its count", rule: "fact/list-count", plant: list_after_count },
    Fault { kind: "list before its count", rule: "fact/list-count", plant: list_before_count },
    Fault { kind: "number of points announced", rule: "fact/point-sequence", plant: number_of_points },
    Fault { kind: "a number missing in a sequence", rule: "fact/point-sequence", plant: missing_point },
    Fault { kind: "number repeated in brackets", rule: "fact/gloss", plant: gloss },
    Fault { kind: "unit conversion in brackets", rule: "fact/gloss", plant: conversion },
];

/// Generates an article with a paragraph that `write` builds from the right value and, in the other version, from a
/// wrong one. In the functions below `template` selects one of several sentences.
pub fn pair_with<T>(random: &mut Random, right: T, wrong: T, write: impl Fn(T) -> String) -> ArticlePair {
    let (clean, faulty) = (write(right), write(wrong));
    ArticlePair::with_paragraphs(random, &clean, &faulty)
}

/// Returns a number close to `right` but different from it.
fn close_number(random: &mut Random, right: u64) -> u64 {
    let most = (right / 15).max(1);
    let by = random.between(1, most);
    if right > by + 1 && random.once_in(2) { right - by } else { right + by }
}

/// Returns `right` with one of its digits changed.
fn change_digit(random: &mut Random, right: u64) -> u64 {
    let place = 10u64.pow(random.between(0, right.ilog10().into()) as u32);
    let digit = right / place % 10;
    let least = u64::from(place * 10 > right);
    let other = random.between(least, 9);
    let other = if other == digit { if digit == 9 { 8 } else { digit + 1 } } else { other };
    right - digit * place + other * place
}

/// Returns a number from 0 to 10 as a Chinese numeral, with 两 for 2.
pub fn hanzi(number: u64) -> &'static str {
    ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"][number as usize]
}

fn parts_after_total(random: &mut Random) -> ArticlePair {
    let (one, other) = (random.between(12, 80), random.between(12, 80));
    let wrong = close_number(random, one);
    let (unit, what, first, second) = [
        ("个", "文化站点", "城区", "乡镇"),
        ("名", "参赛选手", "男选手", "女选手"),
        ("人", "与会代表", "男代表", "女代表"),
        ("家", "参展企业", "国内企业", "国外企业"),
        ("所", "学校", "公办学校", "民办学校"),
        ("个", "项目", "新建项目", "续建项目"),
        ("处", "隐患点", "已整改", "正在整改"),
        ("件", "作品", "成人组", "少儿组"),
    ][random.between(0, 7) as usize];
    let lead = random.pick(&["据统计，", "目前，", "截至6月底，", "记者了解到，", ""]).to_owned();
    let template = random.between(0, 4);
    let place = place(random);
    let total = one + other;
    pair_with(random, one, wrong, |one| match template {
        0 => format!(
            "{lead}{place}共有{what}{total}{unit}，其中{first}{one}{unit}、{second}{other}{unit}，分布在各个片区。"
        ),
        1 => format!("{lead}全县共有{total}{unit}{what}，其中，{first}有{one}{unit}，{second}有{other}{unit}。"),
        2 => {
            format!("{lead}{what}总数达到{total}{unit}，其中{first}{one}{unit}，{second}{other}{unit}，比预想的要好。")
        }
        3 => format!("{lead}{place}共有{what}{total}{unit}：{first}{one}{unit}，{second}{other}{unit}。"),
        _ => format!("{lead}共{total}{unit}{what}（其中{first}{one}{unit}、{second}{other}{unit}）纳入台账管理。"),
    })
}

fn compared_values(random: &mut Random) -> ArticlePair {
    let old = random.between(1000, 5000);
    let right = random.between(200, 900);
    let wrong = right + [3, 10, 20, 100][random.between(0, 3) as usize];
    let new = old + right;
    let template = random.between(0, 3);
    pair_with(random, right, wrong, |by| match template {
        0 => format!("今年种植面积{new}亩，去年{old}亩，今年比去年增加{by}亩。"),
        1 => format!("本届展会签约项目{new}个，上届为{old}个，本届比上届多{by}个。"),
        2 => format!("本月门诊接诊{new}人次，上月{old}人次，本月比上月多{by}人次。"),
        _ => format!("甲队收割小麦{new}亩，乙队收割{old}亩，甲队比乙队多收割{by}亩。"),
    })
}

fn earlier_value_behind(random: &mut Random) -> ArticlePair {
    let old = random.between(1000, 9000);
    let new = old + old / random.between(3, 19);
    let right = (new - old) * 1000 / old;
    let wrong = right + [32, 43, 61][random.between(0, 2) as usize];
    let template = random.between(0, 2);
    pair_with(random, right, wrong, |by| {
        let by = format!("{}.{}", by / 10, by % 10);
        match template {
            0 => format!("上半年营业收入{new}万元，去年同期为{old}万元，同比增长{by}%。"),
            1 => format!("一季度出口{new}万元，上年同期{old}万元，增长{by}%。"),
            _ => format!("今年收购{new}吨，去年同期收购{old}吨，增长{by}%。"),
        }
    })
}

fn medals(random: &mut Random) -> ArticlePair {
    let [one, two, three] = [(); 3].map(|()| random.between(5, 30));
    let right = one + two + three;
    let wrong = right + [3, 4, 10][random.between(0, 2) as usize];
    let template = random.between(0, 2);
    pair_with(random, right, wrong, |all| match template {
        0 => format!("代表团夺得{one}金{two}银{three}铜，共{all}枚奖牌。"),
        1 => format!("他们以{one}金、{two}银、{three}铜的成绩收官，共{all}枚奖牌。"),
        _ => format!("代表队收获{one}枚金牌、{two}枚银牌、{three}枚铜牌，共{all}枚奖牌。"),
    })
}

fn parts_before_total(random: &mut Random) -> ArticlePair {
    let parts = [random.between(15, 60), random.between(15, 60), random.between(15, 60)];
    let total: u64 = parts.iter().sum();
    let wrong = close_number(random, total);
    let (unit, labels) = [
        ("场", ["讲座", "展览", "演出"]),
        ("份", ["倡议书", "明白纸", "宣传册"]),
        ("人", ["东坪村", "清源村", "双河村"]),
        ("台", ["插秧机", "收割机", "旋耕机"]),
        ("件", ["一等奖作品", "二等奖作品", "三等奖作品"]),
    ][random.between(0, 4) as usize];
    let template = random.between(0, 3);
    let [one, two, three] = parts;
    let [a, b, c] = labels;
    pair_with(random, total, wrong, |total| match template {
        0 => format!("今年以来，当地组织{a}{one}{unit}、{b}{two}{unit}、{c}{three}{unit}，共{total}{unit}。"),
        1 => format!("统计显示，{a}{one}{unit}，{b}{two}{unit}，{c}{three}{unit}，合计{total}{unit}。"),
        2 => format!(
            "活动期间，{a}有{one}{unit}、{b}有{two}{unit}、{c}有{three}{unit}，总计{total}{unit}，受到群众欢迎。"
        ),
        _ => format!("账目很清楚：{a}{one}{unit}、{b}{two}{unit}、{c}{three}{unit}，共计{total}{unit}。"),
    })
}

fn remainder(random: &mut Random) -> ArticlePair {
    let (done, left) = (random.between(40, 200), random.between(11, 60));
    let wrong = close_number(random, left);
    let total = done + left;
    let template = random.between(0, 3);
    pair_with(random, left, wrong, |left| match template {
        0 => format!("专班共梳理问题{total}个，已办结{done}个，剩余{left}个正在办理。"),
        1 => format!("全镇有{total}户需要改造，目前完成{done}户，其余{left}户年底前完成。"),
        2 => format!("{total}件提案中，已答复{done}件，余下{left}件正在抓紧办理。"),
        _ => format!("首批{total}套住房已交付{done}套，还剩{left}套将在下月交付。"),
    })
}

fn parts_in_next_sentence(random: &mut Random) -> ArticlePair {
    let (one, other) = (random.between(30, 90), random.between(30, 90));
    let total = one + other;
    let wrong = close_number(random, other).clamp(other - 2, other + 2);
    let wrong = if wrong == other { other + 1 } else { wrong };
    let (unit, what) = [("个", "问题"), ("条", "建议"), ("项", "任务"), ("件", "提案")][random.between(0, 3) as usize];
    pair_with(random, other, wrong, |other| {
        format!(
            "座谈会收集到{total}{unit}{what}，全部登记造册。截至目前，{one}{unit}{what}已经落实，另外{other}{unit}{what}正在推进。"
        )
    })
}

fn money(random: &mut Random) -> ArticlePair {
    let (one, other) = (random.between(51, 99), random.between(41, 89));
    let wrong = if random.once_in(2) { other + random.between(3, 6) } else { other - random.between(3, 6) };
    let tenths = |number: u64| format!("{}.{}", number / 10, number % 10);
    let (first, second) =
        [("一期", "二期"), ("中央资金", "地方配套资金"), ("银行贷款", "自筹资金")][random.between(0, 2) as usize];
    let total = one + other;
    let template = random.between(0, 2);
    pair_with(random, other, wrong, |other| {
        let (total, one, other) = (tenths(total), tenths(one), tenths(other));
        match template {
            0 => format!("项目总投资{total}亿元，其中{first}{one}亿元，{second}{other}亿元。"),
            1 => format!("全部资金{total}亿元，其中{first}{one}亿元、{second}{other}亿元，已经到位。"),
            _ => format!("{first}{one}亿元、{second}{other}亿元，合计{total}亿元。"),
        }
    })
}

fn joint_count(random: &mut Random) -> ArticlePair {
    let (one, other) = (random.between(2, 9), random.between(2, 9));
    let total = one + other;
    let wrong = if random.once_in(2) { total + 1 } else { total + 2 };
    let (first, second, together) =
        [("市", "区", "市（区）"), ("市", "县", "市、县"), ("县", "区", "县（区）"), ("省", "市", "省市")]
            [random.between(0, 3) as usize];
    let template = random.between(0, 1);
    let clean = Article::generate(random);
    let at = random.between(0, 5) as usize;
    let with = |total: u64| {
        let lead = match template {
            0 => format!("联盟覆盖两地{total}个{together}，吸纳了一批骨干单位，影响不断扩大。"),
            _ => format!("来自{total}个{together}的代表参加活动，大家围绕合作畅谈感受。"),
        };
        let tail = format!(
            "他认为，活动打造了南部{}{first}、北部{}{second}开放合作的平台，值得总结推广。",
            hanzi(one).replace('两', "二"),
            hanzi(other).replace('两', "二")
        );
        clean.clone().with_paragraph(at, &tail).with_paragraph(at, &lead).text()
    };
    ArticlePair { clean: with(total), faulty: with(wrong) }
}

fn share(random: &mut Random) -> ArticlePair {
    let whole = random.between(40, 800);
    let part = random.between(whole / 5, whole * 4 / 5);
    let right = (1000 * part + whole / 2) / whole;
    let wrong = if random.once_in(2) { right + random.between(12, 90) } else { right - random.between(12, 90) };
    let (unit, what, some) = [
        ("户", "农户", "参加合作社的"),
        ("名", "职工", "持证上岗的"),
        ("家", "企业", "完成改造的"),
        ("人", "学员", "女学员"),
        ("个", "村", "通了天然气的"),
    ][random.between(0, 4) as usize];
    let template = random.between(0, 4);
    pair_with(random, right, wrong, |share| {
        let share = format!("{}.{}%", share / 10, share % 10);
        match template {
            0 => format!("全乡共有{what}{whole}{unit}，其中{some}{part}{unit}，占{share}。"),
            1 => format!("{whole}{unit}{what}中，{some}有{part}{unit}，占比{share}。"),
            2 => format!("调查的{whole}{unit}{what}里，{some}有{part}{unit}，占总数的{share}。"),
            3 => format!("{some}达到{part}{unit}，占{what}总数{whole}{unit}的{share}。"),
            _ => format!("现有{what}{whole}{unit}，{some}{part}{unit}，占比达到{share}。"),
        }
    })
}

fn rate(random: &mut Random) -> ArticlePair {
    let whole = random.between(60, 900);
    let part = random.between(whole / 2, whole - 3);
    let right = (1000 * part + whole / 2) / whole;
    let wrong = if random.once_in(2) { right + random.between(12, 60) } else { right - random.between(12, 60) };
    let wrong = wrong.clamp(10, 999);
    let wrong = if wrong.abs_diff(right) < 8 { right - 30 } else { wrong };
    let template = random.between(0, 4);
    pair_with(random, right, wrong, |share| {
        let share = format!("{}.{}%", share / 10, share % 10);
        match template {
            0 => format!("前期交办的{whole}个问题已办结{part}个，问题办结率{share}。"),
            1 => format!("共抽检产品{whole}批次，合格{part}批次，合格率为{share}。"),
            2 => format!("应到代表{whole}人，实到{part}人，到会率达{share}。").replace("实到", "到会"),
            3 => format!("今年发放问卷{whole}份，回收{part}份，回收率{share}。"),
            _ => format!("全区需要整改的隐患{whole}处，已整改{part}处，整改率达到{share}。"),
        }
    })
}

fn product(random: &mut Random) -> ArticlePair {
    let (price, count) = (random.between(11, 90), random.between(3, 60));
    let right = price * count;
    let wrong = right + count * random.between(2, 5);
    let template = random.between(0, 5);
    pair_with(random, right, wrong, |total| match template {
        0 => format!("合作社的脐橙每箱售价{price}元，当天卖出{count}箱，销售额{total}元。"),
        1 => format!("这批样书共{count}册，每册定价{price}元，总价{total}元。"),
        2 => format!("志愿者每人制作了{price}个灯笼，{count}人共完成{total}个。"),
        3 => format!("师傅说，饲料单价{price}元，昨天送了{count}袋，货款合计{total}元。"),
        4 => format!("大棚每亩产果{price}公斤，{count}亩总产量{total}公斤。"),
        _ => format!("水费按每吨{price}元收取，上月用水{count}吨，共支付{total}元。"),
    })
}

fn average(random: &mut Random) -> ArticlePair {
    let (count, right) = (random.between(3, 60), random.between(12, 90));
    let total = right * count;
    let wrong = right + random.between(2, 9);
    let template = random.between(0, 3);
    pair_with(random, right, wrong, |average| match template {
        0 => format!("{count}名学员一共完成作业{total}份，平均每人{average}份。"),
        1 => format!("全组{count}户共交售鲜茧{total}公斤，户均{average}公斤。"),
        2 => format!("{count}天里，场馆总计接待游客{total}人次，日均{average}人次。"),
        _ => format!("{count}家门店共卖出{total}台，平均每家{average}台。"),
    })
}

fn shares_of_vote(random: &mut Random) -> ArticlePair {
    let (yes, no) = (random.between(45, 70), random.between(11, 25));
    let right = 100 - yes - no;
    let wrong = right + random.between(6, 20);
    let template = random.between(0, 1);
    pair_with(random, right, wrong, |rest| match template {
        0 => format!("投票结果公布：赞成占{yes}%、反对占{no}%、弃权占{rest}%。"),
        _ => format!("网上意见中，支持占{yes}%，反对占{no}%，弃权占{rest}%。"),
    })
}

fn remaining_share(random: &mut Random) -> ArticlePair {
    let (one, other) = (random.between(31, 50), random.between(15, 30));
    let right = 100 - one - other;
    let wrong = if random.once_in(2) { right + random.between(5, 12) } else { right - random.between(5, 12) };
    let template = random.between(0, 1);
    pair_with(random, right, wrong, |rest| match template {
        0 => format!("门票收入占{one}%，餐饮收入占{other}%，其余{rest}%来自文创产品。"),
        _ => format!("资金中，财政补助占{one}%，企业出资占{other}%，剩余{rest}%由农户自筹。"),
    })
}

fn slip_in_sum(random: &mut Random) -> ArticlePair {
    let (one, other) = (random.between(1_012, 8_974), random.between(1_013, 8_975));
    let wrong = change_digit(random, other);
    let total = one + other;
    let template = random.between(0, 3);
    pair_with(random, other, wrong, |other| match template {
        0 => format!("展馆总建筑面积{total}平方米，其中一层展厅{one}平方米，二层展厅及仓库{other}平方米。"),
        1 => format!("全校{total}名学生（其中本科生{one}人，硕士、博士研究生{other}人）参加了测试。"),
        2 => format!("本周到馆{total}人次，包括散客{one}人次和团队游客{other}人次。"),
        _ => format!("东线运送{one}吨、西线运送{other}吨，总量{total}吨。"),
    })
}

fn growth(random: &mut Random) -> ArticlePair {
    let old = random.between(10, 90) * 10;
    let right = random.between(6, 95);
    let new = old * (100 + right) / 100;
    let new = if (old * (100 + right)).is_multiple_of(100) { new } else { old + old * right / 100 + 1 };
    // In tenths of a per cent.
    let right = ((new - old) * 1000 + old / 2) / old;
    let wrong = if random.once_in(2) { right + random.between(15, 200) } else { new * 1000 / old };
    let (unit, what) =
        [("家", "企业"), ("吨", "产量"), ("张", "床位"), ("个", "车位"), ("万元", "收入"), ("亩", "面积")]
            [random.between(0, 5) as usize];
    let template = random.between(0, 6);
    pair_with(random, right, wrong, |share| {
        let share = format!("{}.{}%", share / 10, share % 10);
        match template {
            0 => format!("几年来，当地{what}从{old}{unit}增加到{new}{unit}，增长{share}。"),
            1 => format!("{what}由原来的{old}{unit}提高到{new}{unit}，增幅达{share}。"),
            2 => format!("今年{what}达到{new}{unit}，比去年的{old}{unit}增长{share}。"),
            3 => format!("去年{what}为{old}{unit}，今年达到{new}{unit}，增长了{share}。"),
            4 => format!("{what}由2019年的{old}{unit}增至2023年的{new}{unit}，增长{share}。"),
            5 => format!("全年{what}{new}{unit}，较上年的{old}{unit}增加{share}。"),
            _ => format!("{what}从{old}{unit}扩大到现在的{new}{unit}，增加了{share}。"),
        }
    })
}

fn multiple(random: &mut Random) -> ArticlePair {
    let old = random.between(11, 60);
    let right = random.between(2, 6);
    let new = old * (right + 1);
    let wrong = right + 1;
    let (unit, what) =
        [("家", "农家乐"), ("个", "网点"), ("名", "技术员"), ("台", "充电桩")][random.between(0, 3) as usize];
    let template = random.between(0, 2);
    pair_with(random, right, wrong, |times| match template {
        0 => format!("{what}从{old}{unit}增加到{new}{unit}，增长{}倍。", hanzi(times)),
        1 => format!("{what}由{old}{unit}发展到{new}{unit}，增长了{times}倍。"),
        _ => format!("{what}从{old}{unit}增至{new}{unit}，是原来的{}倍。", times + 1),
    })
}

fn points(random: &mut Random) -> ArticlePair {
    let old = random.between(300, 700);
    let right = random.between(11, 150);
    let wrong = close_number(random, right) + 10;
    let new = old + right;
    let what = random.pick(&["参保率", "森林覆盖率", "入园率", "机械化率", "签约率"]);
    let tenths = |number: u64| format!("{}.{}", number / 10, number % 10);
    let template = random.between(0, 3);
    pair_with(random, right, wrong, |points| {
        let (old, new, points) = (tenths(old), tenths(new), tenths(points));
        match template {
            0 => format!("全县{what}从{old}%提高到{new}%，提高{points}个百分点。"),
            1 => format!("{what}由上年的{old}%上升至{new}%，上升了{points}个百分点。"),
            2 => format!("当地{what}由{old}%提升到{new}%，增加{points}个百分点。"),
            _ => format!("今年{what}达到{new}%，比去年的{old}%提高{points}个百分点。"),
        }
    })
}

fn difference(random: &mut Random) -> ArticlePair {
    let old = random.between(100, 900);
    let right = random.between(30, 500);
    let wrong = change_digit(random, right);
    let (unit, what) = [("张", "床位"), ("家", "门店"), ("个", "岗位"), ("公里", "管网"), ("元", "补贴标准")]
        [random.between(0, 4) as usize];
    let template = random.between(0, 2);
    let new = old + right;
    pair_with(random, right, wrong, |more| match template {
        0 => format!("{what}从{old}{unit}增加到{new}{unit}，增加{more}{unit}。"),
        1 => format!("{what}由{old}{unit}提高到{new}{unit}，提高了{more}{unit}。"),
        _ => format!("去年{what}{old}{unit}，今年达到{new}{unit}，净增{more}{unit}。"),
    })
}

fn doubling(random: &mut Random) -> ArticlePair {
    let old = random.between(2, 9) * 100;
    let (right, wrong) = if random.once_in(2) { (1, 2) } else { (2, 3) };
    let new = old << right;
    let template = random.between(0, 1);
    pair_with(random, right, wrong, |times| {
        let times = ["", "一", "两", "三"][times as usize];
        match template {
            0 => format!("村集体收入从{old}万元增加到{new}万元，翻了{times}番。"),
            _ => format!("产值由{old}万元增至{new}万元，翻{times}番。"),
        }
    })
}

fn days(random: &mut Random) -> ArticlePair {
    let month = random.between(1, 12);
    let first = random.between(1, 15);
    let right = random.between(2, 9);
    let last = first + right - 1;
    let wrong = if random.once_in(2) { right + random.between(1, 3) } else { right + 2 };
    let what = random.pick(&["展览", "培训", "比赛", "会议", "文化节"]).to_owned();
    let place = place(random);
    let template = random.between(0, 5);
    pair_with(random, right, wrong, |days| match template {
        0 => format!("{what}于{month}月{first}日至{last}日在{place}举行，为期{days}天。"),
        1 => format!("{month}月{first}日—{last}日，{what}在{place}举行。在为期{days}天的活动中，大家交流经验。"),
        2 => format!("{what}将从{month}月{first}日持续到{month}月{last}日，为期{}天。", hanzi_to_20(days)),
        3 => format!("为期{days}天的{what}{month}月{first}日至{last}日在{place}举办。"),
        4 => format!("{month}月{first}日至{last}日，{place}举办{what}。{what}为期{days}天，吸引不少市民。"),
        _ => format!("{what}时间为{month}月{first}—{last}日，会期{days}天。"),
    })
}

/// Returns a number from 0 to 20 as a Chinese numeral.
fn hanzi_to_20(number: u64) -> String {
    if number <= 10 { hanzi(number).to_owned() } else { format!("十{}", hanzi(number - 10).replace('两', "二")) }
}

fn years(random: &mut Random) -> ArticlePair {
    let first = random.between(2012, 2020);
    let right = random.between(3, 6);
    let last = first + right - 1;
    let wrong = right + random.between(3, 5);
    let template = random.between(0, 2);
    pair_with(random, right, wrong, |years| match template {
        0 => format!("{first}年至{last}年，当地开展环境整治，为期{years}年。"),
        1 => format!("行动自{first}年至{last}年实施，历时{}年。", hanzi_to_20(years)),
        _ => format!("规划期为{first}—{last}年，为期{}年。", hanzi_to_20(years)),
    })
}

/// Returns the weekday of a date between 2001 and 2099, counted from Monday as 0.
pub fn weekday_of(year: u64, month: u64, day: u64) -> usize {
    const DAYS_BEFORE_MONTH: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let is_leap = |year: u64| year.is_multiple_of(4);
    // 1 January 2001 was a Monday.
    let days_before_year: u64 = (2001..year).map(|year| 365 + u64::from(is_leap(year))).sum();
    let leap_day = u64::from(is_leap(year) && month > 2);
    let days = days_before_year + DAYS_BEFORE_MONTH[month as usize - 1] + leap_day + day - 1;
    days as usize % 7
}

fn weekday(random: &mut Random) -> ArticlePair {
    const DAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let (year, month, day) = (random.between(2015, 2026), random.between(1, 12), random.between(1, 28));
    let right = weekday_of(year, month, day);
    let wrong = (right + random.between(1, 6) as usize) % 7;
    let template = random.between(0, 4);
    pair_with(random, right, wrong, |weekday| {
        let weekday = DAYS[weekday];
        match template {
            0 => format!("发布会定于{year}年{month}月{day}日（星期{weekday}）举行，欢迎参加。"),
            1 => format!("{year}年{month}月{day}日（周{weekday}），新馆正式开放。"),
            2 => format!("开馆时间为{year}年{month}月{day}日，星期{weekday}，市民可以预约。"),
            _ => format!("{year}年{month}月{day}日星期{weekday}上午，新路通车。"),
        }
    })
}

fn date_order(random: &mut Random) -> ArticlePair {
    let month = random.between(1, 12);
    let first = random.between(1, 14);
    let last = first + random.between(2, 12);
    let year = random.between(2010, 2020);
    let template = random.between(0, 3);
    let years = random.between(2, 5);
    pair_with(
        random,
        (first, last, year, year + years),
        (last, first, year + years, year),
        |(first, last, begin, end)| match template {
            0 => format!("展览将于{month}月{first}日至{last}日举行，市民可以免费参观。"),
            1 => format!("{month}月{first}—{last}日，道路封闭施工，请绕行。"),
            2 => format!("工程自{begin}年至{end}年实施，沿线群众出行更加方便。"),
            _ => format!("报名时间为{month}月{first}日—{month}月{last}日，逾期不候。"),
        },
    )
}

fn age(random: &mut Random) -> ArticlePair {
    let year = random.between(2015, 2026);
    let right = random.between(22, 88);
    let birth = year - right;
    let wrong = if random.once_in(2) { right + random.between(2, 12) } else { right - random.between(2, 12) };
    let name = name(random);
    let month = random.between(1, 12);
    let template = random.between(0, 4);
    pair_with(random, right, wrong, |age| match template {
        0 => format!("{year}年{month}月，记者见到了{birth}年出生的{name}。他今年{age}岁，精神很好。"),
        1 => format!("{birth}年出生的{name}今年{age}岁，{year}年春天当选为村主任。"),
        2 => format!("{year}年，{name}成为社区志愿者。{name}生于{birth}年，现年{age}岁。"),
        3 => format!("{name}，{birth}年{month}月出生，现年{age}岁，{year}年被评为先进工作者。"),
        _ => format!("{year}年的一天，出生于{birth}年的{name}来到现场。今年{age}岁的{name}是老党员。"),
    })
}

fn anniversary(random: &mut Random) -> ArticlePair {
    let year = random.between(2015, 2026);
    let right = random.between(2, 15) * 5;
    let wrong = if random.once_in(2) { right + 5 } else { right + 10 };
    let begin = year - right;
    let organisation = organisation(random);
    let template = random.between(0, 2);
    pair_with(random, right, wrong, |years| match template {
        0 => format!("{year}年春天，{begin}年成立的{organisation}迎来{years}周年。"),
        1 => format!("{organisation}成立于{begin}年，今年迎来成立{years}周年，{year}年的系列活动已经启动。"),
        _ => format!("{year}年5月，始建于{begin}年的{organisation}旧址恰逢{years}周年。"),
    })
}

/// Generates an article with this headline, and `clean` in one version and `faulty` in the other as a paragraph.
fn pair_with_headline(random: &mut Random, headline: String, clean: &str, faulty: &str) -> ArticlePair {
    let article = Article { headline, ..Article::generate(random) };
    let at = random.between(0, 3) as usize;
    ArticlePair {
        clean: article.clone().with_paragraph(at, clean).text(),
        faulty: article.with_paragraph(at, faulty).text(),
    }
}

fn headline_money(random: &mut Random) -> ArticlePair {
    let right = random.between(11, 98);
    let right = if right.is_multiple_of(10) { right + 3 } else { right };
    let place = place(random);
    let (what, where_) = [("服务外包产业", "产值"), ("旅游", "收入"), ("特色农业", "产值"), ("文化产业", "营业收入")]
        [random.between(0, 3) as usize];
    let headline = format!("{place}{what}实现{where_}{right}亿元");
    let text = |figure: &str| format!("今年以来，{place}加快项目建设，{what}实现{where_}{figure}亿元，走在前列。");
    let clean = text(&right.to_string());
    let wrong = match random.between(0, 2) {
        0 => format!("{}.{}", right / 10, right % 10),
        1 => (right * 10).to_string(),
        _ => (right / 10 + right % 10 * 10).to_string(),
    };
    let wrong = if wrong == right.to_string() { (right + 1).to_string() } else { wrong };
    pair_with_headline(random, headline, &clean, &text(&wrong))
}

fn headline_count(random: &mut Random) -> ArticlePair {
    let right = random.between(21, 98);
    let wrong = change_digit(random, right);
    let wrong = if wrong < 10 { right + 1 } else { wrong };
    let place = place(random);
    let (unit, what, verb) = [
        ("个", "重点项目", "集中开工"),
        ("名", "选手", "参加技能比赛"),
        ("家", "企业", "入驻产业园"),
        ("项", "便民措施", "落地见效"),
    ][random.between(0, 3) as usize];
    let headline = format!("{place}{right}{unit}{what}{verb}");
    let text = |count: u64| format!("昨天，{place}{count}{unit}{what}{verb}，现场气氛热烈。");
    pair_with_headline(random, headline, &text(right), &text(wrong))
}

fn list_after_count(random: &mut Random) -> ArticlePair {
    let right = random.between(3, 6);
    let wrong = if random.once_in(2) || right == 3 { right + 1 } else { right - 1 };
    let items = random
        .sample(right as usize, &["稳增长", "促改革", "调结构", "惠民生", "防风险", "保安全", "优环境", "强队伍"]);
    let quoted: String = items.iter().map(|item| format!("“{item}”")).collect();
    let listed = items.join("、");
    let template = random.between(0, 3);
    pair_with(random, right, wrong, |count| match template {
        0 => format!("下一步要抓住{}个重点：{listed}。", hanzi(count)),
        1 => format!("展览分为{count}个单元：{quoted}。"),
        2 => format!("方案明确了以下{}项任务：{listed}。", hanzi(count)),
        _ => format!("会议提出{}个方面的要求：{}。", hanzi(count), items.join("；")),
    })
}

fn list_before_count(random: &mut Random) -> ArticlePair {
    let right = random.between(3, 6);
    let wrong = if random.once_in(2) || right == 3 { right + 1 } else { right - 1 };
    let names = places(random, right as usize);
    let unit = random.pick(&["市", "县", "区"]);
    let (last, rest) = names.split_last().unwrap();
    let (comma, and) = (names.join("、"), format!("{}和{last}", rest.join("、")));
    let template = random.between(0, 2);
    pair_with(random, right, wrong, |count| match template {
        0 => format!("{comma}{}{unit}共同签署了合作协议。", hanzi(count)),
        1 => format!("昨天，{and}{}{unit}联合举办了推介会。", hanzi(count)),
        _ => format!("参加演练的有{comma}{}{unit}，现场秩序井然。", hanzi(count)),
    })
}

fn number_of_points(random: &mut Random) -> ArticlePair {
    let right = random.between(3, 5);
    let wrong = if random.once_in(2) { right + 1 } else { right - 1 };
    let actions = ["压实责任", "强化宣传", "加强督导", "完善机制", "严格考核"];
    let point_template = random.between(0, 2);
    let chain: Vec<String> = (1..=right)
        .map(|index| {
            let action = actions[index as usize - 1];
            let number = hanzi(index).replace('两', "二");
            match point_template {
                0 => format!("{number}是{action}"),
                1 => format!("{number}是要{action}，做到落地见效"),
                _ => format!("第{number}，{action}"),
            }
        })
        .collect();
    let (name, title, says) = (name(random), title(random), speech_verb(random));
    let template = random.between(0, 2);
    let chain = chain.join(if point_template == 0 { "；" } else { "。" });
    pair_with(random, right, wrong, |count| match template {
        0 => format!("会议提出{}点要求：{chain}。", hanzi(count)),
        1 => format!("{title}{name}{says}，下一步要做好{}项工作。{chain}。", hanzi(count)),
        _ => format!("围绕这一目标，当地从{}个方面入手：{chain}。", hanzi(count)),
    })
}

fn missing_point(random: &mut Random) -> ArticlePair {
    let point_template = random.between(0, 3);
    let missing = random.between(2, 3) as usize;
    let actions = ["摸清底数", "分类施策", "跟踪问效", "总结推广"];
    let says = speech_verb(random);
    pair_with(random, 0, missing, |missing| {
        let numbers: Vec<usize> =
            (1..=actions.len() + usize::from(missing > 0)).filter(|number| *number != missing).collect();
        let chain: Vec<String> = numbers
            .iter()
            .zip(actions)
            .map(|(number, action)| {
                let hanzi = ["", "一", "二", "三", "四", "五"][*number];
                match point_template {
                    0 => format!("{hanzi}是{action}"),
                    1 => format!("第{hanzi}，{action}"),
                    2 => format!("（{number}）{action}"),
                    _ => format!("其{hanzi}，{action}"),
                }
            })
            .collect();
        format!("负责人{says}，工作按步骤推进：{}。", chain.join("；"))
    })
}

fn gloss(random: &mut Random) -> ArticlePair {
    let right = random.between(2, 9);
    let template = random.between(0, 3);
    // 三成 is what 31 % are about.
    let wrong = right * 10 + if template == 3 { random.between(6, 9) } else { random.between(1, 9) };
    let tens = ["", "", "二十", "三十", "四十", "五十", "六十", "七十", "八十", "九十"][right as usize];
    pair_with(random, right * 10, wrong, |figure| match template {
        0 => format!("调查显示，百分之{tens}（{figure}%）的受访者表示满意。"),
        1 => format!("投标保证金为{tens}万元（{figure}万元），请按时缴纳。"),
        2 => format!("计划用{tens}天（{figure}天）完成全部整改。"),
        _ => format!("{}成（{figure}%）以上的农户加入了合作社。", hanzi(right).replace('两', "二")),
    })
}

fn conversion(random: &mut Random) -> ArticlePair {
    let base = random.between(2, 40) * 3;
    let template = random.between(0, 4);
    let wrong = if random.once_in(2) { 10 } else { 2 };
    pair_with(random, 1, wrong, |times| match template {
        0 => format!("村里流转土地{}亩（约{}公顷），种上了高粱。", base * 5 * 10, base * 10 / 3 * times),
        1 => format!("新修的步道全长{base}公里（{}米），沿河而建。", base * 1000 * times),
        2 => format!("每筐重{}斤（{}公斤），装车发往外地。", base * 2, base * times),
        3 => format!("水库面积{base}平方公里，合{}公顷。", base * 100 * times),
        _ => format!("每亩增收{base}万元（{}元），农户干劲更足。", base * 10000 * times),
    })
}
