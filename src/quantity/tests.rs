//! Tests of the scanner: each form in which a newspaper writes a quantity.

use proptest::prelude::*;

use super::*;

/// Returns the exact value of the only quantity in `text`.
fn value(text: &str) -> Option<String> {
    let found = scan(text);
    let [quantity] = found.as_slice() else { return None };
    quantity.number.value.exact().map(|value| value.normalize().to_string())
}

#[test]
fn reads_the_value_of_every_form_of_number() {
    for (text, expected) in [
        ("350个", "350"),
        ("1,234,567元", "1234567"),
        ("12.5%", "12.5"),
        ("三百五十人", "350"),
        ("三千零五个", "3005"),
        ("一万二千亩", "12000"),
        ("三亿四千万元", "340000000"),
        ("3.45亿元", "345000000"),
        ("3.45万亿元", "3450000000000"),
        ("4亿5600万元", "456000000"),
        ("3千元", "3000"),
        ("3千瓦", "3"),
        ("10余万人", "100000"),
        ("十余万人", "100000"),
        ("一百多万吨", "1000000"),
        ("三点五亿元", "350000000"),
        ("百分之六十三点五", "63.5"),
        ("八成", "8"),
        ("近千名", "1000"),
        ("一半", "0.5"),
        ("两个多小时", "2"),
        ("2.5个百分点", "2.5"),
        ("二〇二三年", "2023"),
        ("2023年11月1日", "2023"),
        ("15时40分", "15"),
    ] {
        assert_eq!(value(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn ignores_words_names_and_codes() {
    for text in ["统一", "一些", "万一", "歼-20", "3-2-11", "0832-2022222", "BF.7", "2023.1.0", "T20系列", "一下子"]
    {
        assert_eq!(scan(text), vec![], "{text}");
    }
}

#[test]
fn distinguishes_approximate_pairs_and_vague_numbers() {
    let of = |text: &str| scan(text).first().map(|quantity| quantity.number.value);
    let between = |low: i64, high: i64| Some(NumericValue::Between(Decimal::from(low), Decimal::from(high)));
    assert_eq!(of("三四个"), between(3, 4));
    assert_eq!(of("十五六岁"), between(15, 16));
    assert_eq!(of("七八十人"), between(70, 80));
    assert_eq!(of("两三百米"), between(200, 300));
    for text in ["几十人", "十几个", "数百名", "几百万元"] {
        assert_eq!(of(text), Some(NumericValue::Vague), "{text}");
    }
}

#[test]
fn finds_qualifiers_units_and_ranges() {
    let text = "已有近3000多个项目，年产13亿～17亿元，约5—10%左右。";
    let found = scan(text);
    let qualifiers: Vec<Vec<(&str, Sense)>> = found
        .iter()
        .map(|quantity| quantity.qualifiers.iter().map(|it| (it.span.of(text), it.sense)).collect())
        .collect();
    assert_eq!(
        qualifiers,
        [vec![("近", Sense::Below), ("多", Sense::Over)], vec![], vec![("约", Sense::About), ("左右", Sense::About)]]
    );
    let units: Vec<&str> = found.iter().map(|quantity| quantity.unit.unwrap().0.of(text)).collect();
    assert_eq!(units, ["个", "元", "%"]);
    let cores: Vec<&str> = found.iter().map(|quantity| quantity.core().of(text)).collect();
    assert_eq!(cores, ["3000多个", "13亿～17亿元", "5—10%"]);
    let uppers: Vec<Option<String>> =
        found.iter().map(|quantity| Some(quantity.upper.as_ref()?.number.value.exact()?.to_string())).collect();
    assert_eq!(uppers, [None, Some("1700000000".to_owned()), Some("10".to_owned())]);
}

#[test]
fn converts_values_to_base_units() {
    let base = |text: &str| scan(text)[0].in_base().map(|value| value.normalize().to_string());
    assert_eq!(base("3公里"), Some("3000".to_owned()));
    assert_eq!(base("2.5吨"), Some("2500000".to_owned()));
    assert_eq!(base("3—5公里"), None);
}

#[test]
fn reads_dates_and_times() {
    let date = |text: &str| scan(text)[0].date();
    let of = |year, month, day| Some(Date { year, month, day, is_of_another_calendar: false });
    assert_eq!(date("2023年11月1日"), of(Some(2023), Some(11), Some(1)));
    assert_eq!(date("2023-11-01"), of(Some(2023), Some(11), Some(1)));
    assert_eq!(date("11月1—5日"), of(None, Some(11), Some(1)));
    assert_eq!(date("2021—2025年"), of(Some(2021), None, None));
    assert_eq!(date("二〇二三年十一月一日"), of(Some(2023), Some(11), Some(1)));
    assert!(date("农历八月十五日").unwrap().is_of_another_calendar);
    assert_eq!(date("20年"), None);
    assert_eq!(date("2023年11月1日").unwrap().weekday(), Some(2));
    assert_eq!(date("2024年2月29日").unwrap().weekday(), Some(3));
    assert_eq!(date("2023年2月29日").unwrap().weekday(), None);
    for (text, hour, minute) in
        [("15时40分", 15, Some(40)), ("15:40", 15, Some(40)), ("下午3时", 3, None), ("下午三点半", 3, Some(30))]
    {
        let QuantityKind::Time(time) = scan(text)[0].kind else { panic!("{text} is not a time") };
        assert_eq!(
            (time.hour, time.minute, time.part_of_day.is_some()),
            (hour, minute, text.starts_with('下')),
            "{text}"
        );
    }
}

/// Writes a whole number in 汉字.
fn chinese(number: u64) -> String {
    fn below_ten_thousand(number: u64) -> String {
        let mut out = String::new();
        let mut zero_pending = false;
        for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let digit = number / unit % 10;
            if digit == 0 {
                zero_pending = !out.is_empty();
                continue;
            }
            if zero_pending {
                out.push('零');
                zero_pending = false;
            }
            out.extend("零一二三四五六七八九".chars().nth(digit as usize));
            out += name;
        }
        out
    }
    let mut out = String::new();
    for (unit, name) in [(100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let section = number / unit % 10_000;
        if section == 0 {
            continue;
        }
        if !out.is_empty() && section < 1000 {
            out.push('零');
        }
        out += &below_ten_thousand(section);
        out += name;
    }
    out
}

/// Writes a number in Arabic digits with commas between groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

proptest! {
    #[test]
    fn all_forms_of_a_number_have_the_same_value(number in 10u64..1_000_000_000_000) {
        let scaled = |power: u32| Decimal::from_i128_with_scale(i128::from(number), power).normalize();
        for written in [
            number.to_string(),
            grouped(number),
            chinese(number),
            format!("{}万", scaled(4)),
            format!("{}亿", scaled(8)),
        ] {
            let text = format!("共有{written}吨。");
            let found = scan(&text);
            prop_assert_eq!(found.len(), 1, "{}", text);
            prop_assert_eq!(found[0].number.value.exact().map(|value| value.normalize()), Some(scaled(0)), "{}", text);
            prop_assert_eq!(found[0].number.span.of(&text), written);
            prop_assert_eq!(found[0].dimension(), Some(Dimension::Mass));
        }
    }

    #[test]
    fn quantities_are_ordered_and_contain_their_spans(
        text in "[0-9〇一二两三四五六七八九十百千万亿几半零点分之年月日时号个多余约近至到—～.,:%/a-z第 -]{0,60}|\\PC{0,60}",
    ) {
        let found = scan(&text);
        let mut end = 0;
        for quantity in &found {
            prop_assert!(quantity.span.start >= end && quantity.span.end <= text.len());
            end = quantity.span.end;
            let core = quantity.core();
            let spans = [quantity.span, quantity.number.span, core].into_iter();
            let spans = spans.chain(quantity.unit.map(|(span, _)| span)).chain(quantity.qualifiers.iter().map(|it| it.span));
            for span in spans.chain(quantity.upper.iter().flat_map(|upper| [upper.sign, upper.number.span])) {
                prop_assert!(quantity.span.covers(span), "{:?} in {:?} of {}", span, quantity.span, text);
                prop_assert!(text.get(span.range()).is_some());
            }
        }
    }
}

#[test]
fn begins_quantity_accepts_exactly_the_start_chars() {
    for c in '\0'..='\u{FFFF}' {
        assert_eq!(begins_quantity(c), QUANTITY_START_CHARS.contains(c), "{c:?}");
    }
}
