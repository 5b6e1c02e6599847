//! The kinds of files that are known not to be drafts, by the extensions of their names: a table.

use std::ffi::OsStr;
use std::path::Path;

use Family::{Archive, Code, Data, Ebook, Layout, Markup, Media, Pages, Sheet, Slides, Template, WebArchive, Word};

use crate::error::Error;

/// A kind of files that are not drafts.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// What such a file is, for users.
    name: &'static str,
    family: Family,
    /// The file name extensions in lower case and without the dot, separated by spaces.
    extensions: &'static str,
}

/// What kinds of files have in common: whether they may hold copy, and what can be done to have it checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Documents of word processors.
    Word,
    /// Spreadsheets.
    Sheet,
    /// Presentations.
    Slides,
    /// Pages as they are printed.
    Pages,
    /// Files of layout programs.
    Layout,
    /// Electronic books.
    Ebook,
    /// Web pages and mails with their attachments in one file.
    WebArchive,
    /// Text with markup that cannot be read.
    Markup,
    /// Data and settings as text.
    Data,
    /// Programs as text.
    Code,
    /// Text or markup with pieces of a program.
    Template,
    /// Pictures, sound, video, fonts.
    Media,
    /// Archives, programs, databases.
    Archive,
}

impl Family {
    /// Returns whether such files are often copy that somebody wants to have checked.
    fn may_hold_copy(self) -> bool {
        matches!(self, Word | Sheet | Slides | Pages | Layout | Ebook | WebArchive)
    }

    /// Returns what the user can do to have the text checked, as a clause without a full stop; `None` if there is
    /// probably no text to check.
    fn advice(self) -> Option<&'static str> {
        Some(match self {
            Word => "请用 Word 或 WPS 另存为 .docx",
            Sheet | Slides => "请把要校对的文字复制到 .docx 或 .txt 里",
            Pages => "请向作者要 .docx 或 .txt 原稿",
            Layout => "请在排版软件里把文字导出为 .docx 或 .txt",
            Ebook => "请向作者要 .docx、.html 或 .txt 原稿",
            WebArchive => "请另存为 .html 或 .docx",
            Markup | Data | Code | Template => "校对会改坏它的格式；确要当作纯文本，请加上 --as text",
            Media | Archive => return None,
        })
    }
}

const fn kind(name: &'static str, family: Family, extensions: &'static str) -> Kind {
    Kind { name, family, extensions }
}

