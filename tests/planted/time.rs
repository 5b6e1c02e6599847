//! Planted errors in dates, lengths of time, ages, anniversaries and sessions.

use crate::article::name;
use crate::fact::{hanzi, pair_with, weekday_of};
use crate::{ArticlePair, Fault, Random};

/// The kinds of errors that rules on time detect.
pub const FAULTS: &[Fault] = &[
    Fault { kind: "weekday of a date told by another", rule: "number/weekday", plant: weekday_of_reference },
    Fault { kind: "years between two years", rule: "fact/duration", plant: years_between },
    Fault { kind: "days from opening to closing", rule: "fact/duration", plant: days_of_event },
    Fault { kind: "an end before its beginning", rule: "fact/date-order", plant: event_order },
    Fault { kind: "age in a year", rule: "fact/age", plant: age_in_year },
    Fault { kind: "years of a life", rule: "fact/age", plant: life },
    Fault { kind: "anniversary of a known event", rule: "fact/anniversary", plant: known_anniversary },
    Fault { kind: "session of a known series", rule: "fact/session", plant: session },
    Fault { kind: "session before or after another", rule: "fact/session", plant: neighbour_session },
    Fault { kind: "hours in the wrong order", rule: "fact/date-order", plant: hours_order },
    Fault { kind: "hours between two times", rule: "fact/duration", plant: hours_between },
    Fault { kind: "years running in a period", rule: "fact/duration", plant: years_running },
];

fn weekday_of_reference(random: &mut Random) -> ArticlePair {
    const DAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let (year, month, day) = (random.between(2008, 2025), random.between(1, 12), random.between(1, 27));
    let template = random.between(0, 3);
    let (of_year, of_day) = match template {
        1 => (year + 1, day),
        3 => (year, day + 1),
        _ => (year, day),
    };
    let right = weekday_of(of_year, month, of_day);
    let wrong = (right + random.between(1, 6) as usize) % 7;
    pair_with(random, right, wrong, |weekday| {
        let weekday = DAYS[weekday];
        match template {
            0 => format!("{year}年，合作社挂牌成立。同年{month}月{day}日（星期{weekday}），首批产品上市。"),
            1 => format!("{year}年5月，工程开工。次年{month}月{day}日（周{weekday}），主体封顶。"),
            2 => format!("协议于{year}年{month}月签署，当月{day}日（星期{weekday}）生效。"),
            _ => format!("{year}年{month}月{day}日，列车发车。次日（星期{weekday}）清晨抵达。"),
        }
    })
}

fn years_between(random: &mut Random) -> ArticlePair {
    let first = random.between(1960, 2005);
    let right = random.between(5, 12);
    let last = first + right;
    let wrong = right + random.between(3, 6);
    let template = random.between(0, 5);
    pair_with(random, right, wrong, |years| match template {
        0 => format!("从{first}年到{last}年的{years}年间，全县造林面积不断增加。"),
        1 => format!("{first}年至{last}年，{years}年间，他先后三次修订书稿。"),
        2 => format!("水库于{first}年开工，{last}年竣工，历时{years}年。"),
        3 => format!("{last}年，时隔{years}年，他再次登上{first}年到过的小岛。"),
        4 => format!("{first}年离开故乡，{last}年才回来，一别{years}年。"),
        _ => format!("从{first}年的12家到{last}年的340家，{years}年时间，企业越来越多。"),
    })
}

fn days_of_event(random: &mut Random) -> ArticlePair {
    let (month, first, right) = (random.between(1, 12), random.between(3, 18), random.between(4, 9));
    let last = first + right - 1;
    let wrong = right + random.between(2, 4);
    let template = random.between(0, 3);
    pair_with(random, right, wrong, |days| match template {
        0 => format!("茶博会{month}月{first}日开幕，{month}月{last}日闭幕，为期{days}天。"),
        1 => format!("画展于{month}月{first}日开展，{last}日结束，展期{days}天。"),
        2 => format!("培训班{month}月{first}日开班，{last}日结业，为期{days}天。"),
        _ => format!("比赛{month}月{first}日开赛，{month}月{last}日落幕，历时{days}天。"),
    })
}

fn event_order(random: &mut Random) -> ArticlePair {
    let (year, month) = (random.between(1960, 2000), random.between(1, 12));
    let (first, last) = (random.between(1, 13), random.between(14, 28));
    let template = random.between(0, 4);
    let name = name(random);
    pair_with(random, (first, last), (last, first), |(one, other)| match template {
        0 => format!("展览将于{month}月{one}日开幕，{month}月{other}日闭幕。"),
        1 => format!("赛事{month}月{one}日开赛，{month}月{other}日落幕。"),
        2 => format!("水库{}年开工，{}年竣工。", year + one, year + other),
        3 => format!("{name}{}年入学，{}年毕业。", year + one, year + other),
        _ => format!("{name}生于{}年，{}年去世。", year + one, year + other),
    })
}

fn age_in_year(random: &mut Random) -> ArticlePair {
    let birth = random.between(1935, 1980);
    let right = random.between(20, 60);
    let year = birth + right;
    let wrong = right + random.between(3, 9);
    let name = name(random);
    let template = random.between(0, 4);
    pair_with(random, right, wrong, |age| match template {
        0 => format!("{name}{birth}年出生，{year}年退休时{age}岁。"),
        1 => format!("{birth}年出生的{name}，{year}年当选劳动模范，时年{age}岁。"),
        2 => format!("{name}，{birth}年3月出生，农民。{year}年，{age}岁的他开始学习电脑。"),
        3 => format!("{birth}年，{name}出生在江城。{year}年，他{age}岁时离开家乡。"),
        _ => format!("{}年，18岁的{name}进厂当学徒；{year}年，{age}岁的他当上厂长。", birth + 18),
    })
}

