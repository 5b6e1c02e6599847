//! `zhubi review`: the desk in the terminal.

mod passage;
mod screen;

use std::io::{self, IsTerminal, Write};
use std::time::SystemTime;

use clap::{ArgMatches, Command};
use crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use crossterm::terminal::{self, Clear, ClearType};
use crossterm::{cursor, execute, queue};
use humantime::format_rfc3339_seconds;

use super::console::{self, Console};
use super::drafts::{self, DraftSource};
use super::workspaces::{self, Workspace};
use super::{CommandError, CommandResult, Outcome, keep, listing, selection, table, usage};
use crate::edit::Signature;
use crate::error::{Error, Result};
use crate::review::{Galley, Passage, Verdict};
use crate::sheet::{Mark, OPEN, SheetBlock};
use screen::{Line, Look, Scene};

const BODY: &str = "\
{all-args}

按键：j、k 下一处、上一处，n 下一处未处理的；回车照第一种改法改，2…9 照别的改法；x 不改，s 保留，e 改写，w 收词，
a 同一条规则的全部；c 手改没有查出的字；o 重新处理，u 撤销，r 重做；[ ] 换一篇；S 存盘，q 退出。
定下的随时记在稿件旁边（.稿件名.zhubi-review），下次接着做；按 S 才改动稿件。

退出码：0 完成，2 没能完成。

例：
  zhubi review 稿件.txt
  zhubi review --only punctuation 稿件/";

/// The keys, as the last lines of the screen name them.
const KEYS: &str = "j k 移动  n 未处理  回车 照改  x 不改  s 保留  e 改写  w 收词  a 同类  c 手改  o 重来  u 撤销  r 重做  [ ] 换篇  S 存盘  q 退出";
const KEYS_FOR_TEXT: &str = "回车 定  Esc 算了";
const KEYS_FOR_PASSAGE: &str = "回车 定  Tab 下一处同样的字  Esc 算了";
const KEYS_FOR_ALL: &str = "回车 都照改  x 都不改  s 都保留  Esc 算了";

pub fn command() -> Command {
    let usage = "zhubi review [选项] <路径>…";
    usage::without_help_option("review", "在终端里校读：逐处看、逐处定", usage, BODY).defer(arguments)
}

/// Adds the arguments. clap calls this only if the command is used, which saves time at startup.
fn arguments(command: Command) -> Command {
    command
        .arg(drafts::paths_argument_unless_changes())
        .args(usage::group("校读哪些稿件", listing::options()))
        .args(usage::group("校读哪些稿件", drafts::change_options()))
        .args(usage::group("校读哪些稿件", drafts::reading_options()))
        .args(selection::options())
        .args(usage::group("其他", [usage::help_option()]))
}

pub fn run(arguments: &ArgMatches, console: &mut Console) -> CommandResult<Outcome> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        let error = Error::new("校读要在终端里做，这里不是终端。");
        return Err(error.help("只看问题，用 zhubi check；在浏览器里校读，用 zhubi desk。").into());
    }
    let mut sources = drafts::collect(arguments, console)?;
    sources.retain(|source| !source.is_standard_input() && source.blob.is_none());
    if let Some(error) = sources.is_empty().then(|| Error::new("没有可以校读的稿件。")) {
        return Err(error.help("稿件要是文件，不能是标准输入或只在暂存区里。").into());
    }
    let workspaces = workspaces::load(arguments, &mut sources, console)?;
    let galleys = table::open(&sources, &workspaces, console);
    if galleys.is_empty() {
        return Ok(Outcome::Failed);
    }
    let authors: Vec<&str> = authors(&sources, &workspaces);
    let mut face = Face::new(galleys, authors.first().copied().unwrap_or("朱笔").to_owned());
    let ended = Terminal::enter().and_then(|terminal| face.run(&terminal));
    for galley in &face.galleys {
        let progress = galley.progress();
        let rest = if galley.reading().is_changed() {
            "；改动还没有写进稿件，再打开后按 S 存盘"
        } else {
            ""
        };
        console.print(&format!("{}：定了 {}/{} 处{rest}。\n", galley.name, progress.decided, progress.total))?;
    }
    // A terminal that is gone ends the reading like any other way: what was decided is recorded.
    ended.map_err(CommandError::Output)?;
    Ok(Outcome::Clean)
}