/// Every kind. Extensions that several programs use belong to the kind that a proofreader is likelier to meet.
const KINDS: &[Kind] = &[
    kind("旧版 Word 文档", Word, "doc dot"),
    kind("WPS 文档", Word, "wps wpt"),
    kind("RTF 文档", Word, "rtf"),
    kind("Word 模板", Word, "dotx dotm"),
    kind("OpenDocument 文档", Word, "odt ott fodt sxw"),
    kind("标文通文档", Word, "uof uot"),
    kind("Pages 文档", Word, "pages"),
    kind("写字板文档", Word, "wri"),
    kind("WordPerfect 文档", Word, "wpd"),
    kind("HWP 文档", Word, "hwp hwpx"),
    kind("Excel 表格", Sheet, "xls xlsx xlsm xlsb xlt xltx"),
    kind("WPS 表格", Sheet, "et ett"),
    kind("OpenDocument 表格", Sheet, "ods ots fods"),
    kind("Numbers 表格", Sheet, "numbers"),
    kind("PowerPoint 演示文稿", Slides, "ppt pptx pptm pps ppsx potx"),
    kind("WPS 演示文稿", Slides, "dps dpt"),
    kind("OpenDocument 演示文稿", Slides, "odp otp fodp"),
    kind("PDF 文档", Pages, "pdf"),
    kind("OFD 版式文档", Pages, "ofd"),
    kind("方正版式文档", Pages, "ceb cebx sep teb"),
    kind("知网版式文档", Pages, "caj nh kdh"),
    kind("XPS 版式文档", Pages, "xps oxps"),
    kind("PostScript 文件", Pages, "ps eps prn"),
    kind("DjVu 文档", Pages, "djvu djv"),
    kind("InDesign 版面", Layout, "indd indt indb idml idms inx"),
    kind("InCopy 文章", Layout, "icml icma incx incd"),
    kind("方正飞腾或飞翔的版面", Layout, "fit vft ffx"),
    kind("方正书版文件", Layout, "fbd s92 s10 s72 s2 nps"),
    kind("QuarkXPress 版面", Layout, "qxp qxd qxb"),
    kind("PageMaker 版面", Layout, "pmd p65 pm6"),
    kind("Publisher 版面", Layout, "pub"),
    kind("Scribus 版面", Layout, "sla scd"),
    kind("Illustrator 图", Layout, "ai ait"),
    kind("CorelDRAW 图", Layout, "cdr"),
    kind("电子书", Ebook, "epub mobi azw azw3 fb2 lit umd"),
    kind("网页存档", WebArchive, "mht mhtml webarchive chm"),
    kind("邮件", WebArchive, "eml msg"),
    kind("AsciiDoc 文档", Markup, "adoc asciidoc asc"),
    kind("reStructuredText 文档", Markup, "rst rest"),
    kind("Org 文档", Markup, "org"),
    kind("LaTeX 文档", Markup, "tex ltx latex sty cls dtx"),
    kind("Typst 文档", Markup, "typ"),
    kind("维基文本", Markup, "wiki mediawiki wikitext creole dokuwiki"),
    kind("Textile 文档", Markup, "textile"),
    kind("手册页", Markup, "roff man mdoc texi texinfo pod"),
    kind("DITA 或 DocBook 文档", Markup, "dita ditamap dbk docbook"),
    kind("字幕", Markup, "ass ssa smi sub sbv lrc ttml"),
    kind("JSON 数据", Data, "json jsonl ndjson json5 jsonc geojson jsonld webmanifest ipynb har map"),
    kind("CSV 数据", Data, "csv tsv tab psv"),
    kind("YAML 数据", Data, "yaml yml"),
    kind("TOML 设置", Data, "toml"),
    kind("XML 数据", Data, "xml xsd xsl xslt dtd rss atom rdf plist opml kml gpx wsdl xaml resx svg mathml"),
    kind("设置文件", Data, "ini cfg conf cnf properties env reg inf desktop service editorconfig"),
    kind("译文数据", Data, "po pot mo xliff xlf tmx strings arb ftl"),
    kind("日志", Data, "log trace"),
    kind("补丁", Data, "diff patch rej"),
    kind("文献数据", Data, "bib ris enw"),
    kind("日历或通讯录", Data, "ics vcf"),
    kind("证书或密钥", Data, "pem crt cer key csr gpg"),
    kind("锁文件", Data, "lock sum"),
    kind("SQL 脚本", Code, "sql ddl psql"),
    kind("Python 程序", Code, "py pyi pyw pyx"),
    kind("JavaScript 程序", Code, "js mjs cjs jsx ts mts cts tsx coffee"),
    kind("样式表", Code, "css scss sass less styl"),
    kind("Rust 程序", Code, "rs"),
    kind("C 程序", Code, "c h cc cpp cxx c++ hpp hh hxx m mm ino"),
    kind("Java 程序", Code, "java kt kts scala groovy gradle clj cljs"),
    kind("C# 或 Basic 程序", Code, "cs csx fs fsx vb vbs bas"),
    kind("Go 程序", Code, "go"),
    kind("Swift 程序", Code, "swift"),
    kind("Ruby 程序", Code, "rb rake gemspec"),
    kind("Perl 程序", Code, "pl pm"),
    kind("Lua 程序", Code, "lua"),
    kind("R 程序", Code, "r"),
    kind("命令脚本", Code, "sh bash zsh fish ksh csh awk sed bat cmd ps1 psm1 mk mak"),
    kind(
        "程序",
        Code,
        "dart jl hs lhs ml mli ex exs erl hrl el lisp scm rkt vim tcl f f90 f95 pas dpr d nim zig sol v sv vhd asm s \
         proto thrift graphql gql wat cmake dockerfile \
         tf hcl nix bzl bazel sas ado",
    ),
    kind("网页程序", Template, "php phtml php3 php4 php5 asp aspx ascx cshtml vbhtml jsp jspx jspf do cfm"),
    kind(
        "网页模板",
        Template,
        "j2 jinja jinja2 njk ejs erb rhtml eex heex hbs handlebars mustache liquid twig tpl vm haml slim pug jade \
         vue svelte astro marko gohtml tmpl template",
    ),
    kind("图片", Media, "png jpg jpeg jpe gif bmp tif tiff webp heic heif avif ico icns psd psb raw cr2 nef dng xcf"),
    kind("音频或视频", Media, "mp3 wav flac m4a aac ogg oga opus wma mp4 m4v mov avi mkv webm wmv flv mpg mpeg"),
    kind("字体", Media, "ttf ttc otf woff woff2 eot"),
    kind("压缩文件", Archive, "zip rar 7z gz tgz bz2 tbz xz txz zst lz4 tar iso dmg jar war whl apk deb rpm cab"),
    kind("程序文件", Archive, "exe dll so dylib o a lib obj class pyc pyo wasm node bin com msi"),
    kind("数据库", Archive, "sqlite sqlite3 db mdb accdb dbf parquet arrow feather avro pkl npy npz h5 hdf5 rdb"),
];

