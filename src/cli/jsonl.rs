//! The option `--jsonl-in` of `check` and `fix`: documents arrive as lines of JSON, and each line is answered in its place.
//!
//! What is held does not depend on how many documents there are: a bounded number of lines is read ahead, and nothing more
//! is read until their answers are written.

use std::io;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches};

use super::check::Verdict;
use super::console::Console;
use super::document_workspaces::{DocumentWorkspaces, Placement};
use super::jsonl_input::{self, Input};
use super::{CommandResult, Outcome, bug, drafts, listing};
use crate::block::Block;
use crate::draft::{Draft, Format};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finding::{Finding, FixSafety, Severity};
use crate::guard;
use crate::parallel;
use crate::report::CheckedDraft;
use crate::revise::revise_with;
use crate::rule::RuleSet;
use crate::stet::ReviewOptions;
use crate::stream::{Batch, CheckAnswer, Document, FailureAnswer, FixAnswer, Line, Refusal};

/// The name of the option.
pub const OPTION: &str = "jsonl-in";

/// Returns the option. With it the options in `others` mean nothing.
pub fn option(others: &'static [&'static str]) -> Arg {
    Arg::new(OPTION)
        .long(OPTION)
        .action(ArgAction::SetTrue)
        .conflicts_with_all(others)
        .help("从标准输入（或写明的文件）一行读一篇 JSON 文档，一行答一篇，次序不变；格式见 docs/archive.md")
}

/// What is done with each document.
pub enum Task {
    /// Its findings are the answer. The verdict says which of them count.
    Check(Verdict),
    /// Its text with the errors fixed is the answer.
    Fix(FixSafety),
}

/// The answer to a line.
#[derive(Default)]
struct Answer {
    text: String,
    has_failed: bool,
    /// The number of findings of each severity, in the order of [`Severity::ALL`].
    findings: [usize; Severity::ALL.len()],
}

/// How the lines so far were answered.
#[derive(Default)]
struct Count {
    /// The number of lines that failed, and the first of them.
    failed: usize,
    first_failed: Option<u64>,
    findings: [usize; Severity::ALL.len()],
}

/// Answers the documents in the inputs that the arguments name.
///
/// # Errors
/// The settings cannot be loaded, or the answers cannot be written.
pub fn run(arguments: &ArgMatches, task: &Task, console: &mut Console) -> CommandResult<Outcome> {
    listing::limit_jobs(arguments);
    let format = drafts::given_format(arguments);
    if format.is_some_and(|format| !format.is_text()) {
        let error = Error::new("--jsonl-in 读的是文字，不能和 --as word 一起用。");
        return Err(error.help("Word 稿件请按路径检查，或先取出文字。").into());
    }
    let mut run = Run { workspaces: DocumentWorkspaces::load(arguments, console)?, task, format };
    let paths: Vec<PathBuf> = arguments.get_many("paths").into_iter().flatten().cloned().collect();
    let inputs = if paths.is_empty() { vec![Input::Standard] } else { paths.into_iter().map(Input::of).collect() };
    let mut count = Count::default();
    for input in inputs {
        let opened = input.open().map(jsonl_input::batches);
        let name = input.name().filter(|_| arguments.contains_id("paths"));
        match opened {
            Ok(batches) => {
                if let Err(error) = run.answer_all(batches, name.as_deref(), &mut count, console)? {
                    console.report_error(&input.read_error(&error));
                }
            }
            Err(error) => console.report_error(&input.open_error(&error)),
        }
    }
    if let Some(line) = count.first_failed {
        console.note(&format!("有 {} 行没能处理（第一处在第 {line} 行），原因写在各自的回答里。", count.failed));
        return Ok(Outcome::Failed);
    }
    Ok(match task {
        Task::Check(verdict) => verdict.outcome(Severity::ALL.into_iter().zip(count.findings)),
        Task::Fix(_) => Outcome::Clean,
    })
}

/// A run over the documents of some inputs.
struct Run<'a> {
    workspaces: DocumentWorkspaces<'a>,
    task: &'a Task,
    /// The format of documents that state none.
    format: Option<Format>,
}

