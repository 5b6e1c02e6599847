//! Turns the fragments of a draft into blocks: determines their kinds, rejoins split paragraphs and assigns articles.

use super::chars::trimmed;
use super::line::{self, ListMarker};
use super::prose::{is_bare_tag, non_prose_spans};
use super::{Block, BlockKind, Body, BodyBuilder, credit, wrap};
use crate::text::{OBJECT, Span};

/// The kind of a fragment according to the markup of its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A line of plain text, which may be of any kind.
    Line,
    /// A heading of this level, counted from 1.
    Heading(u8),
    /// A paragraph, which may still be a byline, a caption, a jump line or an unmarked subheading.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A cell of a table.
    TableCell,
    /// The text of a picture.
    Caption,
}

/// A unit of a draft as the code that reads its format produces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// The kind according to the markup of the format.
    pub shape: Shape,
    /// The text, without whitespace at either end.
    pub body: Body,
    /// Whether the line starts with a tab or at least two spaces, the indentation of a new paragraph.
    pub indented: bool,
    /// Whether the markup sets the text off as a quotation.
    pub is_quotation: bool,
}

impl Fragment {
    /// Creates a fragment of `body`. Trims whitespace and replaces everything that is not prose with an [`OBJECT`], but
    /// leaves the bare tags of plain text.
    /// Returns `None` if there is no prose.
    pub fn new(canonical: &str, shape: Shape, body: Body) -> Option<Fragment> {
        let mut objects = non_prose_spans(body.text(canonical));
        if shape == Shape::Line {
            // Plain text has no markup: readers see a tag in it, as they see a misprint.
            objects.retain(|object| !is_bare_tag(object.of(body.text(canonical))));
        }
        Fragment::of_prose(canonical, shape, body.with_objects(canonical, &objects))
    }

    /// Same as [`Fragment::new`] for a `body` in which there is nothing left to replace.
    #[inline]
    pub fn of_prose(canonical: &str, shape: Shape, body: Body) -> Option<Fragment> {
        let text = body.text(canonical);
        let content = trimmed(text);
        let indentation = &text[..content.start];
        let indented = indentation.contains('\t') || indentation.chars().nth(1).is_some();
        let has_prose = content.of(text).contains(|c: char| c != OBJECT && !c.is_whitespace());
        has_prose.then(|| Fragment { shape, body: body.part(canonical, content), indented, is_quotation: false })
    }
}

/// The minimum number of lines that end without a mark so that this is a habit of the draft.
const FEWEST_OPEN_LINES: usize = 4;

/// Converts the fragments of a draft, in reading order, to blocks.
pub fn recognise(canonical: &str, mut fragments: Vec<Fragment>) -> Vec<Block> {
    let classifier = Classifier::new(canonical, &fragments);
    let continuations: Vec<Option<usize>> =
        (0..fragments.len()).map(|index| classifier.continuation_of(index)).collect();
    let articles = classifier.articles();
    let Classifier { lines, is_wrapped, .. } = classifier;

    let mut blocks = Vec::with_capacity(fragments.len());
    let mut is_continuation = vec![false; fragments.len()];
    for (index, &Line { kind, dateline, .. }) in lines.iter().enumerate() {
        if is_continuation[index] {
            continue;
        }
        let mut body = std::mem::replace(&mut fragments[index].body, Body::Slice(Span::new(0, 0)));
        let mut dateline = if kind == BlockKind::Paragraph { dateline } else { 0 };
        if continuations[index].is_some() {
            let mut whole = BodyBuilder::default();
            whole.body(canonical, &body);
            let mut last = index;
            while let Some(continuation) = continuations[last] {
                whole.column_break();
                whole.body(canonical, &fragments[continuation].body);
                is_continuation[continuation] = true;
                last = continuation;
            }
            body = whole.finish();
            dateline = line::dateline_length(body.text(canonical)) as u32;
        }
        let is_quotation = fragments[index].is_quotation;
        blocks.push(Block { kind, article: articles[index], dateline, is_wrapped, is_quotation, body });
    }
    blocks
}

/// What a [`Classifier`] knows of one fragment.
struct Line {
    kind: BlockKind,
    /// Whether the fragment has the length and the punctuation of a headline.
    may_be_headline: bool,
    /// The length of the dateline at the start of the fragment, in bytes. Only paragraphs have one.
    dateline: u32,
}