/// Names that mean something else than their extension, or that have none, each with an extension of its kind.
const NAMES: &[(&str, &str)] = &[
    ("cmakelists.txt", "cmake"),
    ("requirements.txt", "ini"),
    ("constraints.txt", "ini"),
    ("robots.txt", "ini"),
    ("makefile", "mk"),
    ("gnumakefile", "mk"),
    ("dockerfile", "dockerfile"),
    ("containerfile", "dockerfile"),
    ("jenkinsfile", "groovy"),
    ("vagrantfile", "rb"),
    ("gemfile", "rb"),
    ("rakefile", "rb"),
];

/// Endings that say nothing of the kind of a file: copies and examples of a file whose name is what stands before.
const TRANSPARENT: &[&str] = &["bak", "backup", "old", "orig", "save", "sample", "example", "dist", "default", "in"];

/// Returns the name of a file of the same kind without the endings that say nothing of it: `稿.txt` for `稿.txt.bak`.
pub fn significant_name(path: &Path) -> Option<&str> {
    let mut name = path.file_name().and_then(OsStr::to_str)?.trim_end_matches('~');
    while let Some((stem, extension)) = name.rsplit_once('.')
        && TRANSPARENT.iter().any(|ending| ending.eq_ignore_ascii_case(extension))
        && !stem.is_empty()
    {
        name = stem;
    }
    Some(name)
}

impl Kind {
    /// Returns the kind of a file by its full name, if that means something else than its extension.
    pub fn with_name(name: &str) -> Option<&'static Kind> {
        let named = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.and_then(|(_, extension)| Kind::with_extension(extension))
    }

    /// Returns the kind with that file name extension.
    pub fn with_extension(extension: &str) -> Option<&'static Kind> {
        let is_it = |known: &str| known.eq_ignore_ascii_case(extension);
        KINDS.iter().find(|kind| kind.extensions.split_ascii_whitespace().any(is_it))
    }

    /// Returns whether files of the kind are often copy that somebody wants to have checked.
    pub fn may_hold_copy(&self) -> bool {
        self.family.may_hold_copy()
    }

    /// Returns whether two kinds have the same remedy.
    pub fn is_like(&self, other: &Kind) -> bool {
        self.family == other.family
    }

    /// Returns what the user can do to have the text of such a file checked, as a clause without a full stop.
    pub fn advice(&self) -> Option<&'static str> {
        self.family.advice()
    }

    /// Returns the error for a file of this kind.
    pub fn error(&self) -> Error {
        let error = Error::new(format!("这是{}，不能校对。", self.name_in_sentence()));
        match self.advice() {
            Some(advice) => error.help(format!("{advice}。")),
            None => error,
        }
    }

    /// Returns the error for a file that is of this kind by its name, although its content is text.
    pub fn error_by_name(&self) -> Error {
        if !self.may_hold_copy() {
            return self.error();
        }
        let advice = self.advice().unwrap_or_default();
        Error::new(format!("按扩展名，这是{}，不能校对。", self.name_in_sentence()))
            .help(format!("{advice}；其实是纯文本的，请加上 --as text。"))
    }

    /// Returns the name as it follows Chinese text: after a blank if it begins with a Latin letter.
    fn name_in_sentence(&self) -> String {
        let blank = if self.name.starts_with(|c: char| c.is_ascii()) { " " } else { "" };
        format!("{blank}{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::draft::Format;

    #[test]
    fn lists_each_extension_once_and_none_of_a_draft() {
        let mut seen = HashSet::new();
        for extension in KINDS.iter().flat_map(|kind| kind.extensions.split(' ').filter(|part| !part.is_empty())) {
            assert!(seen.insert(extension), "{extension} is listed twice");
            assert_eq!(extension, extension.to_lowercase());
            assert_eq!(Format::of_path(Path::new(&format!("稿.{extension}"))), None, "{extension} is one of a draft");
        }
        assert!(NAMES.iter().all(|(_, extension)| seen.contains(extension)));
    }

    #[test]
    fn looks_through_endings_of_copies() {
        for (name, expected) in [
            ("稿.txt", "稿.txt"),
            ("a/稿.txt.bak", "稿.txt"),
            ("稿.md.ORIG.old", "稿.md"),
            ("稿.html~", "稿.html"),
            (".bak", ".bak"),
            ("稿.v2", "稿.v2"),
        ] {
            assert_eq!(significant_name(Path::new(name)), Some(expected));
        }
    }

    #[test]
    fn names_the_kind_and_what_to_do() {
        let message = |extension| Kind::with_extension(extension).unwrap().error().to_string();
        assert_eq!(message("WPS"), "这是 WPS 文档，不能校对。\n  请用 Word 或 WPS 另存为 .docx。");
        assert_eq!(message("doc"), "这是旧版 Word 文档，不能校对。\n  请用 Word 或 WPS 另存为 .docx。");
        assert_eq!(message("png"), "这是图片，不能校对。");
        assert!(message("yaml").contains("--as text"));
    }
}