fn authors<'w>(sources: &[DraftSource], workspaces: &'w [Workspace]) -> Vec<&'w str> {
    sources.iter().map(|source| workspaces[source.workspace].author()).collect()
}

/// The terminal while the desk has it. It gets back what it was when this is dropped.
struct Terminal {
    colour: bool,
}

impl Terminal {
    fn enter() -> io::Result<Terminal> {
        terminal::enable_raw_mode()?;
        let terminal = Terminal { colour: console::use_colour("auto", true) };
        execute!(io::stdout(), terminal::EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
        Ok(terminal)
    }

    fn draw(&self, lines: &[Line]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        for (row, line) in (0_u16..).zip(lines) {
            queue!(out, cursor::MoveTo(0, row), Clear(ClearType::CurrentLine))?;
            for (look, text) in line {
                let (before, after) = self.dress(*look);
                write!(out, "{before}{text}{after}")?;
            }
        }
        out.flush()
    }

    /// Returns what is written around a piece of text. The looks differ without colours too.
    fn dress(&self, look: Look) -> (&'static str, &'static str) {
        const END: &str = "\u{1b}[0m";
        match look {
            Look::Plain => ("", ""),
            Look::Quiet => ("\u{1b}[2m", END),
            Look::Bold => ("\u{1b}[1m", END),
            Look::Current => ("\u{1b}[7m", END),
            Look::Open => ("\u{1b}[4m", END),
            Look::Removed if self.colour => ("\u{1b}[31m", END),
            Look::Written if self.colour => ("\u{1b}[32m", END),
            Look::Removed | Look::Written => ("\u{1b}[1m", END),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = execute!(io::stdout(), cursor::Show, DisableBracketedPaste, terminal::LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}

/// What the keys mean at the moment.
enum Mode {
    /// They move and decide.
    Deciding,
    /// They are text.
    Typing { what: Typed, text: String },
    /// They decide on all open findings of the rule.
    All,
}

/// What is typed.
enum Typed {
    /// Own wording in place of a finding.
    Own,
    /// The reason why the place stands.
    Reason,
    /// The text of a passage that is looked for, to be corrected by hand.
    Passage,
    /// What is to be there instead of the passage, which is shown as a mark.
    Correction(Passage, Box<Mark>),
}

/// The drafts on the desk, as the terminal shows them.
struct Face<'w> {
    galleys: Vec<Galley<'w>>,
    author: String,
    draft: usize,
    /// The sheet of the current draft, and the current mark among all of its marks.
    sheet: Vec<SheetBlock>,
    current: usize,
    status: String,
    mode: Mode,
}

impl<'w> Face<'w> {
    fn new(galleys: Vec<Galley<'w>>, author: String) -> Face<'w> {
        let mut face = Face {
            galleys,
            author,
            draft: 0,
            sheet: Vec::new(),
            current: 0,
            status: String::new(),
            mode: Mode::Deciding,
        };
        face.open(0);
        face
    }

    /// Shows the screen and obeys keys until the proofreader ends.
    fn run(&mut self, terminal: &Terminal) -> io::Result<()> {
        loop {
            let (columns, rows) = terminal::size()?;
            terminal.draw(&self.lines(columns.into(), rows.into()))?;
            match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release && self.press(key) => return Ok(()),
                Event::Paste(pasted) => {
                    if let Mode::Typing { text, .. } = &mut self.mode {
                        text.extend(pasted.chars().filter(|c| !c.is_control()));
                    }
                }
                Event::Resize(..) => execute!(io::stdout(), Clear(ClearType::All))?,
                _ => {}
            }
        }
    }

    fn lines(&self, columns: usize, rows: usize) -> Vec<Line> {
        let galley = &self.galleys[self.draft];
        let (status, keys) = match &self.mode {
            Mode::Deciding => (self.status.clone(), KEYS),
            Mode::Typing { what, text } => {
                let (label, keys) = match what {
                    Typed::Own => ("改写为", KEYS_FOR_TEXT),
                    Typed::Reason => ("保留的理由（可以不写）", KEYS_FOR_TEXT),
                    Typed::Passage => ("要改哪几个字", KEYS_FOR_TEXT),
                    Typed::Correction(..) => ("改为", KEYS_FOR_PASSAGE),
                };
                (format!("{label}：{text}▏"), keys)
            }
            Mode::All => (format!("这条规则未处理的共 {} 处：", self.same().len()), KEYS_FOR_ALL),
        };
        let scene = Scene {
            name: &galley.name,
            draft: (self.draft, self.galleys.len()),
            progress: galley.progress(),
            place: self.shown_place(),
            status: &status,
            keys,
        };
        screen::lines(&scene, columns, rows)
    }

    /// Opens a draft at its first open finding.
    fn open(&mut self, draft: usize) {
        self.draft = draft;
        self.sheet = self.galleys[draft].sheet();
        self.current = 0;
        self.status.clear();
        if self.place().is_some_and(|(_, mark)| mark.state != OPEN) {
            self.next_open();
        }
        self.status.insert_str(0, &self.galleys[draft].resumption().notice());
    }

    fn marks(&self) -> impl Iterator<Item = (&SheetBlock, &Mark)> {
        self.sheet.iter().flat_map(|block| block.marks.iter().map(move |mark| (block, mark)))
    }

    fn place(&self) -> Option<(&SheetBlock, &Mark)> {
        self.marks().nth(self.current)
    }

    /// Returns what is shown: the passage that is corrected, or else the current mark.
    fn shown_place(&self) -> Option<(&SheetBlock, &Mark)> {
        match &self.mode {
            Mode::Typing { what: Typed::Correction(passage, mark), .. } => Some((&self.sheet[passage.block], mark)),
            _ => self.place(),
        }
    }

    /// Returns the ids of the open marks of the current rule.
    fn same(&self) -> Vec<String> {
        let rule = self.place().map(|(_, mark)| mark.remark.rule.as_str());
        let same = self.marks().filter(|(_, mark)| mark.state == OPEN && Some(mark.remark.rule.as_str()) == rule);
        same.map(|(_, mark)| mark.id.clone()).collect()
    }

    /// Obeys a key. Returns whether the proofreader ends.
    fn press(&mut self, key: KeyEvent) -> bool {
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return matches!(key.code, KeyCode::Char('c'));
        }
        match &mut self.mode {
            Mode::Typing { .. } => self.type_text(key.code),
            Mode::All => self.decide_all(key.code),
            Mode::Deciding => return self.act(key.code),
        }
        false
    }

    fn act(&mut self, key: KeyCode) -> bool {
        let is_open = self.place().is_some_and(|(_, mark)| mark.state == OPEN);
        match key {
            KeyCode::Char('q') | KeyCode::Esc => return true,
            KeyCode::Char('j') | KeyCode::Down => self.step(1),
            KeyCode::Char('k') | KeyCode::Up => self.step(-1),
            KeyCode::Char('n') => self.next_open(),
            KeyCode::Enter if is_open => self.take(0),
            KeyCode::Char(digit @ '1'..='9') if is_open => self.take(digit as usize - '1' as usize),
            KeyCode::Char('x') if is_open => self.decide_here(&Verdict::Leave),
            KeyCode::Char('w') if is_open => self.decide_here(&Verdict::Word),
            KeyCode::Char('s') if is_open => self.ask(Typed::Reason),
            KeyCode::Char('e') if is_open => self.ask(Typed::Own),
            KeyCode::Char('c') => self.ask(Typed::Passage),
            KeyCode::Char('a') if is_open => self.mode = Mode::All,
            KeyCode::Char('o') if !is_open => self.decide_here(&Verdict::Reopen),
            KeyCode::Char('u') => self.change(|galley| galley.undo()),
            KeyCode::Char('r') => self.change(|galley| galley.redo()),
            KeyCode::Char('[') => self.open(self.draft.checked_sub(1).unwrap_or(self.galleys.len() - 1)),
            KeyCode::Char(']') => self.open((self.draft + 1) % self.galleys.len()),
            KeyCode::Char('S') => self.save(),
            _ => {}
        }
        false
    }

    fn ask(&mut self, what: Typed) {
        self.mode = Mode::Typing { what, text: String::new() };
    }

    fn step(&mut self, by: isize) {
        let count = self.marks().count();
        if count > 0 {
            self.current = (self.current as isize + by).rem_euclid(count as isize) as usize;
            self.status.clear();
        }
    }

    /// Goes to the next open mark, if there is one, from the current one on.
    fn next_open(&mut self) {
        let open: Vec<usize> =
            (0..).zip(self.marks()).filter(|(_, (_, mark))| mark.state == OPEN).map(|(at, _)| at).collect();
        let next = open.iter().find(|at| **at > self.current).or(open.first());
        match next {
            Some(next) => self.current = *next,
            None => self.status = "都处理完了。S 存盘，q 退出。".to_owned(),
        }
    }

    fn take(&mut self, number: usize) {
        let suggestion = self.place().and_then(|(_, mark)| mark.remark.suggestions.get(number).cloned());
        match suggestion {
            Some(text) => self.decide_here(&Verdict::Take { text: Some(text) }),
            None => self.status = "没有这种改法：e 改写，x 不改，s 保留。".to_owned(),
        }
    }

    fn decide_here(&mut self, verdict: &Verdict) {
        let Some(id) = self.place().map(|(_, mark)| mark.id.clone()) else { return };
        self.decide(&[id], verdict);
    }

    fn decide(&mut self, ids: &[String], verdict: &Verdict) {
        let picks = self.galleys[self.draft].picks(ids);
        let done = self.galleys[self.draft].decide(&picks, verdict);
        match done {
            Ok(()) => {
                self.refresh();
                self.status.clear();
                if self.place().is_none_or(|(_, mark)| mark.state != OPEN) {
                    self.next_open();
                }
            }
            Err(error) => self.status = error.to_string().replace('\n', " "),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Galley) -> Result<bool>) {
        match change(&mut self.galleys[self.draft]) {
            Ok(true) => {
                self.refresh();
                self.status.clear();
            }
            Ok(false) => self.status = "没有可以撤销或重做的了。".to_owned(),
            Err(error) => self.status = error.to_string().replace('\n', " "),
        }
    }

    /// Takes over a change of the draft. The current mark stays so if it still is there.
    fn refresh(&mut self) {
        let id = self.place().map(|(_, mark)| mark.id.clone());
        self.sheet = self.galleys[self.draft].sheet();
        let same = id.and_then(|id| self.marks().position(|(_, mark)| mark.id == id));
        self.current = same.unwrap_or(self.current).min(self.marks().count().saturating_sub(1));
    }

    fn save(&mut self) {
        let date = format_rfc3339_seconds(SystemTime::now()).to_string();
        let galley = &mut self.galleys[self.draft];
        let saved =
            galley.save(Some(Signature { author: &self.author, date: &date })).and_then(|()| keep::keep(galley));
        self.status = match saved {
            Ok(()) => "已存盘。".to_owned(),
            Err(error) => error.to_string().replace('\n', " "),
        };
        self.refresh();
    }

    fn type_text(&mut self, key: KeyCode) {
        let Mode::Typing { text, .. } = &mut self.mode else { return };
        match key {
            KeyCode::Esc => self.mode = Mode::Deciding,
            KeyCode::Char(c) if !c.is_control() => text.push(c),
            KeyCode::Backspace => drop(text.pop()),
            KeyCode::Tab => self.find_next(),
            KeyCode::Enter => {
                let Mode::Typing { what, text } = std::mem::replace(&mut self.mode, Mode::Deciding) else { return };
                match what {
                    Typed::Own => self.decide_here(&Verdict::Own { text }),
                    Typed::Reason => self.decide_here(&Verdict::Stet { reason: text }),
                    Typed::Passage => self.find(&text),
                    Typed::Correction(passage, mark) => self.correct(passage, *mark, text),
                }
            }
            _ => {}
        }
    }

    fn decide_all(&mut self, key: KeyCode) {
        self.mode = Mode::Deciding;
        let verdict = match key {
            KeyCode::Enter => Verdict::Take { text: None },
            KeyCode::Char('x') => Verdict::Leave,
            KeyCode::Char('s') => Verdict::Stet { reason: String::new() },
            _ => return,
        };
        self.decide(&self.same(), &verdict);
    }
}