/// Determines the kinds of the fragments of a draft, and how they belong together.
struct Classifier<'t> {
    canonical: &'t str,
    fragments: &'t [Fragment],
    /// One for each fragment.
    lines: Vec<Line>,
    /// The number of fragments at the start of the draft that may be headlines, at most [`MAX_OPENING_HEADLINES`].
    opening_headlines: usize,
    /// Whether the lines of the draft are hard-wrapped.
    is_wrapped: bool,
    /// Whether most lines of running text are paragraphs that end without a mark, as in collections of news in brief. Then
    /// a line that ends like this does not show that it goes on.
    ends_openly: bool,
}

impl<'t> Classifier<'t> {
    fn new(canonical: &'t str, fragments: &'t [Fragment]) -> Classifier<'t> {
        let lines = Vec::with_capacity(fragments.len());
        let text = |fragment: &'t Fragment| fragment.body.text(canonical);
        let is_wrapped = wrap::is_hard_wrapped(fragments.iter().filter(|it| it.shape == Shape::Line).map(text));
        let is_running_text = |it: &&'t Fragment| it.shape == Shape::Line && line::exceeds_headline(text(it));
        let (open, closed): (Vec<_>, Vec<_>) =
            fragments.iter().filter(is_running_text).map(text).partition(|text| line::ends_mid_sentence(text));
        let ends_openly = !is_wrapped && open.len() >= FEWEST_OPEN_LINES && open.len() > closed.len();
        let mut classifier = Classifier { canonical, fragments, lines, opening_headlines: 0, is_wrapped, ends_openly };
        for index in 0..fragments.len() {
            let line = classifier.line_by_itself(index);
            classifier.lines.push(line);
        }
        classifier.opening_headlines =
            classifier.lines.iter().take(MAX_OPENING_HEADLINES).take_while(|line| line.may_be_headline).count();
        // Backward, because the kind of a line depends on the kinds of the lines after it.
        for index in (0..fragments.len()).rev() {
            let line = &classifier.lines[index];
            if line.kind == BlockKind::Paragraph && line.may_be_headline && classifier.is_headline_in_context(index) {
                classifier.lines[index].kind = BlockKind::Headline;
            }
        }
        classifier
    }

    /// Returns what the text of a fragment and its shape say about it.
    fn line_by_itself(&self, index: usize) -> Line {
        let text = self.text(index);
        let kind = kind_by_itself(self.fragments[index].shape, text);
        let (may_be_headline, dateline) = match kind {
            BlockKind::Headline => (true, 0),
            BlockKind::Paragraph => {
                (line::may_be_headline(text, || self.is_first_of_group(index)), line::dateline_length(text) as u32)
            }
            _ => (false, 0),
        };
        Line { kind, may_be_headline, dateline }
    }

    fn text(&self, index: usize) -> &'t str {
        self.fragments[index].body.text(self.canonical)
    }

    /// Returns the next fragment that is not a caption.
    fn next(&self, index: usize) -> Option<usize> {
        (index + 1..self.lines.len()).find(|&next| self.lines[next].kind != BlockKind::Caption)
    }

    /// Returns the previous fragment that is not a caption.
    fn previous(&self, index: usize) -> Option<usize> {
        (0..index).rev().find(|&previous| self.lines[previous].kind != BlockKind::Caption)
    }

    /// Returns whether there is an empty line between a fragment and the next one.
    fn is_before_empty_line(&self, index: usize) -> bool {
        let end = self.fragments[index].body.extent().end;
        let next = self.fragments[index + 1].body.extent().start;
        self.canonical
            .get(end..next)
            .is_some_and(|between| between.bytes().filter(|byte| *byte == b'\n').nth(1).is_some())
    }

    /// Returns whether there is an empty line before a fragment but none after it.
    fn is_first_of_group(&self, index: usize) -> bool {
        index > 0
            && index + 1 < self.fragments.len()
            && self.is_before_empty_line(index - 1)
            && !self.is_before_empty_line(index)
    }

    /// Returns whether a line that may be a headline is one, judging by the lines around it. The kinds of the lines
    /// after it must be final.
    fn is_headline_in_context(&self, index: usize) -> bool {
        let Some(next) = self.next(index) else { return false };
        let (text, next_text) = (self.text(index), self.text(next));
        if index < self.opening_headlines {
            return true;
        }
        match self.lines[next].kind {
            BlockKind::Byline | BlockKind::JumpLine => true,
            BlockKind::Headline => {
                line::leads_into_next(text) || next_text.starts_with("——") || self.is_first_of_group(index)
            }
            BlockKind::ListItem => !line::leads_into_next(text) && !text.contains(['，', ',']),
            BlockKind::Paragraph => {
                self.lines[next].dateline > 0
                    || (line::exceeds_headline(next_text) || self.continuation_of(next).is_some())
                        && !self.must_continue(index, next)
                        && !line::leads_into_next(text)
                        && !self.continues_previous_line(index)
                        && !self.starts_split_paragraph(index, next)
            }
            _ => false,
        }
    }

    /// Returns whether the line directly before a fragment is running text that stops in the middle of a sentence.
    fn continues_previous_line(&self, index: usize) -> bool {
        index.checked_sub(1).is_some_and(|previous| {
            self.lines[previous].kind == BlockKind::Paragraph
                && !self.lines[previous].may_be_headline
                && !self.is_before_empty_line(previous)
                && line::ends_mid_sentence(self.text(previous))
        })
    }

    /// Returns whether a line that may be a headline is instead the start of a paragraph that a column break has split.
    /// `next` must continue it, and either a paragraph must start here or `next` starts in the middle of a clause.
    fn starts_split_paragraph(&self, index: usize, next: usize) -> bool {
        let must_start_paragraph = || {
            self.previous(index).is_some_and(|previous| {
                self.lines[previous].kind == BlockKind::Byline
                    || matches!(self.fragments[previous].shape, Shape::Heading(_))
                        && !line::leads_into_next(self.text(previous))
            })
        };
        (must_start_paragraph() || line::starts_mid_clause(self.text(next))) && self.is_split_before(index, next)
    }

    /// Returns whether the marks at the end of fragment `index` and at the start of `next` show that the two are one
    /// paragraph.
    fn must_continue(&self, index: usize, next: usize) -> bool {
        index + 1 == next
            && self.lines[next].dateline == 0
            && line::marks_show_continuation(self.text(index), self.text(next))
    }

    /// Returns whether fragment `index` stops in the middle of a sentence and `next` continues it.
    fn is_split_before(&self, index: usize, next: usize) -> bool {
        self.must_continue(index, next)
            || !self.ends_openly
                && !self.fragments[next].indented
                && self.lines[next].dateline == 0
                && line::ends_mid_sentence(self.text(index))
                && line::is_continuation(self.text(index), self.text(next))
    }

    /// Returns the fragment that continues fragment `index`, if that is a paragraph which a column break has split.
    fn continuation_of(&self, index: usize) -> Option<usize> {
        if self.lines[index].kind != BlockKind::Paragraph {
            return None;
        }
        let next = self.next(index)?;
        (self.lines[next].kind == BlockKind::Paragraph && self.is_split_before(index, next)).then_some(next)
    }

    /// Returns the article number of each fragment. If the start of an article is uncertain, the article continues,
    /// because a quotation must not be split between two articles.
    fn articles(&self) -> Vec<u32> {
        let mut articles = Vec::with_capacity(self.lines.len());
        let mut article = 0;
        while articles.len() < self.lines.len() {
            let start = articles.len();
            let headlines = self.lines[start..].iter().take_while(|line| line.kind == BlockKind::Headline).count();
            if start > 0 && headlines > 0 && self.starts_article(start, start + headlines) {
                article += 1;
            }
            articles.resize(start + headlines.max(1), article);
        }
        articles
    }

    /// Returns whether the headlines `start..end` start a new article.
    fn starts_article(&self, start: usize, end: usize) -> bool {
        let is_article_headline = |index: usize| {
            self.fragments[index].shape == Shape::Heading(1) || line::is_notice_headline(self.text(index))
        };
        (start..end).any(is_article_headline)
            || self.next(end - 1).is_some_and(|next| match self.lines[next].kind {
                BlockKind::Byline | BlockKind::JumpLine => true,
                BlockKind::Paragraph => self.lines[next].dateline > 0,
                _ => false,
            })
    }
}

