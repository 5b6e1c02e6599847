import assert from "node:assert/strict";
import { test } from "node:test";

import { LET_STAND, withReason } from "../src/reason";

test("the author is asked why a place stands", async () => {
  const asked = await withReason(LET_STAND, [{ rule: "a/b", reason: "" }], async () => "引文");
  assert.deepEqual(asked, [{ rule: "a/b", reason: "引文" }]);
});

test("who is asked can think better of it", async () => {
  assert.equal(await withReason(LET_STAND, [{ rule: "a/b" }], async () => undefined), undefined);
});

test("nobody is asked about other commands", async () => {
  const refuse = async (): Promise<string> => assert.fail("asked");
  assert.deepEqual(await withReason("zhubi.openRule", [{ rule: "a/b" }], refuse), [{ rule: "a/b" }]);
  assert.deepEqual(await withReason(LET_STAND, [], refuse), []);
});
