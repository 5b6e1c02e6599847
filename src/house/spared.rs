//! What a right form keeps a finding from: a change of it, and a reading of the text that cuts it.

use crate::edit::EditRef;
use crate::text::{Span, is_han};

/// The longest run of Chinese characters that is taken for a word by a finding that cuts a right form.
const LONGEST_WORD: usize = 8;

/// The suggestions for `span` of a block's text that leave all right forms as they are. `None` if the finding is about the
/// inside of a right form or reads the text otherwise than it, or if each suggestion would change one: then nothing is left
/// of the finding. `right` are the places of right forms in the text.
pub fn left_of(text: &str, span: Span, suggestions: &[String], right: &[Span]) -> Option<Vec<usize>> {
    let touching: Vec<Span> = right.iter().copied().filter(|form| touches(*form, span)).collect();
    let all = || Some((0..suggestions.len()).collect());
    if touching.is_empty() {
        return all();
    }
    if suggestions.is_empty() {
        let is_inside = touching.iter().any(|form| form.covers(span) && !span.is_empty());
        return if is_inside || cuts_any(text, span, &touching) { None } else { all() };
    }
    // The finding is about the form itself.
    if !span.is_empty() && touching.iter().any(|form| form.covers(span)) {
        return None;
    }
    let kept = |index: &usize| {
        let text_of = &suggestions[*index];
        let edit = EditRef { span, text: text_of }.trimmed(text);
        !touching.iter().any(|form| changes(edit, *form) && !keeps(text, span, text_of, *form))
    };
    let kept: Vec<usize> = (0..suggestions.len()).filter(kept).collect();
    (!kept.is_empty() && !cuts_any(text, span, &touching)).then_some(kept)
}

/// Whether a form and a span have a character in common; an empty span has to lie within the form.
fn touches(form: Span, span: Span) -> bool {
    form.start < span.end.max(span.start + 1) && span.start < form.end
}

/// Whether a form that stands whole in a span is in the new text too: what changes is around it, or it stood there twice.
fn keeps(text: &str, span: Span, new: &str, form: Span) -> bool {
    span.covers(form) && new.contains(form.of(text))
}

/// Whether an edit leaves something else where a right form is.
fn changes(edit: EditRef, form: Span) -> bool {
    if edit.span.is_empty() {
        return form.start < edit.span.start && edit.span.start < form.end;
    }
    form.start < edit.span.end && edit.span.start < form.end
}

/// Whether a span is a word that begins or ends within one of the forms.
fn cuts_any(text: &str, span: Span, forms: &[Span]) -> bool {
    let word = span.of(text);
    let is_word = word.chars().all(is_han) && word.chars().count() <= LONGEST_WORD;
    is_word && forms.iter().any(|form| !form.covers(span) && !span.covers(*form) && touches(*form, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of the suggestions for the part between the brackets, if the forms are right.
    fn left(text: &str, suggestions: &[&str], forms: &[&str]) -> Option<Vec<usize>> {
        let (before, rest) = text.split_once('[').unwrap();
        let (inside, after) = rest.split_once(']').unwrap();
        let text = [before, inside, after].concat();
        let span = Span::new(before.len(), before.len() + inside.len());
        let right: Vec<Span> = forms
            .iter()
            .flat_map(|form| text.match_indices(form).map(|(at, it)| Span::new(at, at + it.len())).collect::<Vec<_>>())
            .collect();
        let suggestions: Vec<String> = suggestions.iter().map(|it| (*it).to_owned()).collect();
        left_of(&text, span, &suggestions, &right)
    }

    #[test]
    fn a_right_form_is_not_changed() {
        assert_eq!(left("在[须要]山", &["需要"], &["须要山"]), None);
        assert_eq!(left("去[旅游局]办事", &["文化和旅游局"], &["旅游局"]), None);
        assert_eq!(left("江城[,]我的家", &["，"], &["江城,我的家"]), None);
        assert_eq!(left("江城[]日报", &["，"], &["江城日报"]), None);
        assert_eq!(left("去[江城日报]社", &["江成日报"], &["江城"]), None);
        // The doubt about a word of which only a part is named.
        assert_eq!(left("[方志]远", &[], &["方志远"]), None);
    }

    #[test]
    fn what_is_beside_a_right_form_stays() {
        assert_eq!(left("江城[,]今天", &["，"], &["江城"]), Some(vec![0]));
        assert_eq!(left("江城[]今天", &["，"], &["江城"]), Some(vec![0]));
        assert_eq!(left("[“江城“]", &["“江城”"], &["江城"]), Some(vec![0]));
        assert_eq!(left("[江城市民说，一共有三人。]", &[], &["江城"]), Some(vec![]));
        assert_eq!(left("[江城江城]", &["江城"], &["江城"]), Some(vec![0]));
        // A form that is deleted is not left as it is.
        assert_eq!(left("[目的是为了]", &["目的是"], &["为了"]), None);
    }

    #[test]
    fn a_word_that_cuts_a_right_form_is_misread() {
        assert_eq!(left("当[做为]民服务站", &["作为"], &["为民服务站"]), None);
        assert_eq!(left("在[江，]城", &["江、"], &["江"]), Some(vec![0]));
    }

    #[test]
    fn only_the_suggestions_that_change_nothing_are_left() {
        assert_eq!(left("[江城,江日]", &["江诚，江日", "江城，江日"], &["江城"]), Some(vec![1]));
    }
}
