//! A document of a stream: the fields of its line, checked.

use std::fmt;
use std::path::Path;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::lines::Line;
use crate::draft::{Draft, Encoding, Format, identify};
use crate::error::{Error, Result};
use crate::quantity::Date;

/// A document of a stream.
#[derive(Debug)]
pub struct Document<'l> {
    /// What names the document to whoever sent it: a string or a number, exactly as it was written.
    pub id: &'l RawValue,
    /// The text.
    pub text: String,
    /// The day of the issue that it is for, as it was written.
    pub date: Option<String>,
    day: Option<Date>,
    format: Option<Format>,
    /// What it is called. It tells the format and which settings apply; no file of that name is read.
    pub path: Option<String>,
}

/// A line that is no document.
#[derive(Debug)]
pub struct Refusal<'l> {
    /// The id, if it could be read.
    pub id: Option<&'l RawValue>,
    /// The number of the line, from 1.
    pub line: u64,
    /// Why it is none.
    pub error: Box<Error>,
}

/// The fields as they are written. Others are left to whoever sent them.
#[derive(Deserialize)]
struct Fields<'l> {
    #[serde(borrow, default)]
    id: Option<&'l RawValue>,
    #[serde(default)]
    text: Option<Field>,
    #[serde(default)]
    date: Option<Field>,
    #[serde(default)]
    format: Option<Field>,
    #[serde(default)]
    path: Option<Field>,
}

/// The value of a field, which should be a string.
enum Field {
    Text(String),
    Other,
}

impl<'l> Document<'l> {
    /// Reads the document in a line.
    ///
    /// # Errors
    /// The line is no JSON object, or a field is missing or not valid.
    pub fn read(line: Line<'l>) -> std::result::Result<Document<'l>, Refusal<'l>> {
        let refuse = |id, error| Refusal { id, line: line.number, error: Box::new(error) };
        let fields = line.text().and_then(fields_of).map_err(|error| refuse(None, error))?;
        let id = fields.id.filter(|id| is_id(id.get()));
        Document::of(id, fields).map_err(|error| refuse(id, error))
    }

    fn of(id: Option<&'l RawValue>, fields: Fields) -> Result<Document<'l>> {
        let id = id.ok_or_else(|| Error::new("缺少 id，或者它不是字符串或数字。").help(FORM))?;
        let text = string("text", fields.text)?.ok_or_else(|| Error::new("缺少 text。").help(FORM))?;
        let date = string("date", fields.date)?;
        let format = string("format", fields.format)?;
        Ok(Document {
            id,
            text,
            day: date.as_deref().map(day_of).transpose()?,
            date,
            format: format.as_deref().map(format_named).transpose()?,
            path: string("path", fields.path)?,
        })
    }

    /// Returns what messages about the document call it: its path or, without one, its id.
    pub fn name(&self) -> &str {
        self.path.as_deref().unwrap_or(self.id.get())
    }

    /// Opens the document as a draft: in its format or, if none is stated, in `default`, or in that which its name and
    /// its text tell.
    ///
    /// # Errors
    /// The text is not a draft.
    pub fn open(&self, default: Option<Format>) -> Result<Draft> {
        let bytes = self.text.clone().into_bytes();
        // The text may have been taken out of a file of any format, so a name is of use only if it is that of a text.
        let by_name =
            || self.path.as_deref().and_then(|path| Format::of_path(Path::new(path))).filter(|it| it.is_text());
        let format = self.format.or(default).or_else(by_name).map_or_else(|| identify(None, &bytes, None), Ok)?;
        Ok(Draft::open_in(bytes, format, Some(Encoding::Utf8))?.in_issue_of(self.day))
    }
}

/// What a document looks like.
const FORM: &str = r#"一行写一篇，例如 {"id":"a1","text":"……"}。"#;

fn fields_of(text: &str) -> Result<Fields<'_>> {
    let no_object = || Error::new("这一行不是 JSON 对象。").help(FORM);
    match text.trim_start().chars().next() {
        None => return Err(Error::new("这一行是空的。").help(FORM)),
        // serde would take the values of an array for those of the fields.
        Some('[') => return Err(no_object()),
        Some(_) => {}
    }
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data if text.trim_start().starts_with('{') => {
            Error::new("这一行里有一个键写了两次。").help("id、text、date、format、path 各写一次。")
        }
        Category::Data => no_object(),
        Category::Eof => Error::new("这一行的 JSON 没有写完。").help("一篇写在一行里；文中的换行写作 \\n。"),
        _ => Error::new(format!("这一行不是 JSON：错在第 {} 字节。", error.column())).help(FORM),
    })
}

/// Whether a JSON value can be an id.
fn is_id(value: &str) -> bool {
    value.starts_with(|first: char| matches!(first, '"' | '-' | '0'..='9'))
}

/// Returns the string in the field with that name. A missing field is the same as `null`.
fn string(name: &str, field: Option<Field>) -> Result<Option<String>> {
    match field {
        None => Ok(None),
        Some(Field::Text(text)) => Ok(Some(text)),
        Some(Field::Other) => Err(Error::new(format!("{name} 不是字符串。")).help("请给它加上引号。")),
    }
}

fn day_of(date: &str) -> Result<Date> {
    let invalid = || Error::new(format!("date 不能是“{date}”。"));
    Date::parse(date).ok_or_else(|| invalid().help("日期要写成 2023-11-01 的样子，并且真有这一天。"))
}

