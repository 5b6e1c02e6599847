use super::line::{self, Marker};
use super::prose::not_prose;
use super::{Block, Body, BodyBuilder, BlockKind, credit};
use crate::text::{OBJECT, Span};

/// What the format itself says a fragment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A line of plain text: it may be anything.
    Line,
    /// A heading of that level, from 1.
    Heading(u8),
    /// A paragraph: still, it may be a byline, a caption, a jump line or an unmarked subheading.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A cell of a table.
    TableCell,
    /// The words of a picture.
    Caption,
}

/// What a format's reader hands over, in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// What the format says it is.
    pub shape: Shape,
    /// Its text, without blanks at either end.
    pub body: Body,
    /// Does its line begin with the two blanks of a new paragraph?
    pub indented: bool,
}

impl Fragment {
    /// A fragment of `body` without the blanks around it and with an [`OBJECT`] for all that is not
    /// prose; `None` where no prose is left.
    pub fn new(canonical: &str, shape: Shape, body: Body) -> Option<Fragment> {
        let text = body.text(canonical);
        let content = text.trim_start();
        let blanks = &text[..text.len() - content.len()];
        let indented = blanks.contains('\t') || blanks.chars().nth(1).is_some();
        let prose = Span::new(blanks.len(), blanks.len() + content.trim_end().len());
        let body = body.part(canonical, prose);
        let objects = not_prose(body.text(canonical));
        let body = body.with_objects(canonical, &objects);
        let has_prose = body.text(canonical).contains(|c: char| c != OBJECT && !c.is_whitespace());
        has_prose.then_some(Fragment { shape, body, indented })
    }
}

/// Makes blocks of fragments.
pub fn recognise(canonical: &str, mut fragments: Vec<Fragment>) -> Vec<Block> {
    let page = Page::new(canonical, &fragments);
    let (rests, articles) =
        ((0..fragments.len()).map(|index| page.rest_of(index)).collect::<Vec<_>>(), page.articles());
    let Page { kinds, datelines, .. } = page;

    let mut blocks = Vec::with_capacity(fragments.len());
    let mut is_rest = vec![false; fragments.len()];
    for index in 0..fragments.len() {
        if is_rest[index] {
            continue;
        }
        let mut body = std::mem::replace(&mut fragments[index].body, Body::Slice(Span::new(0, 0)));
        let kind = kinds[index];
        let mut dateline = if kind == BlockKind::Paragraph { datelines[index] } else { 0 };
        if rests[index].is_some() {
            let mut whole = BodyBuilder::default();
            whole.body(canonical, &body);
            let mut last = index;
            while let Some(rest) = rests[last] {
                whole.page_break();
                whole.body(canonical, &fragments[rest].body);
                is_rest[rest] = true;
                last = rest;
            }
            body = whole.finish();
            dateline = line::dateline(body.text(canonical)) as u32;
        }
        blocks.push(Block { kind, article: articles[index], dateline, body });
    }
    blocks
}

/// The fragments of a draft with their kinds.
struct Page<'t> {
    canonical: &'t str,
    fragments: &'t [Fragment],
    kinds: Vec<BlockKind>,
    /// Has a fragment the length and the marks of a headline?
    may_be_headline: Vec<bool>,
    /// How many fragments at the very front may be headlines.
    front: usize,
    /// Does the text of a fragment stop where no sentence stops?
    breaks_off: Vec<bool>,
    /// How much of the text of a fragment is a dateline, in bytes.
    datelines: Vec<u32>,
}

