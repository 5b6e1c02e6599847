// The draft as it reads, with the marks of a proofreader (after GB/T 14706) in its text.

import { el } from "./dom.js";

/** What a screen reader says of a mark. */
export function describe(mark) {
  const what = mark.before === "" ? "缺字" : mark.before;
  switch (mark.state) {
    case "taken":
    case "own":
      if (mark.before === "") return `已补上“${mark.after}”`;
      return mark.after === "" ? `已删去“${mark.before}”` : `已将“${what}”改为“${mark.after}”`;
    case "left":
      return `“${what}”不改`;
    case "stet":
      return `“${what}”保留`;
    case "word":
      return `“${what}”已收为词`;
    default:
      return `${mark.severity_name}：“${what}”，${mark.message}`;
  }
}

/** Shows a placeholder in place of what is not text, such as a picture or an address. */
const readable = (text) => text.replaceAll("\uFFFC", "▢");

/** Creates an element for a mark, or for the part of a mark that no shorter one covers. */
function markElement(mark, text, isFirst) {
  const element = el("mark", {
    class: `${mark.state} ${mark.severity}${mark.from === mark.to ? " empty" : ""}`,
    "data-id": mark.id,
    role: "button",
    tabindex: "-1",
    "aria-label": describe(mark),
  });
  if (mark.state === "taken" || mark.state === "own") {
    if (mark.before !== "" && isFirst) element.append(el("del", {}, readable(mark.before)));
    if (text !== "") element.append(el("ins", {}, readable(text)));
  } else {
    element.append(readable(text));
  }
  return element;
}

/** Divides the text of a block where marks begin and end. Each part belongs to the shortest mark that covers it. */
function* parts({ text, marks }) {
  const cuts = [...new Set([0, text.length, ...marks.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  let first = 0;
  let open = [];
  for (const [index, from] of cuts.entries()) {
    open = open.filter(({ to }) => to > from);
    for (; first < marks.length && marks[first].from <= from; first++) {
      if (marks[first].from === marks[first].to) yield { mark: marks[first], text: "" };
      else open.push(marks[first]);
    }
    const to = cuts[index + 1];
    if (to === undefined) return;
    const mark = open.reduce((best, one) => (best && best.to - best.from <= one.to - one.from ? best : one), undefined);
    yield { mark, text: text.slice(from, to) };
  }
}

/** Creates the element of a block. */
export function blockElement(block, draft) {
  const tag = block.kind !== "headline" ? "p" : draft.heading ? "h3" : "h2";
  const element = el(tag, { class: `block ${block.kind}` });
  const seen = new Set();
  for (const { mark, text } of parts(block)) {
    if (!mark) {
      element.append(readable(text));
      continue;
    }
    const part = markElement(mark, text, !seen.has(mark));
    part.dataset.draft = draft.id;
    seen.add(mark);
    element.append(part);
  }
  return element;
}
