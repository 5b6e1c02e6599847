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

/** What tells a mark from all others on the page. */
const keyOf = ({ draft, mark }) => `${draft} ${mark.id}`;

/** What the card of a mark shows while it is not the current one. */
const faceOf = ({ mark }) => [mark.state, mark.severity, mark.title, mark.before, mark.after, mark.suggestions[0], mark.pending].join("\0");

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

/** Lets a button show and hide what has no room on a small screen. */
function foldOut(button, content) {
  const show = (isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    content.classList.toggle("open", isOpen);
  };
  button.addEventListener("click", () => show(!content.classList.contains("open")));
  // What was chosen from a menu closes it.
  if (content.role !== "search") content.addEventListener("click", () => show(false));
}

export class View extends EventTarget {
  /** The drafts on the screen: `{ id, name, blocks }`. */
  drafts = [];
  /** The marks that pass the filters: `{ draft, block, mark, place }`. */
  items = [];
  current = null;
  #blocks = new Portions();
  #cards = new Portions();
  #elements = new Map();
  /** The parts of each mark on the sheet, and the card of each mark. */
  #parts = new Map();
  #cardOf = new Map();
  #highlighted = [];

  /** `actionsFor(item)` returns what can be done with a mark, or nothing. */
  constructor(actionsFor) {
    super();
    this.actionsFor = actionsFor;
    fillSelect(byId("state"), STATES);
    for (const id of ["family", "severity", "rule", "state"]) byId(id).addEventListener("change", () => this.filter());
    byId("search").addEventListener("input", () => this.filter());
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("sheet").addEventListener("click", (event) => {
      // Who has selected text in a mark means that text.
      if (getSelection().isCollapsed) this.#select(event.target.closest("mark"));
    });
    byId("list").addEventListener("click", (event) => {
      if (event.target.closest(".head")) this.#select(event.target.closest(".card"));
    });
    for (const id of ["filters", "more"]) foldOut(byId(`show-${id}`), byId(id));
    addEventListener("beforeprint", () => this.#number());
  }

  finish() {
    this.#blocks.finish();
    this.#cards.finish();
  }

  /** Numbers the marks and their cards, by which they belong together on paper. */
  #number() {
    this.finish();
    for (const element of document.querySelectorAll("[data-n]")) element.removeAttribute("data-n");
    for (const [index, item] of this.items.entries()) {
      this.#partsOf(item)[0]?.setAttribute("data-n", index + 1);
      const card = this.#cardOf.get(keyOf(item));
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
    this.#parts.clear();
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
    element.dataset.index = index;
    if (index > 0 && draft.blocks[index - 1].article !== block.article) element.classList.add("article");
    put(element, this.#elements.get(key));
    this.#elements.set(key, element);
    for (const mark of block.marks) this.#parts.set(keyOf({ draft: draft.id, mark }), []);
    for (const part of element.querySelectorAll("mark")) this.#parts.get(`${part.dataset.draft} ${part.dataset.id}`)?.push(part);
  }

  #partsOf(item) {
    return this.#parts.get(keyOf(item)) ?? [];
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
    const old = new Map(this.items.filter(({ block }) => before.has(block)).map((item) => [keyOf(item), faceOf(item)]));
    const current = this.current && keyOf(this.current);
    this.#collect();
    const now = new Set(changed.map(([, block]) => block));
    // The current card shows more, but what is being typed in it must not get lost.
    const isAsking = this.#cardOf.get(current)?.querySelector("form");
    const isSame = (item) => old.get(keyOf(item)) === faceOf(item) && (keyOf(item) !== current || isAsking);
    const fresh = this.items.filter((item) => now.has(item.block) && !isSame(item));
    const isFresh = new Set(fresh);
    const kept = new Set(this.items.filter((item) => now.has(item.block) && !isFresh.has(item)).map(keyOf));
    const gone = [...old.keys()].filter((key) => !kept.has(key));
    const cards = gone.map((key) => this.#cardOf.get(key));
    for (const key of gone) this.#cardOf.delete(key);
    const list = byId("list");
    if (gone.length + fresh.length > PORTION) {
      // A browser counts the items of a list anew for each that comes or goes.
      const all = this.items.map((item) => this.#cardOf.get(keyOf(item)) ?? this.#card(item));
      list.replaceChildren();
      list.append(...all);
    } else {
      for (const card of cards) card?.remove();
      this.items.forEach((item, index) => {
        if (!isFresh.has(item)) return;
        const card = this.#card(item);
        const last = index > 0 && this.#cardOf.get(keyOf(this.items[index - 1]));
        if (last) last.after(card);
        else list.prepend(card);
      });
    }
    this.#highlight();
  }

  /** Shows marks as decided until the program says what has become of them. */
  hold(items) {
    for (const item of items) {
      item.mark.pending = true;
      for (const element of [...this.#partsOf(item), this.#cardOf.get(keyOf(item))]) element?.classList.add("pending");
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
    this.#cardOf.clear();
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
    return keyOf(one) === keyOf(other);
  }

  #card(item) {
    const isCurrent = this.current !== null && this.#isSame(item, this.current);
    const card = cardElement(item, isCurrent, isCurrent ? this.actionsFor(item) : undefined);
    this.#cardOf.set(keyOf(item), card);
    return card;
  }

  #highlight() {
    for (const element of this.#highlighted) element.classList.remove("current");
    this.#highlighted = this.current ? this.#partsOf(this.current) : [];
    for (const element of this.#highlighted) element.classList.add("current");
  }

  /** Makes a mark the current one, and shows it with its card. */
  show(item) {
    const old = this.current;
    this.current = item;
    const cardOf = (one) => this.#cardOf.get(keyOf(one));
    if (!cardOf(item)) this.#cards.finish();
    for (const one of [old, item]) if (one) cardOf(one)?.replaceWith(this.#card(one));
    if (this.#partsOf(item).length === 0) this.#blocks.finish();
    this.#highlight();
    this.#highlighted[0]?.scrollIntoView({ block: "center" });
    cardOf(item)?.scrollIntoView({ block: "nearest" });
    this.say(describe(item.mark));
    this.dispatchEvent(new Event("show"));
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
      // On a small screen it is folded away.
      if (byId("search").offsetParent === null) byId("show-filters").click();
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
