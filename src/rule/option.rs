//! Options: choices that a rule leaves to the newspaper that uses it.

use serde::{Deserialize, Serialize};

use crate::error::nearest;

/// An option of a rule, such as the sign for ranges (～ or —), and its values. In the patterns and replacements of the
/// rule, `{name}` stands for the text of the chosen value; in its message, for the name of the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOption {
    /// The name in the rule and in settings.
    pub name: String,
    /// The possible values. The first is the default.
    pub values: Vec<OptionValue>,
    /// The index of the chosen value.
    pub chosen: usize,
}

/// A possible value of an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionValue {
    /// The name in settings, examples and messages.
    pub name: String,
    /// The text in patterns and replacements.
    pub text: String,
}

/// The reason why a value cannot be chosen for an option, in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceError {
    /// Is the value wrong, as opposed to the name of the option?
    pub is_value_wrong: bool,
    /// A sentence that says what is wrong.
    pub what: String,
    /// A sentence that says what can be written instead.
    pub help: String,
}

impl RuleOption {
    /// Returns the chosen value.
    pub fn value(&self) -> &OptionValue {
        &self.values[self.chosen]
    }

    /// Returns the names of the values, separated by 、.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.values.iter().map(|value| value.name.as_str()).collect();
        names.join("、")
    }
}

/// Chooses the value named `value` for the option named `name`.
///
/// # Errors
/// There is no such option, or the option has no such value.
pub fn choose(options: &mut [RuleOption], name: &str, value: &str) -> Result<(), ChoiceError> {
    let Some(index) = options.iter().position(|option| option.name == name) else {
        let known = options.iter().map(|option| option.name.as_str());
        let help = match nearest(name, known.clone()) {
            Some(near) => format!("想写的是 {near} 吗？"),
            None if options.is_empty() => "这条规则没有选项。".to_owned(),
            None => format!("这条规则的选项：{}。", known.collect::<Vec<_>>().join("、")),
        };
        return Err(ChoiceError { is_value_wrong: false, what: format!("没有名为“{name}”的选项。"), help });
    };
    let option = &mut options[index];
    match option.values.iter().position(|known| known.name == value) {
        Some(chosen) => option.chosen = chosen,
        None => {
            let help = format!("可用的值：{}。", option.names());
            return Err(ChoiceError { is_value_wrong: true, what: format!("{name} 不能是“{value}”。"), help });
        }
    }
    Ok(())
}
