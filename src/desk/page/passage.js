// Correcting by hand, where no rule found anything: a paragraph as text that can be edited, and what was changed in it.

import { byId, el } from "./dom.js";

const OBJECT = "\uFFFC";

/** The text of a block as a field shows it. Its places stay the same. */
const editable = (text) => text.replaceAll(OBJECT, "▢").replaceAll("\r", " ");

/** Returns where a place of the page is: the index of its block, and how far in the text of the block. */
function placeOf(node, offset) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const block = element?.closest("#sheet .block");
  if (!block) return null;
  const before = document.createRange();
  before.selectNodeContents(block);
  before.setEnd(node, offset);
  const text = before.cloneContents();
  // What was deleted is shown, but is not in the text.
  for (const deleted of text.querySelectorAll("del")) deleted.remove();
  return { block: Number(block.dataset.index), at: text.textContent.length };
}

/** Returns the passage that is selected on the sheet, or the place of the caret: `{ block, from, to, isCut }`. Of a selection
 * that goes on into another block, it is the part in the first one. */
export function selectedPassage() {
  const selection = getSelection();
  if (selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const from = placeOf(range.startContainer, range.startOffset);
  const to = placeOf(range.endContainer, range.endOffset);
  if (!from) return null;
  const isWithin = to && to.block === from.block;
  // A paragraph that is selected as a whole ends where the next one begins.
  const isCut = !isWithin && to?.at > 0;
  return { block: from.block, from: from.at, to: isWithin ? to.at : Infinity, isCut };
}

/** The largest table that is made to compare two texts. */
const LARGEST = 4_000_000;

/** Returns what differs between two texts: `{ from, to, text }`, places in the first and what is there in the second. */
export function changes(before, after) {
  const [a, b] = [[...before], [...after]];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
  const [rows, columns] = [aEnd - start, bEnd - start];
  if (rows + columns === 0) return [];
  let found = [{ a: start, aEnd, b: start, bEnd }];
  if (rows > 0 && columns > 0 && rows * columns <= LARGEST) found = compared(a, b, found[0]);
  const units = (characters) => characters.reduce((sum, character) => sum + character.length, 0);
  return found.map((change) => {
    const from = units(a.slice(0, change.a));
    return { from, to: from + units(a.slice(change.a, change.aEnd)), text: b.slice(change.b, change.bEnd).join("") };
  });
}

/** Divides a change by the longest text that both sides have in common. Changes with one character between them are one. */
function compared(a, b, { a: aStart, aEnd, b: bStart, bEnd }) {
  const width = bEnd - bStart + 1;
  // How long the common text of what begins at (row, column) is.
  const table = new Uint16Array((aEnd - aStart + 1) * width);
  for (let row = aEnd - aStart - 1; row >= 0; row--)
    for (let column = width - 2; column >= 0; column--)
      table[row * width + column] =
        a[aStart + row] === b[bStart + column]
          ? table[(row + 1) * width + column + 1] + 1
          : Math.max(table[(row + 1) * width + column], table[row * width + column + 1]);
  const found = [];
  let [i, j] = [aStart, bStart];
  while (i < aEnd || j < bEnd) {
    if (i < aEnd && j < bEnd && a[i] === b[j]) {
      [i, j] = [i + 1, j + 1];
      continue;
    }
    const last = found.at(-1);
    const isNear = last && i - last.aEnd < 2 && !a.slice(last.aEnd, i).includes(OBJECT);
    const change = isNear ? last : { a: i, aEnd: i, b: j, bEnd: j };
    if (!isNear) found.push(change);
    const at = (row, column) => table[(row - aStart) * width + column - bStart];
    if (j >= bEnd || (i < aEnd && at(i + 1, j) >= at(i, j + 1))) i++;
    else j++;
    [change.aEnd, change.bEnd] = [i, j];
  }
  return found;
}

/** Asks for corrections of a paragraph. `blocks` returns those of the draft; `at` is where to begin: `{ block, from, to }`;
 * `correct(block, changes)` makes the changes and returns what stands in the way, if anything does. */
export function askPassage(dialog, blocks, at, correct) {
  let block = at.block;
  const area = el("textarea", { rows: "6", id: "passage" });
  const place = el("label", { for: "passage" });
  const trouble = el("p", { class: "trouble", role: "alert" });
  const search = el("input", { type: "search", placeholder: "稿件里的字", "aria-label": "找要改的字" });
  const button = (text, onclick, more = {}) => el("button", { type: "button", onclick, ...more }, text);

  const isChanged = () => area.value !== editable(blocks()[block].text);
  const open = (index, from, to) => {
    const { text, label } = blocks()[index];
    block = index;
    area.value = editable(text);
    place.textContent = `第 ${index + 1} 段，共 ${blocks().length} 段（${label}）`;
    trouble.textContent = "";
    area.focus();
    area.setSelectionRange(Math.min(from, text.length), Math.min(to, text.length));
  };
  const leave = (then) => {
    if (isChanged()) trouble.textContent = "这一段改了还没有定：按回车定，或按 Esc 算了。";
    else then();
  };
  const move = (by) => leave(() => open((block + by + blocks().length) % blocks().length, 0, 0));
  const find = () =>
    leave(() => {
      const words = editable(search.value);
      if (words === "") return;
      const all = blocks().map(({ text }) => editable(text));
      for (let step = 0; step <= all.length; step++) {
        const index = (block + step) % all.length;
        const found = all[index].indexOf(words, step === 0 ? area.selectionEnd : 0);
        if (found >= 0) return open(index, found, found + words.length);
      }
      trouble.textContent = `稿件里没有“${search.value}”。`;
    });
  const submit = async () => {
    const wanted = area.value;
    const found = changes(blocks()[block].text.replaceAll("\r", " "), restored(wanted, blocks()[block].text));
    const why = found.length === 0 ? "这一段没有改动。" : await correct(block, found);
    if (!why) return dialog.close();
    trouble.textContent = why;
    area.focus();
  };
  const keydown = (event) => {
    // While characters are composed, Enter and the arrows belong to the input method.
    if (event.isComposing) return;
    if (event.key === "Enter" && event.target === area) submit();
    else if (event.key === "Enter" && event.target === search) find();
    else if (event.altKey && event.key === "ArrowDown") move(1);
    else if (event.altKey && event.key === "ArrowUp") move(-1);
    else return;
    event.preventDefault();
  };
  dialog.replaceChildren(
    el("h2", {}, "手改"),
    el(
      "div",
      { onkeydown: keydown },
      el("p", { class: "row" }, search, button("找下一处", find)),
      el("p", { class: "row" }, place, button("上一段", () => move(-1), { "aria-keyshortcuts": "Alt+ArrowUp" }), button("下一段", () => move(1), { "aria-keyshortcuts": "Alt+ArrowDown" })),
      area,
      trouble,
      el("p", { class: "row" }, button("定", submit, { class: "main" }), button("算了", () => dialog.close()), el("span", { class: "quiet" }, "回车 定　Alt+↑↓ 换一段　Esc 算了")),
    ),
  );
  dialog.showModal();
  open(block, at.from, at.to);
  if (at.isCut) trouble.textContent = "一次只能改一段：这是选中的第一段。";
}

/** Returns the text of a field with the objects that stand in it where they stand in `original`: in the same order. */
function restored(text, original) {
  const isObject = [...original].filter((character) => character === OBJECT || character === "▢").map((character) => character === OBJECT);
  let seen = 0;
  return [...text].map((character) => (character === "▢" && isObject[seen++] ? OBJECT : character)).join("");
}