impl Run<'_> {
    /// Answers the documents of one input, and adds up the answers. The inner error is that of reading the input.
    fn answer_all(
        &mut self,
        batches: impl Iterator<Item = io::Result<Vec<Batch>>>,
        name: Option<&str>,
        count: &mut Count,
        console: &mut Console,
    ) -> CommandResult<io::Result<()>> {
        for batches in batches {
            let batches = match batches {
                Ok(batches) => batches,
                Err(error) => return Ok(Err(error)),
            };
            let mut out = String::new();
            for (answer, line) in self.answer(&batches, name) {
                out += &answer.text;
                count.add(&answer, line);
            }
            console.write(out.as_bytes())?;
            // Whoever sent the documents may wait for the answers.
            console.flush()?;
        }
        Ok(Ok(()))
    }

    /// Returns the answers to some lines, with their numbers, in order.
    fn answer(&mut self, batches: &[Batch], name: Option<&str>) -> Vec<(Answer, u64)> {
        let lines: Vec<Line> = batches.iter().flat_map(Batch::lines).collect();
        let read = parallel::map(&lines, |line| Document::read(*line));
        // Settings are loaded when the first document needs them, so one thread does this.
        let placed = read.into_iter().zip(&lines).map(|(document, line)| {
            let document = document?;
            let placement = self.workspaces.place(document.path.as_deref());
            match placement {
                Ok(placement) => Ok((document, placement)),
                Err(error) => Err(Refusal { id: Some(document.id), line: line.number, error: Box::new(error) }),
            }
        });
        let placed: Vec<(std::result::Result<_, Refusal>, u64)> =
            placed.zip(lines.iter().map(|line| line.number)).collect();
        parallel::map(&placed, |(placed, line)| {
            let answer = match placed {
                Ok((document, placement)) => {
                    let worked = bug::catch_in_draft(|| self.work(document, placement));
                    worked.unwrap_or_else(|error| {
                        Answer::failure(&Refusal { id: Some(document.id), line: *line, error: Box::new(error) }, name)
                    })
                }
                Err(refusal) => Answer::failure(refusal, name),
            };
            (answer, *line)
        })
    }

    /// Does the task with a document.
    fn work(&self, document: &Document, placement: &Placement) -> Result<Answer> {
        let Placement::In { workspace, path_in_list } = placement else { return Ok(self.leave(document)) };
        let workspace = self.workspaces.get(*workspace);
        let draft = document.open(self.format)?;
        let options = workspace.options_in_list(path_in_list);
        match self.task {
            Task::Check(_) => Ok(check(document, &draft, &workspace.engine, &options)),
            Task::Fix(safety) => fix(document, &draft, &workspace.engine, (*safety, &options)),
        }
    }

    /// Answers a document that the configuration ignores.
    fn leave(&self, document: &Document) -> Answer {
        let notes = vec!["按配置忽略，没有检查。".to_owned()];
        let rules = &RuleSet::default();
        let text = match self.task {
            Task::Check(_) => {
                let checked = checked(&document.text, &[], &[], rules);
                CheckAnswer { document, checked, suppressed: 0, notes }.to_line()
            }
            Task::Fix(_) => {
                let (text, original) = (document.text.as_str(), "");
                let answer = FixAnswer {
                    document,
                    original,
                    rules,
                    text,
                    changes: &[],
                    remaining: 0,
                    contending: vec![],
                    notes,
                };
                answer.to_line()
            }
        };
        Answer { text, ..Answer::default() }
    }
}

fn check(document: &Document, draft: &Draft, engine: &Engine, options: &ReviewOptions) -> Answer {
    let mut review = options.review(engine, draft);
    guard::withdraw_harmful_fixes(draft, &mut review.findings);
    let notes = review.ineffective.into_iter().map(|note| note.in_file(document.name()).to_string()).collect();
    let checked = checked(draft.text(), draft.blocks(), &review.findings, engine.rules());
    let count = |severity| review.findings.iter().filter(|finding| finding.severity == severity).count();
    Answer {
        text: CheckAnswer { document, checked, suppressed: review.suppressed.len(), notes }.to_line(),
        has_failed: false,
        findings: Severity::ALL.map(count),
    }
}

/// Puts together what an answer says of a draft. The path is in the answer, once.
fn checked<'a>(text: &'a str, blocks: &'a [Block], findings: &'a [Finding], rules: &'a RuleSet) -> CheckedDraft<'a> {
    CheckedDraft { path: "", text, is_numbered_by_paragraph: false, blocks, findings, confirmations: &[], rules }
}

fn fix(
    document: &Document,
    draft: &Draft,
    engine: &Engine,
    (safety, options): (FixSafety, &ReviewOptions),
) -> Result<Answer> {
    let revision = revise_with(engine, draft, safety, options)?;
    // The encoding is known to be UTF-8.
    let text =
        String::from_utf8(revision.bytes).map_err(|error| Error::new("改后的文字不是 UTF-8。").caused_by(error))?;
    let rules = engine.rules();
    let contending = revision.contending.iter().map(|&rule| rules.rules[rule as usize].id.as_str()).collect();
    let answer = FixAnswer {
        document,
        original: draft.text(),
        rules,
        text: &text,
        changes: &revision.changes,
        remaining: revision.remaining.len(),
        contending,
        notes: Vec::new(),
    };
    Ok(Answer { text: answer.to_line(), ..Answer::default() })
}

impl Answer {
    fn failure(refusal: &Refusal, input: Option<&str>) -> Answer {
        let text = FailureAnswer { refusal, input }.to_line();
        Answer { text, has_failed: true, ..Answer::default() }
    }
}

impl Count {
    fn add(&mut self, answer: &Answer, line: u64) {
        if answer.has_failed {
            self.failed += 1;
            self.first_failed.get_or_insert(line);
        }
        for (sum, count) in self.findings.iter_mut().zip(answer.findings) {
            *sum += count;
        }
    }
}
