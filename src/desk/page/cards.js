// The cards at the margin: what is wrong at a place, by which clause, and what can be done.

import { el } from "./dom.js";

const DONE = { taken: "已改", own: "已改写", left: "不改", stet: "保留", word: "已收词" };

/** Shows a change: before → after. */
export function change(before, after) {
  return el(
    "span",
    { class: "change" },
    before === "" ? el("span", { class: "quiet" }, "（缺）") : el("del", {}, before),
    " → ",
    after === "" ? el("span", { class: "quiet" }, "（删去）") : el("ins", {}, after),
  );
}

/** The line of a card that is not the current one. */
function headOf(mark) {
  const text = mark.state === "open" ? mark.suggestions[0] : mark.after;
  const shown =
    text === undefined || (mark.state !== "open" && text === mark.before)
      ? el("span", { class: "change" }, mark.before || "（缺）")
      : change(mark.before, text);
  const label = mark.state === "open" ? mark.severity_name : DONE[mark.state];
  return [el("span", { class: `chip ${mark.state} ${mark.severity}` }, label), " ", shown, " ", el("span", { class: "title" }, mark.title)];
}

/** Creates a card. `actions` are what can be done: functions by name; without them the card only shows. */
export function cardElement(item, isCurrent, actions) {
  const { mark } = item;
  const card = el("li", {
    class: `card ${mark.state}${isCurrent ? " current" : ""}`,
    "data-id": mark.id,
    "data-draft": item.draft,
    "aria-current": isCurrent ? "true" : undefined,
  });
  const head = el("button", { type: "button", class: "head", "aria-expanded": String(isCurrent) }, ...headOf(mark));
  card.append(head);
  if (!isCurrent) return card;
  const body = el("div", { class: "body" });
  body.append(el("p", { class: "message" }, mark.message));
  for (const related of mark.related ?? []) body.append(el("p", { class: "quiet" }, related));
  const rule = mark.url ? el("a", { href: mark.url, rel: "noreferrer", target: "_blank" }, mark.rule) : mark.rule;
  body.append(el("p", { class: "origin" }, rule, mark.source ? `　${mark.source}` : "", `　${item.place}`));
  if (mark.reason) body.append(el("p", { class: "reason" }, `理由：${mark.reason}`));
  if (mark.state === "open" && mark.suggestions.length > 0) {
    const buttons = mark.suggestions.map((text, index) =>
      actions
        ? el(
            "button",
            { type: "button", class: "suggestion", onclick: () => actions.take(text) },
            el("kbd", {}, index === 0 ? "回车" : String(index + 1)),
            " ",
            change(mark.before, text),
          )
        : el("span", { class: "suggestion" }, change(mark.before, text)),
    );
    body.append(el("div", { class: "suggestions" }, ...buttons), el("p", { class: "quiet" }, mark.fix));
  }
  if (actions) body.append(buttonsOf(mark, actions));
  card.append(body);
  return card;
}

function buttonsOf(mark, actions) {
  const button = (name, key, text) =>
    el("button", { type: "button", onclick: () => actions[name](), "aria-keyshortcuts": key }, text, el("kbd", {}, key));
  if (mark.state !== "open") return el("div", { class: "buttons" }, button("reopen", "o", "重新处理"));
  return el(
    "div",
    { class: "buttons" },
    button("leave", "x", "不改"),
    button("stet", "s", "保留"),
    button("own", "e", "改写"),
    button("word", "w", "收词"),
    button("all", "a", "同类全部…"),
  );
}
