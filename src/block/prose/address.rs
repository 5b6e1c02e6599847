//! Web addresses, e-mail addresses, topics.

use super::cursor::{Cursor, ends_with_ascii_word, leading, trailing, up_to_unopened, without_trailing_points};
use crate::text::Span;

/// A web address with a scheme: `https://`. The cursor is at the first `/`.
pub fn with_scheme(cursor: Cursor) -> Option<Span> {
    let rest = cursor.rest();
    let scheme = cursor.before().strip_suffix(':').filter(|_| rest.starts_with("//"))?;
    let name = trailing(scheme, |c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let name = name - leading(&scheme[scheme.len() - name..], |c| !c.is_ascii_alphabetic());
    let length = address_length(&cursor.rest_of_text()["//".len()..]);
    (name > 0 && length > 0).then(|| cursor.token(name + ":".len(), "//".len() + length))
}

/// A web address without a scheme, which begins with `www.`. The cursor is at its `.`.
pub fn of_web_host(cursor: Cursor) -> Option<Span> {
    let before = cursor.before().strip_suffix("www")?;
    let is_host = !before.ends_with(|c: char| c.is_ascii_alphanumeric())
        && cursor.rest()[1..].starts_with(|c: char| c.is_ascii_alphanumeric());
    is_host.then(|| cursor.token("www".len(), address_length(cursor.rest_of_text())))
}

/// Returns the length of the web address at the start of `text`, without the scheme.
///
/// An address has no blanks and none of `<>"` and backticks, and ends before a bracket that it does not open. Letters that
/// are not ASCII, as browsers show them, belong to it where a part of the address can begin with them (after `/`, `=`),
/// or where the address goes on after them; otherwise a sentence goes on there. The same holds for a comma before such a
/// letter, as long as the address has neither such letters nor a query.
fn address_length(text: &str) -> usize {
    let (mut end, mut previous) = (0, '/');
    let (mut has_other_letters, mut has_query) = (false, false);
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        let belongs = match c {
            '<' | '>' | '"' | '`' => false,
            ',' | ';' | '!' | ':' => has_other_letters || has_query || !after.starts_with(is_other_letter),
            _ if c.is_ascii_graphic() => true,
            _ if !is_other_letter(c) => false,
            _ => has_other_letters || "/=&#?-_.(~%+@[,;:".contains(previous) || goes_on(after),
        };
        if !belongs {
            break;
        }
        has_query |= c == '?';
        has_other_letters = is_other_letter(c) || has_other_letters && c != '/';
        previous = c;
        end = at + c.len_utf8();
    }
    without_trailing_points(&text[..up_to_unopened(&text[..end])])
}

/// Returns whether `c` is a letter or a digit and not of ASCII.
fn is_other_letter(c: char) -> bool {
    !c.is_ascii() && c.is_alphanumeric()
}

/// Returns whether the letters at the start of `text` are followed by a mark with which an address goes on.
fn goes_on(text: &str) -> bool {
    /// The longest word looked at, in characters.
    const LONGEST_WORD: usize = 40;
    let mut rest = text.chars().take(LONGEST_WORD).skip_while(|&c| is_other_letter(c));
    rest.next().is_some_and(|c| "/._-=&%(#+".contains(c)) && rest.next().is_some_and(char::is_alphanumeric)
}

/// An e-mail address. The cursor is at its `@`.
pub fn of_mail(cursor: Cursor) -> Option<Span> {
    let name = trailing(cursor.before(), |c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
    let host = &cursor.rest()[1..];
    let host = &host[..leading(host, |c| c.is_ascii_alphanumeric() || ".-".contains(c))];
    let host = host.trim_end_matches(['.', '-']);
    (name > 0 && host.contains('.')).then(|| cursor.token(name, "@".len() + host.len()))
}

/// A topic between two `#`, as in posts: `#今天,真好#`. A number before the `#` is that of a building (`1#楼`).
pub fn topic(cursor: Cursor) -> Option<Span> {
    /// The longest topic, in bytes.
    const LONGEST_TOPIC: usize = 120;
    let (topic, _) = cursor.rest()[1..].split_once('#')?;
    let is_topic = topic.len() <= LONGEST_TOPIC
        && topic.starts_with(char::is_alphanumeric)
        && topic.ends_with(|c: char| c.is_alphanumeric() || "!?)".contains(c))
        && !topic.contains(char::is_whitespace);
    (is_topic && !ends_with_ascii_word(cursor.before())).then(|| cursor.token(0, topic.len() + "##".len()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_found;

    #[test]
    fn finds_web_addresses_without_the_sentence_around_them() {
        assert_found(&[
            "详见⟦https://www.example.cn/a,b?c=1⟧，欢迎投稿。",
            "详见⟦https://example.cn/a⟧,同时登录⟦www.example.com⟧。",
            "(见 ⟦ftp://example.cn/x_(y)⟧).",
            "⟦https://user@example.cn/www.x.cn⟧",
            "登录⟦https://a.cn⟧查看，或⟦www.b.cn⟧,报名。",
            "文/图 ：//x http:// 2://3 awww.x",
        ]);
    }

    #[test]
    fn web_addresses_include_their_chinese_parts() {
        assert_found(&[
            "见⟦https://a.cn/文档(一).html⟧，请下载。",
            "见⟦https://a.cn/查询?q=甲,乙⟧。",
            "见⟦https://a.cn/?q=甲,乙;丙⟧ 页。",
            "（⟦http://example.cn/甲⟧）",
            "(⟦http://甲.cn/乙#丙⟧)再看",
            "见⟦https://a.cn/v2文档(一).html⟧。",
            "“⟦https://a.cn/甲_(乙),丙!⟧”".replace("!⟧", "⟧!").as_str(),
        ]);
    }

    #[test]
    fn finds_mail_addresses_and_topics() {
        assert_found(&["发至⟦bao.she-1@mail.example.cn⟧.或致电", "@某人 a@b", "话题⟦#今天,真好#⟧转发,1#楼,2#楼。"]);
    }
}
