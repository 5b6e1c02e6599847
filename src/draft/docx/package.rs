//! The package of a Word file (ISO/IEC 29500-2): which parts belong together, their types, and what is in them besides
//! text that is read.

use std::collections::HashSet;

use super::archive::{Archive, Xml};
use super::xml::{Token, Tokens, escape};
use crate::error::Result;

/// The name of the part with the types of all parts.
pub const CONTENT_TYPES: &str = "[Content_Types].xml";

/// The relationships of a part: which other parts it refers to.
#[derive(Debug, Default)]
pub struct Relationships {
    ids: HashSet<String>,
    /// Type without its namespace, and name of the part.
    targets: Vec<(String, String)>,
}

impl Relationships {
    /// Reads the relationships of the part with the name `source`.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn read(xml: &str, source: &str) -> Result<Relationships> {
        let folder = folder_of(source);
        let mut relationships = Relationships::default();
        let mut tokens = Tokens::new(xml);
        while let Some(token) = tokens.next()? {
            let Token::Start(tag) = token else { continue };
            let (Some(kind), Some(target)) = (tag.attribute("Type"), tag.attribute("Target")) else { continue };
            relationships.ids.extend(tag.attribute("Id"));
            if tag.attribute("TargetMode").is_some_and(|mode| mode == "External") {
                continue;
            }
            let name = target.strip_prefix('/').map_or_else(|| resolved(folder, &target), str::to_owned);
            relationships.targets.push((kind.rsplit('/').next().unwrap_or_default().to_owned(), name));
        }
        Ok(relationships)
    }

    /// Returns the names of the parts that are related by `kind`.
    pub fn of<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r str> {
        self.targets.iter().filter(move |(known, _)| known == kind).map(|(_, name)| name.as_str())
    }

    /// Returns whether a part is related by one of `kinds`.
    fn has(&self, kinds: &[&str]) -> bool {
        self.targets.iter().any(|(kind, _)| kinds.contains(&kind.as_str()))
    }
}

/// A relationships part. The part need not exist.
#[derive(Debug)]
pub struct RelationshipsPart {
    pub name: String,
    pub xml: Option<Xml>,
    pub content: Relationships,
}

impl RelationshipsPart {
    /// Reads the relationships of the part with the name `source`; the empty name stands for the package.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn read(archive: &mut Archive, source: &str) -> Result<RelationshipsPart> {
        let folder = folder_of(source);
        let name = format!("{folder}_rels/{}.rels", &source[folder.len()..]);
        let xml = archive.xml(&name)?;
        let content = match &xml {
            Some(xml) => Relationships::read(&xml.text, source)?,
            None => Relationships::default(),
        };
        Ok(RelationshipsPart { name, xml, content })
    }

    /// Returns the part with a relationship to `target` appended. `kind` is the type with its namespace. Returns `None` if
    /// the part is malformed.
    pub fn with_relationship(&self, kind: &str, target: &str) -> Option<Xml> {
        let id = (1..).map(|number| format!("rIdZhubi{number}")).find(|id| !self.content.ids.contains(id))?;
        let attributes = [("Id", id.as_str()), ("Type", kind), ("Target", target)];
        match &self.xml {
            Some(xml) => Some(xml.with_text(append_element(&xml.text, "Relationship", &attributes)?)),
            None => {
                let root = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>"#;
                let empty = format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{root}");
                append_element(&empty, "Relationship", &attributes).map(Xml::utf8)
            }
        }
    }
}

/// Returns the content types with the type of the part `name` added, unless it has one. Returns `None` if the content
/// types are malformed.
pub fn content_types_with(types: &Xml, name: &str, kind: &str) -> Option<Xml> {
    let path = format!("/{name}");
    let mut tokens = Tokens::new(&types.text);
    while let Some(token) = tokens.next().ok()? {
        if let Token::Start(tag) = token
            && tag.attribute("PartName").is_some_and(|known| known == path)
        {
            return Some(types.clone());
        }
    }
    let attributes = [("PartName", path.as_str()), ("ContentType", kind)];
    Some(types.with_text(append_element(&types.text, "Override", &attributes)?))
}

/// Returns `xml` with an empty element, which has the namespace of the root, at the end of the root.
fn append_element(xml: &str, name: &str, attributes: &[(&str, &str)]) -> Option<String> {
    let mut tokens = Tokens::new(xml);
    let Token::Start(root) = tokens.next().ok()?? else { return None };
    let written = &xml[tokens.range.start + 1..][..root.written_name_length()];
    let prefix = written.rfind(':').map_or("", |at| &written[..=at]);
    let attributes: String = attributes.iter().map(|(key, value)| format!(r#" {key}="{}""#, escape(value))).collect();
    append_to_root(xml, &format!("<{prefix}{name}{attributes}/>"))
}

/// Returns `xml` with `content` at the end of its root element, or `None` if there is no root element.
pub fn append_to_root(xml: &str, content: &str) -> Option<String> {
    let mut tokens = Tokens::new(xml);
    let Token::Start(root) = tokens.next().ok()?? else { return None };
    let start_tag = tokens.range.clone();
    let is_empty = tokens.is_empty_element();
    tokens.skip_element().ok()?;
    if is_empty {
        let name = &xml[start_tag.start + 1..][..root.written_name_length()];
        let open = xml[..start_tag.end].strip_suffix("/>")?;
        return Some(format!("{open}>{content}</{name}>{}", &xml[start_tag.end..]));
    }
    let (before, after) = xml.split_at(tokens.range.start);
    Some(format!("{before}{content}{after}"))
}

/// Returns the folder of a part, with the slash at its end.
pub fn folder_of(part: &str) -> &str {
    &part[..part.rfind('/').map_or(0, |at| at + 1)]
}

/// Returns the name of the part at `target`, a path from `folder`.
fn resolved(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// What is in a file that is not read as text, or that a change affects.
#[derive(Debug, Default)]
pub struct Extras {
    /// Whether the file has a digital signature.
    pub is_signed: bool,
    /// What is not read, in Chinese: `图表`.
    pub unread: Vec<&'static str>,
    pub has_macros: bool,
    /// Whether Word lets nobody edit the file freely (“限制编辑”).
    pub is_protected: bool,
}

impl Extras {
    /// Looks for extras in the relationships of the package and of the main document, and in the settings.
    pub fn find(package: &Relationships, main: &Relationships, settings: Option<&Xml>) -> Extras {
        /// Types of relationships without their namespace, and what they lead to.
        const UNREAD: [(&[&str], &str); 4] = [
            (&["chart", "chartEx"], "图表"),
            (&["diagramData"], "SmartArt 图形"),
            (&["oleObject", "package"], "嵌入的对象"),
            (&["aFChunk"], "嵌入的文档"),
        ];
        Extras {
            is_signed: package.has(&["origin"]),
            unread: UNREAD.iter().filter(|(kinds, _)| main.has(kinds)).map(|(_, name)| *name).collect(),
            has_macros: main.has(&["vbaProject"]),
            is_protected: settings.is_some_and(|xml| is_protected(&xml.text)),
        }
    }
}

/// Returns whether the settings restrict editing.
fn is_protected(settings: &str) -> bool {
    let mut tokens = Tokens::new(settings);
    while let Ok(Some(token)) = tokens.next() {
        if let Token::Start(tag) = token
            && tag.name() == "w:documentProtection"
        {
            return tag
                .attribute("w:enforcement")
                .is_some_and(|value| value == "1" || value == "true" || value == "on");
        }
    }
    false
}
