// Reads a JSON list of pages of MDX from standard input and writes the skeleton of each: a list of [kind, content], or null
// for a page that is not MDX. Argument: the directory that has node_modules with the packages below.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.argv[2]}/`);
const load = async (name) => (await import(pathToFileURL(require.resolve(name)))).default;
const { unified } = await import(pathToFileURL(require.resolve("unified")));

// A single tilde stands between two numbers in Chinese: 13~17亿元.
const OPTIONS = { "remark-gfm": { singleTilde: false } };

const processor = unified();
for (const name of ["remark-parse", "remark-mdx", "remark-gfm", "remark-frontmatter", "remark-math"]) {
  processor.use(await load(name), OPTIONS[name]);
}

const PROSE = new Set(["alt", "title"]);

/** Returns an attribute of an element; an expression stands as it is. */
function attribute({ name, value }) {
  if (PROSE.has(name) && typeof value === "string") return `${name}=…`;
  return `${name ?? "..."}=${value?.value ?? value}`;
}

/** Appends a node and what is in it. */
function walk(node, skeleton) {
  if (node.type === "text") return;
  const details = [node.name, node.depth, node.lang, node.meta, node.url, node.type === "yaml" ? "" : node.value];
  skeleton.push([node.type, details.filter((detail) => detail != null).join(" ")]);
  for (const one of node.attributes ?? []) skeleton.push(["attribute", attribute(one)]);
  for (const child of node.children ?? []) walk(child, skeleton);
}

/** Returns the skeleton of a page. */
function skeleton(source) {
  const parts = [];
  try {
    walk(processor.parse(source), parts);
  } catch {
    return null;
  }
  return parts;
}

process.stdout.write(JSON.stringify(JSON.parse(await text(process.stdin)).map(skeleton)));
