use super::*;

/// What `slip` finds in a text, with ⟦ ⟧ around it, and the best correction.
fn found(slip: Slip, text: &str) -> Option<(String, Option<String>)> {
    let pairs = slip.pairs();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut places = chars.windows(2).filter(|two| pairs.contains(&(two[0].1, two[1].1))).map(|two| two[1].0);
    let numeral = places.find_map(|at| slip.numeral_at(text, at))?;
    Some((numeral.span.of(text).to_owned(), numeral.meant.first().cloned()))
}

#[track_caller]
fn assert_meant(slip: Slip, cases: &[(&str, &str, &str)]) {
    for (text, written, meant) in cases {
        assert_eq!(found(slip, text), Some(((*written).to_owned(), Some((*meant).to_owned()))), "{text}");
    }
}

#[track_caller]
fn assert_silent(slip: Slip, texts: &[&str]) {
    for text in texts {
        assert_eq!(found(slip, text), None, "{text}");
    }
}

#[test]
fn letters_that_stand_for_digits() {
    assert_meant(
        Slip::Letter,
        &[
            ("2O23年", "2O23", "2023"),
            ("增长l2.5%", "l2.5", "12.5"),
            ("下降O.5%", "O.5", "0.5"),
            ("共2OO人", "2OO", "200"),
            ("投资3.O亿元", "3.O", "3.0"),
            ("得到1S3票", "1S3", "153"),
            ("产量7，2O%", "7，2O", "7.20"),
        ],
    );
    let names = ["O2O平台", "4S店", "2B铅笔", "5l桶装水", "C6H12O6", "O3日均值", "B2层", "iPhone5S个", "1O2-3号"];
    assert_silent(Slip::Letter, &names);
}

#[test]
fn digits_of_two_scripts() {
    assert_meant(
        Slip::Script,
        &[
            ("二〇2三年", "二〇2三", "二〇二三"),
            ("20二3年", "20二3", "2023"),
            ("一九89年", "一九89", "1989"),
            ("新增3〇0人", "3〇0", "300"),
            ("共二十5人", "二十5", "25"),
            ("补助3千5百元", "3千5百", "3500"),
            ("来了2十人", "2十", "20"),
        ],
    );
    assert_silent(
        Slip::Script,
        &[
            "2023三年行动",
            "1031一1095",
            "21三体",
            "2零部件",
            "3五个",
            "第2〇1条",
            "二〇二三年",
            "5千瓦",
            "2023十大新闻",
            "3千元",
        ],
    );
}

#[test]
fn marks_that_stand_for_a_point() {
    assert_meant(
        Slip::Point,
        &[
            ("增长7。4%", "7。4", "7.4"),
            ("增长7，4%", "7，4", "7.4"),
            ("增长7,4%", "7,4", "7.4"),
            ("重2. 5公斤", "2. 5", "2.5"),
            ("投资1..2亿元", "1..2", "1.2"),
            ("长3点5公里", "3点5", "3.5"),
            ("２４７·５千克", "２４７·５", "247.5"),
            ("增长3。5—4%", "3。5", "3.5"),
        ],
    );
    let right =
        ["第7。4%", "C919。5%", "3比2，5%", "下午3点5分", "2019，5%", "前10，5倍", "增长7.4%", "1,234元", "7。4日"];
    assert_silent(Slip::Point, &right);
}

#[test]
fn commas_and_blanks_between_groups() {
    assert_meant(
        Slip::Grouping,
        &[
            ("新建3，260套", "3，260", "3,260"),
            ("改造1、315户", "1、315", "1,315"),
            ("赚了2，515，338.95元", "2，515，338.95", "2,515,338.95"),
        ],
    );
    assert_silent(Slip::Grouping, &["50、100元", "1、260套", "第12，345人", "3，26套", "1，2，3个"]);
    assert_meant(
        Slip::Blank,
        &[("新建3 260套", "3 260", "3260"), ("20 23年", "20 23", "2023"), ("增长0 43%", "0 43", "0.43")],
    );
    assert_silent(Slip::Blank, &["1 260 000人", "2023 5%", "2 3个", "C919 300架"]);
    assert_meant(
        Slip::Form,
        &[("投资1,2000元", "1,2000", "12,000"), ("2,023年", "2,023", "2023"), ("共1,23,456人", "1,23,456", "123,456")],
    );
    assert_silent(Slip::Form, &["1,234,567元", "1,23,45", "1,2000号"]);
}

#[test]
fn years_that_are_none() {
    assert_meant(
        Slip::Year,
        &[
            ("20223年，", "20223", "2023"),
            ("22023年，", "22023", "2023"),
            ("二〇二二三年，", "二〇二二三", "二〇二三"),
            ("223年5月", "223", "2023"),
            ("202年5月，2023年初", "202", "2023"),
            ("2203年5月", "2203", "2023"),
        ],
    );
    let right = [
        "距今20223年",
        "公元219年12月",
        "民国112年3月",
        "20000年前",
        "历时202年",
        "到2100年，",
        "一百二十年",
        "2023年",
        "118年前",
        "140年以来",
    ];
    assert_silent(Slip::Year, &right);
}
