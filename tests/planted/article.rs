//! Invented articles, of people, bodies and places that do not exist. What they say holds.

use super::{Random, Twin};

const SURNAMES: &[&str] =
    &["赵", "钱", "孙", "李", "周", "吴", "郑", "冯", "陈", "蒋", "沈", "韩", "杨", "朱", "秦", "许"];
const GIVEN: &[&str] =
    &["明远", "晓岚", "建国", "思齐", "雨桐", "文博", "海燕", "立新", "佳怡", "志强", "春梅", "子墨", "红霞", "国栋"];
const PLACES: &[&str] =
    &["青川", "云溪", "临江", "石桥", "东坪", "安和", "清源", "双河", "永丰", "龙泉", "望海", "金坝"];
const BODIES: &[&str] =
    &["农业农村局", "文化和旅游局", "交通运输局", "教育局", "总工会", "水务局", "图书馆", "博物馆", "残联", "科技局"];
const TITLES: &[&str] = &["局长", "副局长", "主任", "负责人", "书记", "工作人员"];
const SAYS: &[&str] = &["说", "表示", "介绍", "告诉记者"];
const HEADLINES: &[&str] = &[
    "山乡新路通到家门口",
    "老厂房里的新剧场",
    "春耕时节农技员下田忙",
    "一座小城的阅读之夜",
    "河道清了 游客来了",
    "社区食堂飘出饭菜香",
    "非遗手艺走进校园",
];
/// Paragraphs with nothing to compute, and some in which the figures agree.
const PARAGRAPHS: &[&str] = &[
    "清晨的街道上，环卫工人已经开始忙碌。路边的早餐店升起热气，赶早班的人们排起了队。",
    "走进村口，柏油路平整宽阔，两旁的行道树刚刚修剪过。几位老人坐在树下聊天，孩子们在广场上追逐。",
    "“以前出门一身泥，现在车子开到家门口。”说起变化，村民们打开了话匣子。",
    "近年来，当地坚持生态优先，持续改善人居环境，群众的获得感不断增强。",
    "记者在现场看到，工人们正在安装设备，预计年底前可以投入使用。",
    "目前，全区已建成文化站点12个，其中城区5个、乡镇7个，服务群众约30万人次。",
    "活动现场设置了咨询台，为群众解答政策问题，发放宣传资料500余份。",
    "今年以来，当地累计培训技术骨干200多人次，带动周边农户增收。",
    "下一步，有关部门将继续听取群众意见，把好事办好、实事办实。",
    "项目总投资3.2亿元，建设工期两年，建成后可满足周边居民的日常需要。",
    "改造后的图书馆面积由2000平方米扩大到3000平方米，增长50%，座位也多了一倍。",
    "天气转暖，果园里的花陆续开放，前来踏青的市民络绎不绝。",
    "为方便老年人，窗口保留了现金缴费，并安排专人引导。",
    "据了解，这样的讲座每月举办一次，市民可以提前预约。",
];

/// An article in the making.
#[derive(Clone)]
pub struct Article {
    pub headline: String,
    pub paragraphs: Vec<String>,
}

impl Article {
    /// An article with a headline and a few paragraphs.
    pub fn invent(random: &mut Random) -> Article {
        let count = random.between(3, 6) as usize;
        let mut paragraphs: Vec<String> = random.some(count, PARAGRAPHS).into_iter().map(str::to_owned).collect();
        let opening = format!("本报讯（记者 {}）", name(random));
        paragraphs[0].insert_str(0, &opening);
        Article { headline: random.pick(HEADLINES).to_owned(), paragraphs }
    }

    /// The article with one more paragraph, before or behind any but the first.
    pub fn with(mut self, at: usize, paragraph: &str) -> Article {
        let at = at % self.paragraphs.len() + 1;
        self.paragraphs.insert(at, paragraph.to_owned());
        self
    }

    /// As a draft of plain text.
    pub fn text(&self) -> String {
        format!("{}\n\n{}\n", self.headline, self.paragraphs.join("\n\n"))
    }
}

impl Twin {
    /// Twins that differ in one paragraph.
    pub fn of_paragraph(random: &mut Random, clean: &str, faulty: &str) -> Twin {
        let article = Article::invent(random);
        let at = random.between(0, 9) as usize;
        Twin { clean: article.clone().with(at, clean).text(), faulty: article.with(at, faulty).text() }
    }
}

/// A person's name.
pub fn name(random: &mut Random) -> String {
    format!("{}{}", random.pick(SURNAMES), random.pick(GIVEN))
}

/// The name of a place, without 市 or 县.
pub fn place(random: &mut Random) -> &'static str {
    random.pick(PLACES)
}

/// `count` places, all different.
pub fn places(random: &mut Random, count: usize) -> Vec<&'static str> {
    random.some(count, PLACES)
}

/// 青川县教育局
pub fn body(random: &mut Random) -> String {
    format!("{}{}{}", place(random), random.pick(&["市", "县", "区"]), random.pick(BODIES))
}

/// 局长
pub fn title(random: &mut Random) -> &'static str {
    random.pick(TITLES)
}

/// 表示
pub fn says(random: &mut Random) -> &'static str {
    random.pick(SAYS)
}
