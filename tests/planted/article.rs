//! Generates articles without errors, about people, organisations and places that do not exist.

use super::{ArticlePair, Random};

const SURNAMES: &[&str] =
    &["赵", "钱", "孙", "李", "周", "吴", "郑", "冯", "陈", "蒋", "沈", "韩", "杨", "朱", "秦", "许"];
const GIVEN_NAMES: &[&str] =
    &["明远", "晓岚", "建国", "思齐", "雨桐", "文博", "海燕", "立新", "佳怡", "志强", "春梅", "子墨", "红霞", "国栋"];
const PLACES: &[&str] =
    &["青川", "云溪", "临江", "石桥", "东坪", "安和", "清源", "双河", "永丰", "龙泉", "望海", "金坝"];
const ORGANISATIONS: &[&str] =
    &["农业农村局", "文化和旅游局", "交通运输局", "教育局", "总工会", "水务局", "图书馆", "博物馆", "残联", "科技局"];
const JOB_TITLES: &[&str] = &["局长", "副局长", "主任", "负责人", "书记", "工作人员"];
const SPEECH_VERBS: &[&str] = &["说", "表示", "介绍", "告诉记者"];
const HEADLINES: &[&str] = &[
    "山乡新路通到家门口",
    "老厂房里的新剧场",
    "春耕时节农技员下田忙",
    "一座小城的阅读之夜",
    "河道清了 游客来了",
    "社区食堂飘出饭菜香",
    "非遗手艺走进校园",
];
/// Paragraphs without numbers, and some whose numbers agree.
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

/// An article under construction.
#[derive(Clone)]
pub struct Article {
    pub headline: String,
    pub paragraphs: Vec<String>,
}

impl Article {
    /// Generates an article with a headline and three to six paragraphs. The first one starts with a byline.
    pub fn generate(random: &mut Random) -> Article {
        let count = random.between(3, 6) as usize;
        let mut paragraphs: Vec<String> = random.sample(count, PARAGRAPHS).into_iter().map(str::to_owned).collect();
        let opening = format!("本报讯（记者 {}）", name(random));
        paragraphs[0].insert_str(0, &opening);
        Article { headline: random.pick(HEADLINES).to_owned(), paragraphs }
    }

    /// Inserts a paragraph after the first one or further down. `at` selects the position, modulo the number of
    /// paragraphs.
    pub fn with_paragraph(mut self, at: usize, paragraph: &str) -> Article {
        let at = at % self.paragraphs.len() + 1;
        self.paragraphs.insert(at, paragraph.to_owned());
        self
    }

    /// Returns the article as a plain-text draft.
    pub fn text(&self) -> String {
        format!("{}\n\n{}\n", self.headline, self.paragraphs.join("\n\n"))
    }
}

impl ArticlePair {
    /// Generates an article and inserts `clean` in one version and `faulty` in the other, as a paragraph at the same
    /// position.
    pub fn with_paragraphs(random: &mut Random, clean: &str, faulty: &str) -> ArticlePair {
        let article = Article::generate(random);
        let at = random.between(0, 9) as usize;
        ArticlePair {
            clean: article.clone().with_paragraph(at, clean).text(),
            faulty: article.with_paragraph(at, faulty).text(),
        }
    }
}

/// Returns a person's name, such as 赵明远.
pub fn name(random: &mut Random) -> String {
    format!("{}{}", random.pick(SURNAMES), random.pick(GIVEN_NAMES))
}

/// Returns the name of a place without 市 or 县, such as 青川.
pub fn place(random: &mut Random) -> &'static str {
    random.pick(PLACES)
}

/// Returns `count` different places.
pub fn places(random: &mut Random, count: usize) -> Vec<&'static str> {
    random.sample(count, PLACES)
}

/// Returns the name of an organisation, such as 青川县教育局.
pub fn organisation(random: &mut Random) -> String {
    format!("{}{}{}", place(random), random.pick(&["市", "县", "区"]), random.pick(ORGANISATIONS))
}

/// Returns a job title, such as 局长.
pub fn title(random: &mut Random) -> &'static str {
    random.pick(JOB_TITLES)
}

/// Returns a verb that introduces speech, such as 表示.
pub fn speech_verb(random: &mut Random) -> &'static str {
    random.pick(SPEECH_VERBS)
}