fn life(random: &mut Random) -> ArticlePair {
    let birth = random.between(1850, 1930);
    let right = random.between(45, 88);
    let death = birth + right;
    let wrong = if random.once_in(2) { right + random.between(4, 9) } else { right - random.between(4, 9) };
    let name = name(random);
    let template = random.between(0, 2);
    pair_with(random, right, wrong, |age| match template {
        0 => format!("{name}（{birth}—{death}），画家，享年{age}岁。"),
        1 => format!("{name}生于{birth}年，{death}年去世，享年{age}岁。"),
        _ => format!("{name}{birth}年出生，{death}年因病逝世，终年{age}岁。"),
    })
}

fn known_anniversary(random: &mut Random) -> ArticlePair {
    let (event, begin) =
        [("建党", 1921), ("新中国成立", 1949), ("改革开放", 1978), ("香港回归祖国", 1997), ("抗战胜利", 1945)]
            [random.between(0, 4) as usize];
    let right = random.between(2, 5) * 5;
    let year = begin + right;
    let wrong = if random.once_in(2) { right + 5 } else { right - 3 };
    let template = random.between(0, 2);
    pair_with(random, right, wrong, |years| match template {
        0 => format!("{year}年是{event}{years}周年，各地开展了系列活动。"),
        1 => format!("{year}年，正值{event}{years}周年，老战士们再次相聚。"),
        _ => format!("{year}年恰逢{event}{years}周年。"),
    })
}

fn session(random: &mut Random) -> ArticlePair {
    let more = random.between(0, 4);
    let (before, name, number, year) = [
        ("第", "届冬奥会", 20 + more, 2006 + 4 * more),
        ("第", "届进博会", 2 + more, 2019 + more),
        ("党的", "大", 16 + more, 2002 + 5 * more),
    ][random.between(0, 2) as usize];
    let wrong = if random.once_in(2) { number + 1 } else { number - 1 };
    let template = random.between(0, 1);
    pair_with(random, number, wrong, |number| {
        let session = format!("{before}{}{name}", hanzi_to_29(number));
        match template {
            0 => format!("{year}年，{session}召开，他作为志愿者全程参与。"),
            _ => format!("{year}年{session}期间，城市面貌焕然一新。"),
        }
    })
}

fn neighbour_session(random: &mut Random) -> ArticlePair {
    let number = random.between(4, 28);
    let template = random.between(0, 3);
    let (right, wrong) = if template == 2 { (number + 1, number - 1) } else { (number - 1, number - 2) };
    pair_with(random, right, wrong, |other| {
        let [number, other] = [number, other].map(hanzi_to_29);
        match template {
            0 => format!("第{number}届江城茶博会昨天开幕，上一届（第{other}届）有八十家企业参展。"),
            1 => format!("与上届即第{other}届相比，第{number}届江城茶博会更加热闹。"),
            2 => format!("第{number}届江城茶博会闭幕，下一届即第{other}届将在邻县举行。"),
            _ => format!("昨天开幕的是第{number}届江城书展，上一届是第{other}届。"),
        }
    })
}

fn hours_order(random: &mut Random) -> ArticlePair {
    let (first, last) = (random.between(7, 10), random.between(15, 21));
    let template = random.between(0, 3);
    pair_with(random, (first, last), (last, first), |(one, other)| match template {
        0 => format!("咨询时间为{one}时至{other}时，市民可以来电。"),
        1 => format!("美术馆{one}:00至{other}:30开放，不收门票。"),
        2 => format!("报名每日{one}:00—{other}:00进行，逾期不再受理。"),
        _ => format!("服务窗口{one}时到{other}时办理业务。"),
    })
}

fn hours_between(random: &mut Random) -> ArticlePair {
    let (first, right) = (random.between(6, 11), random.between(3, 9));
    let last = first + right;
    let wrong = right + random.between(1, 3);
    let template = random.between(0, 3);
    pair_with(random, right, wrong, |hours| match template {
        0 => format!("手术从{first}时持续到{last}时，历时{hours}小时。"),
        1 => format!("列车{first}时20分发车，{last}时35分到达，全程{hours}小时15分。"),
        2 => format!("{first}:00至{last}:00，抢修队连续奋战{hours}小时。"),
        _ => format!("从{first}时到{last}时，{hours}小时里他没有离开岗位。"),
    })
}

fn years_running(random: &mut Random) -> ArticlePair {
    let (first, right) = (random.between(1990, 2010), random.between(4, 9));
    let last = first + right - 1;
    let wrong = right + random.between(3, 6);
    let template = random.between(0, 3);
    pair_with(random, right, wrong, |years| match template {
        0 => format!("{first}年至{last}年，全县夏粮连续{years}年丰收。"),
        1 => format!("从{first}年到{last}年，合作社连续{years}年盈利。"),
        2 => format!("{first}年到{last}年连续{years}年，这个班组被评为先进。"),
        _ => format!("他{first}年至{last}年连续{years}年获评优秀党员。"),
    })
}

/// Returns a number from 1 to 29 as a Chinese numeral.
fn hanzi_to_29(number: u64) -> String {
    let unit = if number.is_multiple_of(10) { "" } else { hanzi(number % 10) }.replace('两', "二");
    match number / 10 {
        0 => unit,
        1 => format!("十{unit}"),
        _ => format!("二十{unit}"),
    }
}