impl<'t> Page<'t> {
    fn new(canonical: &'t str, fragments: &'t [Fragment]) -> Page<'t> {
        let mut page = Page {
            canonical,
            fragments,
            kinds: Vec::with_capacity(fragments.len()),
            may_be_headline: Vec::with_capacity(fragments.len()),
            front: 0,
            breaks_off: Vec::with_capacity(fragments.len()),
            datelines: Vec::with_capacity(fragments.len()),
        };
        // All that a text says of itself is asked while it is at hand: of a long draft it is fetched anew each time.
        for (index, fragment) in fragments.iter().enumerate() {
            let text = page.text(index);
            page.kinds.push(kind_alone(fragment.shape, text));
            page.may_be_headline.push(page.looks_like_headline(index));
            page.breaks_off.push(line::breaks_off(text));
            page.datelines.push(line::dateline(text) as u32);
        }
        page.front = page.may_be_headline.iter().take(LONGEST_FRONT).take_while(|&&it| it).count();
        // From the end: whether a line is a headline depends on what follows it.
        for index in (0..fragments.len()).rev() {
            if page.kinds[index] == BlockKind::Paragraph && page.may_be_headline[index] && page.stands_as_headline(index) {
                page.kinds[index] = BlockKind::Headline;
            }
        }
        page
    }

    fn text(&self, index: usize) -> &'t str {
        self.fragments[index].body.text(self.canonical)
    }

    fn looks_like_headline(&self, index: usize) -> bool {
        self.kinds[index] == BlockKind::Headline
            || self.kinds[index] == BlockKind::Paragraph
                && line::may_be_headline(self.text(index), || self.heads_group(index))
    }

    /// The next fragment that is not a caption.
    fn next(&self, index: usize) -> Option<usize> {
        (index + 1..self.kinds.len()).find(|&next| self.kinds[next] != BlockKind::Caption)
    }

    /// The fragment before that is not a caption.
    fn previous(&self, index: usize) -> Option<usize> {
        (0..index).rev().find(|&previous| self.kinds[previous] != BlockKind::Caption)
    }

    /// Is there an empty line between a fragment and the next one?
    fn is_apart(&self, index: usize) -> bool {
        let end = self.fragments[index].body.extent().end;
        let next = self.fragments[index + 1].body.extent().start;
        self.canonical
            .get(end..next)
            .is_some_and(|between| between.bytes().filter(|byte| *byte == b'\n').nth(1).is_some())
    }

    /// Is there an empty line before a fragment and none behind it?
    fn heads_group(&self, index: usize) -> bool {
        index > 0 && index + 1 < self.fragments.len() && self.is_apart(index - 1) && !self.is_apart(index)
    }

    /// Does a line that may be a headline stand where a headline stands?
    fn stands_as_headline(&self, index: usize) -> bool {
        let Some(next) = self.next(index) else { return false };
        let (text, next_text) = (self.text(index), self.text(next));
        if index < self.front {
            return true;
        }
        match self.kinds[next] {
            BlockKind::Byline | BlockKind::JumpLine => true,
            BlockKind::Headline => line::leads_on(text) || next_text.starts_with("——") || self.heads_group(index),
            BlockKind::ListItem => !line::leads_on(text) && !text.contains(['，', ',']),
            BlockKind::Paragraph => {
                self.datelines[next] > 0
                    || (line::is_paragraph(next_text) || self.rest_of(next).is_some())
                        && !line::leads_on(text)
                        && !self.goes_on(index)
                        && !self.is_first_column(index, next)
            }
            _ => false,
        }
    }

    /// Does the line before run on into this one?
    fn goes_on(&self, index: usize) -> bool {
        index.checked_sub(1).is_some_and(|before| {
            self.kinds[before] == BlockKind::Paragraph
                && !self.may_be_headline[before]
                && !self.is_apart(before)
                && self.breaks_off[before]
        })
    }

    /// Is a line that may be a headline the beginning of a paragraph which the column cut short? It is
    /// one where a paragraph must begin, and where the next line begins amid a sentence.
    fn is_first_column(&self, index: usize, next: usize) -> bool {
        let must_begin = self.previous(index).is_some_and(|previous| {
            self.kinds[previous] == BlockKind::Byline
                || matches!(self.fragments[previous].shape, Shape::Heading(_)) && !line::leads_on(self.text(previous))
        });
        (must_begin || line::begins_midway(self.text(next))) && self.is_cut_before(index, next)
    }

    /// Does fragment `index` break off, and go on with `next`?
    fn is_cut_before(&self, index: usize, next: usize) -> bool {
        self.breaks_off[index]
            && !self.fragments[next].indented
            && self.datelines[next] == 0
            && line::is_cut(self.text(index), self.text(next))
    }

    /// The fragment with which a paragraph goes on that a column break cut.
    fn rest_of(&self, index: usize) -> Option<usize> {
        if self.kinds[index] != BlockKind::Paragraph {
            return None;
        }
        let next = self.next(index)?;
        (self.kinds[next] == BlockKind::Paragraph && self.is_cut_before(index, next)).then_some(next)
    }

    /// The article of each fragment. Where it is not sure that an article begins none does: a
    /// quotation must not be cut.
    fn articles(&self) -> Vec<u32> {
        let mut articles = Vec::with_capacity(self.kinds.len());
        let mut article = 0;
        while articles.len() < self.kinds.len() {
            let start = articles.len();
            let headlines = self.kinds[start..].iter().take_while(|&&kind| kind == BlockKind::Headline).count();
            if start > 0 && headlines > 0 && self.begins_article(start, start + headlines) {
                article += 1;
            }
            articles.resize(start + headlines.max(1), article);
        }
        articles
    }

    /// Do the headlines `start..end` stand over an article of their own?
    fn begins_article(&self, start: usize, end: usize) -> bool {
        let stands_alone =
            |index: usize| self.fragments[index].shape == Shape::Heading(1) || line::heads_notice(self.text(index));
        (start..end).any(stands_alone)
            || self.next(end - 1).is_some_and(|next| match self.kinds[next] {
                BlockKind::Byline | BlockKind::JumpLine => true,
                BlockKind::Paragraph => self.datelines[next] > 0,
                _ => false,
            })
    }
}

