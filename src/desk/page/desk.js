// The desk: every decision goes to the program, which changes the draft, checks it again and keeps what was decided.

import { byId, el } from "./dom.js";
import { askPassage, selectedPassage } from "./passage.js";
import { View, commonKey, isTyping } from "./view.js";

const KEY = "zhubi-key";

/** Asks the program. Requests are sent one after the other, so that decisions are made in the order of the keys. */
class Program {
  #last = Promise.resolve();
  #key = sessionStorage.getItem(KEY);

  async enter() {
    const token = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    if (token) {
      const response = await fetch("/api/enter", { method: "POST", headers: { "X-Zhubi-Key": token } });
      if (response.ok) {
        this.#key = (await response.json()).key;
        sessionStorage.setItem(KEY, this.#key);
      }
    }
    if (!this.#key) throw new Error("这一页只能由 zhubi desk 打开。请在终端里再运行一次。");
  }

  ask(path, body, options = {}) {
    const request = this.#last.then(() => this.#send(path, body, options));
    this.#last = request.catch(() => {});
    return request;
  }

  async #send(path, body, { raw = false }) {
    const isBytes = body instanceof Blob;
    let response;
    try {
      response = await fetch(path, {
        method: body === undefined ? "GET" : "POST",
        headers: { "X-Zhubi-Key": this.#key, ...(body === undefined || isBytes ? {} : { "Content-Type": "application/json" }) },
        body: body === undefined || isBytes ? body : JSON.stringify(body),
      });
    } catch {
      throw new Error("zhubi 已经停了。定下的都已记下，再运行 zhubi desk 就接着做。");
    }
    if (!response.ok) {
      const said = await response.json().catch(() => ({}));
      throw Object.assign(new Error(said.error ?? "没有做成。"), { status: response.status });
    }
    return raw ? response : response.json();
  }

  leave() {
    navigator.sendBeacon("/api/leave", this.#key ?? "");
  }
}

const program = new Program();
const view = new View((item) => actionsOf(item));
let draft = null;
/** Where the caret or the selection was put last on the sheet, unless a mark was shown since. */
let place = null;

function showProgress(state) {
  const { decided, total } = state.progress;
  byId("meter").max = Math.max(total, 1);
  byId("meter").value = total === 0 ? 1 : decided;
  byId("count").textContent = `${decided}/${total}`;
  document.title = `${decided}/${total} ${draft.name} · 朱笔`;
  for (const [name, can] of [["undo", state.can_undo], ["redo", state.can_redo], ["save", state.changed]]) byId(name).disabled = !can;
  byId("grade").textContent = state.grade ?? "";
}

async function showDrafts() {
  const { drafts } = await program.ask("/api/drafts");
  byId("drafts").replaceChildren(...drafts.map(({ id, name, progress }) => el("option", { value: id }, `${name}（${progress.decided}/${progress.total}）`)));
  return drafts;
}

async function openDraft(id) {
  const state = await program.ask(`/api/draft?id=${id}`);
  draft = { id: state.id, name: state.name, blocks: state.blocks };
  byId("drafts").value = state.id;
  view.current = null;
  view.open([draft]);
  showProgress(state);
  view.say(state.notice ?? "");
  view.move(1, true);
}

/** Takes over what the program says after a change. */
function take(state) {
  if (state.id !== draft.id) return;
  if (state.blocks) {
    draft.blocks = state.blocks;
    view.open([draft]);
  } else {
    view.update(draft, state.changed_blocks);
  }
  showProgress(state);
  const option = byId("drafts").selectedOptions[0];
  if (option) option.textContent = `${draft.name}（${state.progress.decided}/${state.progress.total}）`;
}

async function act(path, body, then) {
  try {
    take(await program.ask(path, { id: draft.id, ...body }));
    then?.();
  } catch (error) {
    // What was shown as decided is not.
    if (error.status) take(await program.ask(`/api/draft?id=${draft.id}`));
    complain(error);
  }
}

function complain(error) {
  view.say(error.message);
  byId("status").classList.add("error");
  setTimeout(() => byId("status").classList.remove("error"), 4000);
}

/** Decides on marks. The next one is shown at once; the program confirms what was decided in its own time. */
function decide(items, verdict) {
  view.hold(items);
  view.move(1, true);
  const marks = items.map(({ mark }) => mark.id);
  return act("/api/decide", { marks, verdict }, () => {
    if (!view.current) view.move(1, true);
  });
}

function actionsOf(item) {
  return {
    take: (text) => decide([item], { kind: "take", text }),
    leave: () => decide([item], { kind: "leave" }),
    word: () => decide([item], { kind: "word" }),
    reopen: () => decide([item], { kind: "reopen" }),
    stet: () => askText(item, "保留的理由（可以不写）", "", (reason) => decide([item], { kind: "stet", reason })),
    own: () => askText(item, `把“${item.mark.before}”改写为`, item.mark.suggestions[0] ?? item.mark.before, (text) => decide([item], { kind: "own", text })),
    all: () => askAll(item),
  };
}

/** Remembers what is selected on the sheet: a button that is pressed, or a field, may take the selection. */
function remember() {
  place = selectedPassage() ?? place;
}

/** Corrects by hand at the selection or the caret, or else at the current mark. */
function askCorrection() {
  if (draft.blocks.length === 0) return view.say("这篇稿件没有文字。");
  remember();
  const { current } = view;
  const shown = current ? { block: draft.blocks.indexOf(current.block), from: current.mark.from, to: current.mark.to } : null;
  const at = [place, shown].find((one) => one && draft.blocks[one.block]) ?? { block: 0, from: 0, to: 0 };
  askPassage(byId("dialog"), () => draft.blocks, at, correct);
}

/** Makes changes in a block. Returns what stands in the way, if anything does. */
async function correct(block, changes) {
  try {
    // From the last to the first: so the places of the others stay what they are.
    for (const { from, to, text } of changes.toReversed()) {
      const passage = { block, from, to, text: draft.blocks[block].text.slice(from, to) };
      take(await program.ask("/api/decide", { id: draft.id, passage, verdict: { kind: "own", text } }));
    }
    const number = ({ mark }) => Number(mark.id.match(/^decided-(\d+)$/)?.[1] ?? -1);
    const latest = view.items.reduce((best, item) => (number(item) > number(best) ? item : best), view.items[0]);
    if (latest) view.show(latest);
    byId("sheet").focus({ preventScroll: true });
    return "";
  } catch (error) {
    if (error.status) take(await program.ask(`/api/draft?id=${draft.id}`));
    return error.message;
  }
}

/** Asks for a text in the card itself. */
function askText(item, label, value, then) {
  const body = document.querySelector(".card.current .body");
  body.querySelector("form")?.remove();
  const input = el("input", { type: "text", value, "aria-label": label });
  const leave = () => {
    form.remove();
    byId("sheet").focus({ preventScroll: true });
  };
  const form = el(
    "form",
    {
      class: "ask",
      onsubmit: (event) => {
        event.preventDefault();
        leave();
        then(input.value);
      },
      onkeydown: (event) => {
        if (event.key === "Escape") leave();
      },
    },
    el("label", {}, label, " ", input),
    el("button", { type: "submit" }, "定"),
  );
  body.append(form);
  input.focus();
  input.select();
}

/** Asks what to do with all open findings of a rule. */
function askAll(item) {
  const same = view.all.filter(({ mark }) => mark.rule === item.mark.rule && mark.state === "open");
  const alike = same.filter(({ mark }) => mark.before === item.mark.before);
  const dialog = byId("dialog");
  const choose = (items, verdict) => () => {
    dialog.close();
    decide(items, verdict);
  };
  const row = (items, what) =>
    el(
      "p",
      {},
      `${what} ${items.length} 处：`,
      el("button", { type: "button", onclick: choose(items, { kind: "take" }) }, "都照改"),
      el("button", { type: "button", onclick: choose(items, { kind: "leave" }) }, "都不改"),
      el("button", { type: "button", onclick: choose(items, { kind: "stet" }) }, "都保留"),
    );
  openDialog(`${item.mark.title}`, row(same, "这条规则"), alike.length < same.length ? row(alike, `其中“${item.mark.before || "（缺）"}”`) : "");
}

function openDialog(title, ...content) {
  const dialog = byId("dialog");
  dialog.replaceChildren(el("h2", {}, title), ...content.filter(Boolean), el("p", {}, el("button", { type: "button", onclick: () => dialog.close() }, "关闭")));
  dialog.showModal();
}

function askPaste() {
  const area = el("textarea", { rows: "12", "aria-label": "稿件的文字" });
  const adoptText = async () => {
    byId("dialog").close();
    await adopt("粘贴.txt", new Blob([area.value]));
  };
  openDialog("粘贴一段文字", area, el("p", {}, el("button", { type: "button", onclick: adoptText }, "校对")));
  area.focus();
}

async function adopt(name, blob) {
  try {
    const { id } = await program.ask(`/api/adopt?name=${encodeURIComponent(name)}`, blob);
    await showDrafts();
    await openDraft(id);
  } catch (error) {
    complain(error);
  }
}

async function download(what) {
  try {
    const response = await program.ask(`/api/export?id=${draft.id}&what=${what}`, undefined, { raw: true });
    const name = decodeURIComponent(response.headers.get("X-Zhubi-Name") ?? "");
    const link = el("a", { href: URL.createObjectURL(await response.blob()), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  } catch (error) {
    complain(error);
  }
}

function showHelp() {
  const rows = [
    ["j　k", "下一处、上一处"],
    ["回车　2…9", "照第一种、第几种改法改"],
    ["x", "不改"],
    ["s", "保留，写明理由"],
    ["e", "改写"],
    ["w", "收词：这个词在哪里都对"],
    ["a", "同一条规则的全部一起处理"],
    ["c", "手改：改没有查出的字，在选中的字、光标或当前的一处"],
    ["o", "重新处理已经定下的"],
    ["u　r", "撤销、重做"],
    ["n", "下一处未处理的"],
    ["/", "查找"],
    ["[　]", "上一篇、下一篇"],
    ["p", "粘贴一段文字来校对"],
  ];
  openDialog("按键", el("table", {}, ...rows.map(([key, text]) => el("tr", {}, el("th", { scope: "row" }, key), el("td", {}, text)))));
}

function save() {
  return act("/api/save", {}, () => view.say("已存盘。"));
}

function buildActions() {
  const button = (id, text, act) => {
    const onclick = (event) => {
      // After a click of the mouse the keys are for the draft again.
      if (event.detail > 0) byId("sheet").focus({ preventScroll: true });
      act();
    };
    return el("button", { type: "button", id, onclick }, text);
  };
  byId("actions").append(
    button("undo", "撤销", () => act("/api/undo", {})),
    button("redo", "重做", () => act("/api/redo", {})),
    button("correct", "手改", askCorrection),
    button("save", "存盘", save),
  );
  byId("more").append(
    button("paste", "粘贴…", askPaste),
    button("export-draft", "导出改稿", () => download("draft")),
    button("export-errata", "勘误表", () => download("errata")),
    button("print", "打印校样", () => print()),
    button("help", "按键", showHelp),
  );
}

function keydown(event) {
  if (isTyping(event)) return;
  if (commonKey(event, view)) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // The button that has the focus takes Enter and the space bar itself.
  if (event.target.closest("button, a") && ["Enter", " "].includes(event.key)) return;
  const item = view.current;
  const actions = item && actionsOf(item);
  const isOpen = item?.mark.state === "open";
  const neighbour = (by) => {
    const options = byId("drafts").options;
    const next = options[byId("drafts").selectedIndex + by];
    if (next) openDraft(Number(next.value));
  };
  const keys = {
    Enter: () => isOpen && (item.mark.suggestions.length > 0 ? actions.take(item.mark.suggestions[0]) : view.say("没有现成的改法：e 改写，x 不改，s 保留。")),
    x: () => isOpen && actions.leave(),
    s: () => isOpen && actions.stet(),
    e: () => isOpen && actions.own(),
    w: () => isOpen && actions.word(),
    a: () => isOpen && actions.all(),
    c: askCorrection,
    o: () => item && !isOpen && actions.reopen(),
    u: () => act("/api/undo", {}),
    r: () => act("/api/redo", {}),
    n: () => view.move(1, true),
    p: askPaste,
    "?": showHelp,
    "[": () => neighbour(-1),
    "]": () => neighbour(1),
  };
  if (/^[1-9]$/.test(event.key) && isOpen) {
    const text = item.mark.suggestions[Number(event.key) - 1];
    if (text !== undefined) actions.take(text);
  } else if (!keys[event.key]) {
    return;
  } else {
    keys[event.key]();
  }
  event.preventDefault();
}

function dropFiles(event) {
  event.preventDefault();
  document.body.classList.remove("dropping");
  for (const file of event.dataTransfer.files) adopt(file.name, file);
}

async function main() {
  buildActions();
  addEventListener("keydown", keydown);
  document.addEventListener("selectionchange", remember);
  view.addEventListener("show", () => {
    getSelection().removeAllRanges();
    place = null;
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("dropping"));
  addEventListener("drop", dropFiles);
  addEventListener("pagehide", () => program.leave());
  byId("drafts").addEventListener("change", () => openDraft(Number(byId("drafts").value)));
  try {
    await program.enter();
    const drafts = await showDrafts();
    if (drafts.length > 0) await openDraft(drafts[0].id);
    else askPaste();
  } catch (error) {
    complain(error);
    byId("sheet").replaceChildren(el("p", {}, error.message));
  }
}

main();
