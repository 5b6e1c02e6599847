//! Planted errors in prices, rents and lists with their counts.

use crate::fact::{hanzi, pair_with};
use crate::{ArticlePair, Fault, Random};

/// The kinds of errors that rules on figures detect beside those in `fact`.
pub const FAULTS: &[Fault] = &[
    Fault { kind: "a discount", rule: "fact/discount", plant: discount },
    Fault { kind: "a price reduction", rule: "fact/discount", plant: reduction },
    Fault { kind: "a rent for a time", rule: "fact/product", plant: rent },
    Fault { kind: "a list of places with their units", rule: "fact/list-count", plant: list_with_units },
    Fault { kind: "a list of short names", rule: "fact/list-count", plant: short_names },
];

fn discount(random: &mut Random) -> ArticlePair {
    let tenths = random.between(5, 9);
    let old = random.between(6, 90) * 10;
    let wrong = if tenths == 9 { 7 } else { tenths + 1 };
    let template = random.between(0, 3);
    pair_with(random, tenths, wrong, |by| {
        let new = old * tenths / 10;
        let numeral = hanzi(by);
        match template {
            0 => format!("演出票原价{old}元，现在打{by}折，只需{new}元。"),
            1 => format!("换装服务原价{old}元，新春优惠价{new}元，相当于打{numeral}折。"),
            2 => format!("这套书打{numeral}折，定价{old}元，现价{new}元。"),
            _ => format!("商场里的外套标价{old}元，{by}折后只卖{new}元。"),
        }
    })
}

fn reduction(random: &mut Random) -> ArticlePair {
    let (less, new) = (random.between(2, 30) * 10, random.between(31, 400) * 10);
    let old = new + less;
    let wrong = less + 10 * random.between(1, 8);
    let template = random.between(0, 3);
    pair_with(random, less, wrong, |less| match template {
        0 => format!("洗衣机原价{old}元，优惠后{new}元，可省{less}元。"),
        1 => format!("这款手机售价{old}元，立减{less}元，到手价{new}元。"),
        2 => format!("平台提供优惠，耳机原价{old}元，券后价{new}元，便宜{less}元。"),
        _ => format!("早鸟票优惠{less}元，由{old}元降为{new}元。"),
    })
}

fn rent(random: &mut Random) -> ArticlePair {
    let (rate, count) = (random.between(12, 90), random.between(11, 90) * 10);
    let template = random.between(0, 3);
    let right = rate * count * if template < 2 { 12 } else { 1 };
    let wrong = right + 10u64.pow(random.between(1, 3) as u32);
    pair_with(random, right, wrong, |total| match template {
        0 => format!("铺面每平方米每月{rate}元，共{count}平方米，年租金{total}元。"),
        1 => format!("他租下{count}平方米的厂房，月租金每平方米{rate}元，一年租金{total}元。"),
        2 => format!("合作社流转土地{count}亩，每亩每年租金{rate}元，年租金共计{total}元。"),
        _ => format!("写字楼月租金每平方米{rate}元，公司租用{count}平方米，每月租金{total}元。"),
    })
}

/// Returns a number near `right`, at least two and at most nine.
fn other_count(random: &mut Random, right: u64) -> u64 {
    if right < 4 || random.once_in(2) { right + random.between(1, 2) } else { right - 1 }
}

fn list_with_units(random: &mut Random) -> ArticlePair {
    const CITIES: &[&str] = &["新余", "吉安", "太原", "忻州", "济南", "潍坊", "德阳", "绵阳", "广州", "珠海"];
    let right = random.between(2, 6);
    let wrong = other_count(random, right);
    let mut cities: Vec<String> = random.sample(right as usize, CITIES).into_iter().map(str::to_owned).collect();
    cities[random.between(0, right - 1) as usize].push('市');
    if cities.last().is_some_and(|last| last.ends_with('市')) {
        cities.rotate_right(1);
    }
    let list = cities.join("、");
    let template = random.between(0, 2);
    pair_with(random, right, wrong, |count| match template {
        0 => format!("{list}{}市签订了合作协议。", hanzi(count)),
        1 => format!("这次降雨波及{list}{}市，没有人员伤亡。", hanzi(count)),
        _ => format!("记者走访了{list}{}市的农贸市场。", hanzi(count)),
    })
}

fn short_names(random: &mut Random) -> ArticlePair {
    let (names, right) =
        [("沪苏浙皖", "三省一市"), ("湘赣", "两省"), ("鄂湘赣", "三省"), ("京津冀", "三地"), ("川渝", "两地")]
            [random.between(0, 4) as usize];
    let wrong = right.replacen(['两', '三'], if random.once_in(2) { "四" } else { "五" }, 1);
    let template = random.between(0, 2);
    pair_with(random, right.to_owned(), wrong, |count| match template {
        0 => format!("今年上半年，{names}{count}往来更加密切。"),
        1 => format!("专家组深入{names}{count}考察。"),
        _ => format!("协议在{names}{count}同步签署。"),
    })
}