/// The most lines of headlines over an article: eyebrow, headline of two lines, subheadline.
const LONGEST_FRONT: usize = 4;

/// What a fragment is as far as it says so itself; what may yet be a headline is a paragraph.
fn kind_alone(shape: Shape, text: &str) -> BlockKind {
    match shape {
        Shape::TableCell => BlockKind::TableCell,
        Shape::Caption => BlockKind::Caption,
        Shape::ListItem => BlockKind::ListItem,
        _ if line::is_jump_line(text) => BlockKind::JumpLine,
        _ if credit::is_byline(text) => BlockKind::Byline,
        Shape::Heading(_) => BlockKind::Headline,
        _ if credit::is_caption(text) => BlockKind::Caption,
        Shape::Line | Shape::Paragraph => match line::marker(text) {
            Some(Marker::Section) if line::may_be_headline(text, || false) => BlockKind::Headline,
            Some(_) => BlockKind::ListItem,
            None => BlockKind::Paragraph,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks of plain lines: kind, article and text.
    fn read(text: &str) -> Vec<(BlockKind, u32, String)> {
        let mut start = 0;
        let fragments = text
            .split_inclusive('\n')
            .filter_map(|line| {
                let body = Body::Slice(Span::new(start, start + line.len()));
                start += line.len();
                Fragment::new(text, Shape::Line, body)
            })
            .collect();
        recognise(text, fragments)
            .into_iter()
            .map(|block| (block.kind, block.article, block.text(text).to_owned()))
            .collect()
    }

    fn kinds(text: &str) -> Vec<BlockKind> {
        read(text).into_iter().map(|(kind, ..)| kind).collect()
    }

    #[test]
    fn a_page_of_two_articles() {
        use BlockKind::*;
        let page = "\
江城工会搭台——
两地携手，共建联盟
◆江城日报全媒体记者 王小明 文/图
两地工会昨天在江城签约，三个联盟正式成立。
接下来怎么干？
“我们把平台用好。”联盟理事长说。
成立一年，汇聚五十名专家，达成九项协议
联盟理事长介绍，两地开展了技术交流。
老街焕发新活力
（上接1版）
老街里游人如织，老字号生意红火。
1.具有大专以上学历；
2.热爱校对工作。
江城日报社招聘公告
因工作需要，江城日报社公开招聘。
一、招聘岗位
校对人员若干名，要求热爱校对工作。
江城日报社
2023年11月1日";
        let read = read(page);
        let kinds: Vec<BlockKind> = read.iter().map(|(kind, ..)| *kind).collect();
        assert_eq!(
            kinds,
            [
                Headline, Headline, Byline, Paragraph, Paragraph, Paragraph, Headline, Paragraph, Headline, JumpLine,
                Paragraph, ListItem, ListItem, Headline, Paragraph, Headline, Paragraph, Paragraph, Paragraph
            ]
        );
        let articles: Vec<u32> = read.iter().map(|(_, article, _)| *article).collect();
        assert_eq!(articles, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    }

    #[test]
    fn a_paragraph_cut_by_the_column_is_one_block() {
        let page = "联盟成立\n本报记者 王小明\n邓旭东表示，未来将整合两地优势资源，形成合力，搭\n▲参观现场\n建学习研讨的平台，\
                    吸引更多同志加入。\n下一段也在这里，完整无缺。";
        let read = read(page);
        assert_eq!(read[2].2, "邓旭东表示，未来将整合两地优势资源，形成合力，搭建学习研讨的平台，吸引更多同志加入。");
        assert_eq!(read[3], (BlockKind::Caption, 0, "▲参观现场".to_owned()));
        assert_eq!(read.len(), 5);
    }

    #[test]
    fn a_short_first_column_is_told_from_a_subheading_by_what_follows() {
        use BlockKind::*;
        let before = "标题在此\n前一段到此结束，没有下文。\n";
        let cut = "为更好服务企业，市商务部门主动摸排用工\n需求，采集岗位一千个。";
        assert_eq!(kinds(&format!("{before}{cut}")), [Headline, Paragraph, Paragraph]);
        let whole = "为更好服务企业，市商务部门主动摸排用工\n采集岗位一千个，是今年的重点工作。";
        assert_eq!(kinds(&format!("{before}{whole}")), [Headline, Paragraph, Headline, Paragraph]);
        // An open quotation mark: no headline ends there.
        let quotation = "前不久，在一座由古厝改造的书吧“无用\n空间”里，新书与读者见面。";
        assert_eq!(kinds(&format!("{before}{quotation}")), [Headline, Paragraph, Paragraph]);
    }

    #[test]
    fn what_is_not_cut_is_not_joined() {
        for page in [
            // An indented line is a new paragraph.
            "　　第一段讲到这里，作者忘了写上句号\n　　第二段从这里开始，有头有尾。",
            // A signature and its date.
            "工资待遇按规定执行，特此公告。\n江城日报社\n2023年11月1日",
            // Entries of a list.
            "奖次：二等奖，题目：江城的秋天，单位：江城记协\n奖次：二等奖，题目：江城的冬天，单位：江城记协",
            // A dateline begins a report.
            "第一段讲到这里，作者忘了写上句号\n本报讯（记者 王小明）昨天，联盟成立。",
            // Verse.
            "只有沉寂，填满空谷\n其实，这里早已没有老虎。",
            "各位读者，大家好：\n现将有关事项公布，请周知。",
        ] {
            assert_eq!(read(page).len(), page.lines().count(), "{page}");
        }
    }

    #[test]
    fn a_dateline_is_the_head_of_a_paragraph() {
        let text = "联盟成立\n本报讯（记者 王小明）昨天，联盟在江城成立。";
        let body = Body::Slice(Span::new(13, text.len()));
        let fragment = Fragment { shape: Shape::Line, body, indented: false };
        let blocks = recognise(text, vec![fragment]);
        assert_eq!(blocks[0].dateline as usize, "本报讯（记者 王小明）".len());
        assert_eq!(blocks[0].kind_at(0), BlockKind::Dateline);
    }

    #[test]
    fn addresses_are_objects_and_a_line_of_them_is_nothing() {
        let read = read("请登录https://example.cn，报名。\n  https://example.cn/a  \n");
        assert_eq!(read, [(BlockKind::Paragraph, 0, "请登录\u{FFFC}，报名。".to_owned())]);
    }
}
