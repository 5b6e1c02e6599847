//! Names of characters that a reader cannot see or cannot tell from others.

/// Chinese names of characters: the first and the last that has the name. A range comes after the characters in it that
/// have a name of their own.
const NAMES: &[(char, char, &str)] = &[
    ('\0', '\0', "空字符"),
    ('\u{07}', '\u{07}', "响铃符"),
    ('\u{08}', '\u{08}', "退格符"),
    ('\u{09}', '\u{09}', "制表符"),
    ('\u{0B}', '\u{0B}', "纵向制表符"),
    ('\u{0C}', '\u{0C}', "换页符"),
    ('\u{1B}', '\u{1B}', "转义符"),
    ('\u{7F}', '\u{7F}', "删除符"),
    ('\0', '\u{1F}', "控制符"),
    ('\u{80}', '\u{9F}', "控制符"),
    ('\u{A0}', '\u{A0}', "不换行空格"),
    ('\u{AD}', '\u{AD}', "软连字符"),
    ('\u{300}', '\u{33F}', "附加符号"),
    ('\u{340}', '\u{36F}', "附加符号"),
    ('\u{370}', '\u{3FF}', "希腊字母"),
    ('\u{400}', '\u{52F}', "西里尔字母"),
    ('\u{1680}', '\u{1680}', "欧甘文空格"),
    ('\u{2002}', '\u{2002}', "半个字宽的空格"),
    ('\u{2003}', '\u{2003}', "一个字宽的空格"),
    ('\u{2000}', '\u{200A}', "特殊宽度的空格"),
    ('\u{200B}', '\u{200B}', "零宽空格"),
    ('\u{200C}', '\u{200C}', "零宽不连字"),
    ('\u{200D}', '\u{200D}', "零宽连字"),
    ('\u{200E}', '\u{200F}', "书写方向标记"),
    ('\u{2028}', '\u{2028}', "分行符"),
    ('\u{2029}', '\u{2029}', "分段符"),
    ('\u{202A}', '\u{202E}', "书写方向控制符"),
    ('\u{202F}', '\u{202F}', "窄空格"),
    ('\u{205F}', '\u{205F}', "公式里的空格"),
    ('\u{2060}', '\u{2060}', "词连接符"),
    ('\u{2061}', '\u{2064}', "公式里看不见的运算符"),
    ('\u{2066}', '\u{2069}', "书写方向控制符"),
    ('\u{206A}', '\u{206F}', "废弃的控制符"),
    ('\u{20D0}', '\u{20FF}', "附加符号"),
    ('\u{2E80}', '\u{2FDF}', "部首符号"),
    ('\u{3000}', '\u{3000}', "全角空格"),
    ('\u{302A}', '\u{302F}', "声调符号"),
    ('\u{3099}', '\u{309A}', "假名附加符号"),
    ('\u{3164}', '\u{3164}', "谚文填充符"),
    ('\u{31C0}', '\u{31EF}', "笔画符号"),
    ('\u{115F}', '\u{1160}', "谚文填充符"),
    ('\u{E000}', '\u{F8FF}', "私用字符"),
    ('\u{F900}', '\u{FAFF}', "兼容汉字"),
    ('\u{FE00}', '\u{FE0F}', "字形选择符"),
    ('\u{FE10}', '\u{FE1F}', "竖排标点"),
    ('\u{FE20}', '\u{FE2F}', "附加符号"),
    ('\u{FE30}', '\u{FE4F}', "竖排标点"),
    ('\u{FE50}', '\u{FE6F}', "小型标点"),
    ('\u{FEFF}', '\u{FEFF}', "字节序标记"),
    ('\u{FFA0}', '\u{FFA0}', "谚文填充符"),
    ('\u{FFF9}', '\u{FFFB}', "行间注释符"),
    ('\u{FFFD}', '\u{FFFD}', "替换字符"),
    ('\u{2F800}', '\u{2FA1F}', "兼容汉字"),
    ('\u{E0000}', '\u{E007F}', "标签字符"),
    ('\u{E0100}', '\u{E01EF}', "字形选择符"),
    ('\u{F0000}', '\u{10FFFF}', "私用字符"),
];

/// How many characters are named.
const MOST: usize = 3;

/// Returns the code points of the characters of `text` with their names, such as `U+200B（零宽空格）`. A character that
/// occurs more than once is named once; after some, the others are only mentioned.
pub fn character_names(text: &str) -> String {
    let mut different: Vec<char> = Vec::new();
    for c in text.chars() {
        if !different.contains(&c) {
            different.push(c);
        }
        if different.len() > MOST {
            break;
        }
    }
    let named: Vec<String> = different.iter().take(MOST).map(|c| described(*c)).collect();
    let and_others = if different.len() > MOST { "等" } else { "" };
    named.join("、") + and_others
}

fn described(c: char) -> String {
    let name = NAMES.iter().find(|(first, last, _)| (*first..=*last).contains(&c));
    let name = name.map_or(String::new(), |(_, _, name)| format!("（{name}）"));
    format!("U+{:04X}{name}", c as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_each_character_once() {
        assert_eq!(character_names("\u{200B}\u{200B}"), "U+200B（零宽空格）");
        assert_eq!(character_names("\u{8}\u{E5E5}"), "U+0008（退格符）、U+E5E5（私用字符）");
        assert_eq!(character_names("\u{2F08}"), "U+2F08（部首符号）");
    }

    #[test]
    fn mentions_the_others_of_many() {
        assert_eq!(character_names("\u{1}\u{2}甲乙丙"), "U+0001（控制符）、U+0002（控制符）、U+7532等");
    }
}
