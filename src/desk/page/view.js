// What is on the screen: drafts, their marks, which of them are shown, and which one is current.

import { byId, el, fillSelect } from "./dom.js";
import { blockElement, describe } from "./sheet.js";
import { cardElement } from "./cards.js";

/** How many blocks or cards are made at once. The first of them are on the screen before the others are made. */
const PORTION = 80;

const STATES = [
  ["open", "未处理"],
  ["done", "已处理"],
  ["taken", "已改"],
  ["own", "已改写"],
  ["left", "不改"],
  ["stet", "保留"],
  ["word", "已收词"],
];

/** Does work in portions, so that the page stays responsive. Work that is begun anew ends the one before. */
class Portions {
  #queue = [];
  #timer = 0;

  begin(items, work) {
    cancelAnimationFrame(this.#timer);
    this.#queue = items.slice(PORTION).map((item) => () => work(item));
    for (const item of items.slice(0, PORTION)) work(item);
    this.#next();
  }

  /** Does all that is left, before printing or before something far down is shown. */
  finish() {
    cancelAnimationFrame(this.#timer);
    for (const step of this.#queue.splice(0)) step();
  }

  #next() {
    if (this.#queue.length === 0) return;
    this.#timer = requestAnimationFrame(() => {
      for (const step of this.#queue.splice(0, PORTION)) step();
      this.#next();
    });
  }
}

export class View {
  /** The drafts on the screen: `{ id, name, blocks }`. */
  drafts = [];
  /** The marks that pass the filters: `{ draft, block, mark, place }`. */
  items = [];
  current = null;
  #blocks = new Portions();
  #cards = new Portions();
  #elements = new Map();

  /** `actionsFor(item)` returns what can be done with a mark, or nothing. */
  constructor(actionsFor) {
    this.actionsFor = actionsFor;
    fillSelect(byId("state"), STATES);
    for (const id of ["family", "severity", "rule", "state"]) byId(id).addEventListener("change", () => this.filter());
    byId("search").addEventListener("input", () => this.filter());
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("sheet").addEventListener("click", (event) => this.#select(event.target.closest("mark")));
    byId("list").addEventListener("click", (event) => {
      if (event.target.closest(".head")) this.#select(event.target.closest(".card"));
    });
    addEventListener("beforeprint", () => this.#number());
  }

  finish() {
    this.#blocks.finish();
    this.#cards.finish();
  }

  /** Numbers the marks and their cards, by which they belong together on paper. */
  #number() {
    this.finish();
    const list = byId("list");
    for (const element of document.querySelectorAll("[data-n]")) element.removeAttribute("data-n");
    for (const [index, item] of this.items.entries()) {
      const selector = this.#selector(item);
      byId("sheet").querySelector(`mark${selector}`)?.setAttribute("data-n", index + 1);
      const card = list.querySelector(`.card${selector}`);
      card?.querySelector(".head").setAttribute("data-n", index + 1);
      if (card && !card.querySelector(".printed")) card.append(el("p", { class: "printed" }, `${item.place}　${item.mark.message}`));
    }
  }

  #select(element) {
    if (!element) return;
    const item = this.items.find(({ mark, draft }) => mark.id === element.dataset.id && String(draft) === element.dataset.draft);
    if (item) this.show(item);
  }

  /** Shows drafts from the beginning. */
  open(drafts) {
    this.drafts = drafts;
    this.#elements.clear();
    const pieces = [];
    for (const draft of drafts) {
      if (drafts.length > 1 || draft.heading) pieces.push({ draft, heading: draft.grade ? `${draft.name}　${draft.grade}` : draft.name });
      draft.blocks.forEach((block, index) => pieces.push({ draft, block, index }));
      if (draft.blocks.length === 0) pieces.push({ draft, empty: true });
    }
    const sheet = byId("sheet");
    sheet.dataset.name = drafts.length === 1 ? drafts[0].name : "";
    sheet.replaceChildren();
    this.#blocks.begin(pieces, ({ draft, block, index, heading, empty }) => {
      if (heading) sheet.append(el("h2", { class: "draft", id: `draft-${draft.id}` }, heading));
      else if (empty) sheet.append(el("p", { class: "quiet" }, "这篇稿件没有文字。"));
      else this.#place(draft, block, index, (element) => sheet.append(element));
    });
    this.filter();
  }

  #place(draft, block, index, put) {
    const key = `${draft.id}/${index}`;
    const element = blockElement(block, draft);
    if (index > 0 && draft.blocks[index - 1].article !== block.article) element.classList.add("article");
    put(element, this.#elements.get(key));
    this.#elements.set(key, element);
  }