/// Returns the text format with that name.
///
/// # Errors
/// There is none: a document in a line is text.
fn format_named(name: &str) -> Result<Format> {
    let texts = || Format::ALL.iter().copied().filter(|format| format.is_text());
    texts().find(|format| format.name() == name).ok_or_else(|| {
        let names: Vec<&str> = texts().map(Format::name).collect();
        Error::new(format!("format 不能是“{name}”。")).help(format!("可以是：{}。", names.join("、")))
    })
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Field, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

/// Reads a value of any type, so that a wrong one is an error of its field and the id is known.
struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Field, E> {
        Ok(Field::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Field, E> {
        Ok(Field::Other)
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<Field, E> {
        Ok(Field::Other)
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<Field, E> {
        Ok(Field::Other)
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Field, E> {
        Ok(Field::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> std::result::Result<Field, A::Error> {
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut values: A) -> std::result::Result<Field, A::Error> {
        while values.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::super::LineReader;
    use super::*;

    /// Calls `judge` with the document in a line, or with the id and the message of its refusal.
    fn read<T>(line: &str, judge: impl Fn(std::result::Result<Document, (Option<String>, String)>) -> T) -> T {
        let batch = LineReader::new(line.as_bytes()).next_batch().unwrap().unwrap();
        let line = batch.lines().next().unwrap();
        judge(Document::read(line).map_err(|it| (it.id.map(|id| id.get().to_owned()), it.error.to_string())))
    }

    fn refused(line: &str) -> (Option<String>, String) {
        read(line, |read| read.map(drop).unwrap_err())
    }

    #[test]
    fn reads_the_fields_of_a_document() {
        read(r#" {"id": 01e1, "text":""} "#, |read| assert!(read.is_err()));
        read(r#" {"id": "a\u0041", "text":"甲\n乙", "date":"1998-03-02", "x":{"text":[1]}, "path":null} "#, |read| {
            let document = read.unwrap();
            assert_eq!((document.id.get(), document.text.as_str()), (r#""a\u0041""#, "甲\n乙"));
            assert_eq!((document.date.as_deref(), document.path.as_deref()), (Some("1998-03-02"), None));
            assert!(document.open(None).unwrap().issue_date().is_some());
        });
        read(r#"{"id":123456789012345678901,"text":"甲"}"#, |read| {
            assert_eq!(read.unwrap().id.get(), "123456789012345678901");
        });
    }

    #[test]
    fn says_what_is_wrong_with_a_line() {
        for (line, message) in [
            (" \t", "是空的"),
            ("甲", "不是 JSON：错在第 1 字节"),
            (r#"{"id":1,"text":"甲"#, "没有写完"),
            (r#"["甲"]"#, "不是 JSON 对象"),
            (r#" ["甲","乙"]"#, "不是 JSON 对象"),
            ("7", "不是 JSON 对象"),
            (r#"{"id":1,"id":2,"text":"甲"}"#, "写了两次"),
            (r#"{"id":1,"text":"\ud800"}"#, "不是 JSON"),
            (r#"{"text":"甲"}"#, "缺少 id"),
            (r#"{"id":null,"text":"甲"}"#, "缺少 id"),
            (r#"{"id":[1],"text":"甲"}"#, "缺少 id"),
        ] {
            let (id, error) = refused(line);
            assert!(id.is_none() && error.contains(message), "{line}: {error}");
        }
        for (fields, message) in [
            ("", "缺少 text"),
            (r#","text":null"#, "缺少 text"),
            (r#","text":["甲",{"b":1}]"#, "text 不是字符串"),
            (r#","text":"甲","date":19980302"#, "date 不是字符串"),
            (r#","text":"甲","date":"1998-02-30""#, "date 不能是“1998-02-30”"),
            (r#","text":"甲","date":"1998-02-03T00:00:00Z""#, "date 不能是"),
            (r#","text":"甲","format":"word""#, "text、markdown"),
            (r#","text":"甲","path":{}"#, "path 不是字符串"),
        ] {
            let (id, error) = refused(&format!(r#"{{"id":"甲1"{fields}}}"#));
            assert!(id.as_deref() == Some(r#""甲1""#) && error.contains(message), "{fields}: {error}");
        }
    }

    #[test]
    fn the_format_is_the_stated_one_or_that_of_the_name_or_of_the_text() {
        let text_of = |fields: &str, default| {
            read(&format!(r#"{{"id":1,{fields}}}"#), |read| {
                read.unwrap().open(default).map(|draft| draft.blocks().len()).map_err(|error| error.to_string())
            })
        };
        let page = r#""text":"<p>甲</p><p>乙</p>""#;
        assert_eq!(text_of(page, None), Ok(1));
        assert_eq!(text_of(page, Some(Format::Html)), Ok(2));
        assert_eq!(text_of(&format!(r#"{page},"format":"text""#), Some(Format::Html)), Ok(1));
        assert_eq!(text_of(&format!(r#"{page},"path":"2003/a.html""#), None), Ok(2));
        assert_eq!(text_of(&format!(r#"{page},"path":"a.pdf""#), None), Ok(1));
        assert_eq!(text_of(&format!(r#"{page},"path":"a.docx""#), None), Ok(1));
        assert!(text_of(r#""text":"{\"a\":\"b\"}""#, None).unwrap_err().contains("JSON"));
    }
}
