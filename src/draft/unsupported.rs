//! Documents of word processors that cannot be read: encrypted ones, and those in other formats than .docx.

use crate::error::Error;

/// Returns the error for an encrypted document or one in an unsupported word processor format (.doc, .wps, .rtf), or
/// `None` for any other file.
pub fn unsupported_document(bytes: &[u8]) -> Option<Error> {
    /// The first bytes of compound files: Office 97, WPS and encrypted documents.
    const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    if bytes.starts_with(COMPOUND_FILE) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Some(if memchr::memmem::find(bytes, &name).is_some() {
            encrypted()
        } else {
            unsupported("这是旧版 Word（.doc）或 WPS（.wps）的文件")
        });
    }
    bytes.starts_with(b"{\\rtf").then(|| unsupported("这是 RTF 文件"))
}

/// Returns the error for an encrypted document.
pub fn encrypted() -> Error {
    Error::new("这个文件加了密，无法读取。").help("请用 Word 或 WPS 打开，取消密码后另存为 .docx。")
}

fn unsupported(what: &str) -> Error {
    Error::new(format!("{what}，无法读取。")).help("请用 Word 或 WPS 打开，另存为 .docx 后再校对。")
}
