import assert from "node:assert/strict";
import { test } from "node:test";

import { serverArguments } from "../src/settings";

function argumentsOf(settings: Record<string, unknown>): string[] {
  return serverArguments(<T>(name: string, otherwise: T) => (name in settings ? (settings[name] as T) : otherwise));
}

test("without settings the files of the paper decide", () => {
  assert.deepEqual(argumentsOf({}), ["lsp"]);
  assert.deepEqual(argumentsOf({ level: "", style: " ", only: [], model: true }), ["lsp"]);
});

test("settings are options of the command line", () => {
  const settings = { level: "advice", issueDate: "2023-11-01", only: ["typo", " fact "], skip: ["typo/idiom"], model: false };
  assert.deepEqual(argumentsOf(settings), [
    "lsp",
    "--level=advice",
    "--issue-date=2023-11-01",
    "--only=typo",
    "--only=fact",
    "--skip=typo/idiom",
    "--no-model",
  ]);
});

test("a value that begins with a dash is a value", () => {
  assert.deepEqual(argumentsOf({ config: "--no-stet" }), ["lsp", "--config=--no-stet"]);
});

test("what is not of the right kind is left out", () => {
  assert.deepEqual(argumentsOf({ level: 1, only: "typo", skip: [1, null], model: "no" }), ["lsp"]);
});