  /** Takes over blocks of a draft that have changed. */
  update(draft, changed) {
    if (changed.length === 0) return;
    this.finish();
    const before = new Set(changed.map(([index]) => draft.blocks[index]));
    for (const [index, block] of changed) {
      draft.blocks[index] = block;
      this.#place(draft, block, index, (element, old) => old.replaceWith(element));
    }
    const old = this.items.filter(({ block }) => before.has(block));
    this.#collect();
    const now = new Set(changed.map(([, block]) => block));
    const list = byId("list");
    const find = (item) => list.querySelector(`.card${this.#selector(item)}`);
    for (const item of old) find(item)?.remove();
    this.items.forEach((item, index) => {
      if (!now.has(item.block)) return;
      const before = index > 0 ? find(this.items[index - 1]) : null;
      if (before) before.after(this.#card(item));
      else list.prepend(this.#card(item));
    });
    this.#highlight();
  }

  /** Shows marks as decided until the program says what has become of them. */
  hold(items) {
    for (const item of items) {
      item.mark.pending = true;
      for (const element of document.querySelectorAll(this.#selector(item))) element.classList.add("pending");
    }
  }

  /** Finds the marks that pass the filters, and shows their cards. */
  filter() {
    this.#collect();
    const unique = (key, text) => [...new Map(this.all.map(({ mark }) => [mark[key], mark[text]])).entries()];
    const choices = () => ["family", "severity", "rule"].map((id) => byId(id).value).join();
    const before = choices();
    fillSelect(byId("family"), unique("family", "family_name"));
    fillSelect(byId("severity"), unique("severity", "severity_name"));
    fillSelect(byId("rule"), unique("rule", "title"));
    if (choices() !== before) this.#collect();
    const list = byId("list");
    list.replaceChildren();
    this.#cards.begin(this.items, (item) => list.append(this.#card(item)));
    this.#highlight();
  }

  #collect() {
    const all = [];
    for (const draft of this.drafts)
      for (const block of draft.blocks)
        for (const mark of block.marks) all.push({ draft: draft.id, block, mark, place: `${mark.line}:${mark.column}` });
    const [family, severity, rule, state] = ["family", "severity", "rule", "state"].map((id) => byId(id).value);
    const words = byId("search").value.trim().toLowerCase();
    this.all = all;
    this.items = all.filter(
      ({ mark, block }) =>
        (!family || mark.family === family) &&
        (!severity || mark.severity === severity) &&
        (!rule || mark.rule === rule) &&
        (!state || mark.state === state || (state === "done" && mark.state !== "open")) &&
        (!words || [mark.before, mark.message, mark.rule, mark.title, block.text].join("\n").toLowerCase().includes(words)),
    );
    byId("shown").textContent = this.items.length === all.length ? `${all.length} 处` : `${all.length} 处中的 ${this.items.length} 处`;
    this.current = (this.current && this.items.find((item) => this.#isSame(item, this.current))) ?? null;
  }

  #isSame(one, other) {
    return one.draft === other.draft && one.mark.id === other.mark.id;
  }

  #card(item) {
    const isCurrent = this.current !== null && this.#isSame(item, this.current);
    return cardElement(item, isCurrent, isCurrent ? this.actionsFor(item) : undefined);
  }

  #selector(item) {
    return `[data-id="${CSS.escape(item.mark.id)}"][data-draft="${CSS.escape(String(item.draft))}"]`;
  }

  #highlight() {
    for (const element of document.querySelectorAll("mark.current")) element.classList.remove("current");
    if (!this.current) return;
    for (const element of byId("sheet").querySelectorAll(`mark${this.#selector(this.current)}`)) element.classList.add("current");
  }

  /** Makes a mark the current one, and shows it with its card. */
  show(item) {
    const old = this.current;
    this.current = item;
    const list = byId("list");
    const find = (one) => list.querySelector(`.card${this.#selector(one)}`);
    if (!find(item)) this.#cards.finish();
    for (const one of [old, item]) if (one) find(one)?.replaceWith(this.#card(one));
    this.#highlight();
    let mark = byId("sheet").querySelector("mark.current");
    if (!mark) {
      this.#blocks.finish();
      this.#highlight();
      mark = byId("sheet").querySelector("mark.current");
    }
    mark?.scrollIntoView({ block: "center" });
    find(item)?.scrollIntoView({ block: "nearest" });
    this.say(describe(item.mark));
  }

  /** Goes to the next mark, or the one before. With `open`, to one that is not decided, if there is one. */
  move(by, open = false) {
    if (this.items.length === 0) return;
    const at = this.current ? this.items.findIndex((item) => this.#isSame(item, this.current)) : by > 0 ? -1 : 0;
    const count = this.items.length;
    for (let step = 1; open && step <= count; step++) {
      const item = this.items[(at + by * step + count * step) % count];
      if (item.mark.state === "open" && !item.mark.pending) return this.show(item);
    }
    this.show(this.items[(at + by + count) % count]);
  }

  say(text) {
    byId("status").textContent = text;
  }
}

/** Keys that every face of the page has. Returns whether the key was one. */
export function commonKey(event, view) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  switch (event.key) {
    case "j":
    case "ArrowDown":
      view.move(1);
      return true;
    case "k":
    case "ArrowUp":
      view.move(-1);
      return true;
    case "/":
      byId("search").focus();
      return true;
    default:
      return false;
  }
}

/** Whether a key belongs to what has the focus, such as a field for text. */
export function isTyping(event) {
  const target = event.target;
  if (event.isComposing || byId("dialog").open) return true;
  if (target.matches("input, textarea, select")) {
    if (event.key === "Escape") target.blur();
    return true;
  }
  return false;
}