/// The maximum number of headline lines above an article: a kicker, a headline of two lines and a subheadline.
const MAX_OPENING_HEADLINES: usize = 4;

/// Returns the kind of a fragment as far as its shape and text determine it. A line that may turn out to be a headline
/// is a paragraph for now.
fn kind_by_itself(shape: Shape, text: &str) -> BlockKind {
    let ends_sentence = line::ends_sentence(text);
    match shape {
        Shape::TableCell => BlockKind::TableCell,
        Shape::Caption => BlockKind::Caption,
        Shape::ListItem => BlockKind::ListItem,
        // Most lines end like sentences, which rules out both.
        _ if !ends_sentence && line::is_jump_line(text) => BlockKind::JumpLine,
        _ if !ends_sentence && credit::is_byline(text) => BlockKind::Byline,
        Shape::Heading(_) => BlockKind::Headline,
        _ if credit::is_caption(text) => BlockKind::Caption,
        Shape::Line | Shape::Paragraph => match line::list_marker(text) {
            Some(ListMarker::Section) if line::may_be_headline(text, || false) => BlockKind::Headline,
            Some(_) => BlockKind::ListItem,
            None => BlockKind::Paragraph,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads plain text and returns the kind, article and text of each block.
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
    fn recognises_kinds_and_articles_of_a_page() {
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
    fn joins_a_paragraph_split_by_a_column_break() {
        let page = "联盟成立\n本报记者 王小明\n邓旭东表示，未来将整合两地优势资源，形成合力，搭\n▲参观现场\n建学习研讨的平台，\
                    吸引更多同志加入。\n下一段也在这里，完整无缺。";
        let read = read(page);
        assert_eq!(read[2].2, "邓旭东表示，未来将整合两地优势资源，形成合力，搭建学习研讨的平台，吸引更多同志加入。");
        assert_eq!(read[3], (BlockKind::Caption, 0, "▲参观现场".to_owned()));
        assert_eq!(read.len(), 5);
    }

    #[test]
    fn distinguishes_a_split_paragraph_from_a_subheading_by_the_next_line() {
        use BlockKind::*;
        let before = "标题在此\n前一段到此结束，没有下文。\n";
        let split = "为更好服务企业，市商务部门主动摸排用工\n需求，采集岗位一千个。";
        assert_eq!(kinds(&format!("{before}{split}")), [Headline, Paragraph, Paragraph]);
        let whole = "为更好服务企业，市商务部门主动摸排用工\n采集岗位一千个，是今年的重点工作。";
        assert_eq!(kinds(&format!("{before}{whole}")), [Headline, Paragraph, Headline, Paragraph]);
        // A headline does not end inside a quotation.
        let quotation = "前不久，在一座由古厝改造的书吧“无用\n空间”里，新书与读者见面。";
        assert_eq!(kinds(&format!("{before}{quotation}")), [Headline, Paragraph, Paragraph]);
    }

    #[test]
    fn does_not_join_separate_paragraphs() {
        for page in [
            // Indented lines, which are new paragraphs.
            "　　第一段讲到这里，作者忘了写上句号\n　　第二段从这里开始，有头有尾。",
            // A signature and its date.
            "工资待遇按规定执行，特此公告。\n江城日报社\n2023年11月1日",
            // Entries of a list.
            "奖次：二等奖，题目：江城的秋天，单位：江城记协\n奖次：二等奖，题目：江城的冬天，单位：江城记协",
            // A dateline, which starts a report.
            "第一段讲到这里，作者忘了写上句号\n本报讯（记者 王小明）昨天，联盟成立。",
            // Lines of verse.
            "只有沉寂，填满空谷\n其实，这里早已没有老虎。",
            "各位读者，大家好：\n现将有关事项公布，请周知。",
        ] {
            assert_eq!(read(page).len(), page.lines().count(), "{page}");
        }
    }

    #[test]
    fn does_not_join_lines_of_a_draft_that_ends_all_without_a_mark() {
        let brief = |city: &str| {
            format!(
                "记者昨天从{city}城市管理部门的新闻发布会上获悉，今年全市将新建和改建口袋公园十二处，方便居民休憩\n"
            )
        };
        let briefs = ["江城", "湖城", "山城", "海城", "边城"].map(brief).concat();
        assert_eq!(read(&briefs).len(), 5);
    }

    #[test]
    fn includes_the_dateline_in_the_paragraph() {
        let text = "联盟成立\n本报讯（记者 王小明）昨天，联盟在江城成立。";
        let body = Body::Slice(Span::new(13, text.len()));
        let fragment = Fragment::of_prose(text, Shape::Line, body).unwrap();
        let blocks = recognise(text, vec![fragment]);
        assert_eq!(blocks[0].dateline as usize, "本报讯（记者 王小明）".len());
        assert_eq!(blocks[0].kind_at(0), BlockKind::Dateline);
    }

    #[test]
    fn replaces_addresses_with_objects_and_drops_lines_without_prose() {
        let read = read("请登录https://example.cn，报名。\n  https://example.cn/a  \n");
        assert_eq!(read, [(BlockKind::Paragraph, 0, "请登录\u{FFFC}，报名。".to_owned())]);
    }
}
