//! What a rule leaves to the paper that uses it.

use serde::{Deserialize, Serialize};

use crate::error::nearest;

/// Something a rule leaves open, such as the sign of a range, and what a paper can choose. In the rule's
/// patterns and replacements `{name}` is the text of the chosen value, in its message the value's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOption {
    /// Its name in the rule and in settings.
    pub name: String,
    /// What can be chosen; the first is the default.
    pub values: Vec<Value>,
    /// The index of the chosen value.
    pub chosen: usize,
}

/// A value that an option can take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// What settings, examples and messages call it.
    pub name: String,
    /// What stands in patterns and replacements.
    pub text: String,
}

/// Why something cannot be chosen: one Chinese sentence on what is wrong, one on what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Is it the value that is wrong, not the option's name?
    pub of_value: bool,
    /// What is wrong.
    pub what: String,
    /// What can be written.
    pub help: String,
}

impl RuleOption {
    /// The chosen value.
    pub fn value(&self) -> &Value {
        &self.values[self.chosen]
    }

    /// The names of the values, as a Chinese list.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.values.iter().map(|value| value.name.as_str()).collect();
        names.join("、")
    }
}

/// Chooses a value, by its name, for the option of that name.
///
/// # Errors
/// There is no such option, or the option has no such value.
pub fn choose(options: &mut [RuleOption], name: &str, value: &str) -> Result<(), Refusal> {
    let Some(index) = options.iter().position(|option| option.name == name) else {
        let known = options.iter().map(|option| option.name.as_str());
        let help = match nearest(name, known.clone()) {
            Some(near) => format!("想写的是 {near} 吗？"),
            None if options.is_empty() => "这条规则没有选项。".to_owned(),
            None => format!("这条规则的选项：{}。", known.collect::<Vec<_>>().join("、")),
        };
        return Err(Refusal { of_value: false, what: format!("没有名为“{name}”的选项。"), help });
    };
    let option = &mut options[index];
    match option.values.iter().position(|known| known.name == value) {
        Some(chosen) => option.chosen = chosen,
        None => {
            let help = format!("可用的值：{}。", option.names());
            return Err(Refusal { of_value: true, what: format!("{name} 不能是“{value}”。"), help });
        }
    }
    Ok(())
}
