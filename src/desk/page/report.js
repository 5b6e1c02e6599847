// The proof sheet as one file, to read, to filter and to print.

import { byId, el } from "./dom.js";
import { View, commonKey, isTyping } from "./view.js";

const drafts = [...document.querySelectorAll("script.draft")].map((script, id) => ({ id, heading: true, ...JSON.parse(script.textContent) }));
const view = new View(() => undefined);
view.open(drafts);
const total = view.all.length;
byId("progress").replaceChildren(el("span", {}, `${drafts.length} 篇，${total} 处`));
byId("drafts").replaceChildren(...drafts.map(({ id, name, blocks }) => {
  const count = blocks.reduce((sum, block) => sum + block.marks.length, 0);
  return el("option", { value: id }, `${name}（${count} 处）`);
}));
byId("drafts").addEventListener("change", () => {
  const { value } = byId("drafts");
  const first = view.items.find((item) => String(item.draft) === value);
  if (first) view.show(first);
  else view.finish();
  byId(`draft-${value}`)?.scrollIntoView();
});
byId("actions").append(el("button", { type: "button", onclick: () => print() }, "打印"));
addEventListener("keydown", (event) => {
  if (!isTyping(event) && commonKey(event, view)) event.preventDefault();
});
