import assert from "node:assert/strict";
import { test } from "node:test";

import { findProgram, type Machine } from "../src/program";

function machine(files: string[], environment: Record<string, string>, platform: NodeJS.Platform = "linux"): Machine {
  return { platform, environment, canRun: (file) => files.includes(file) };
}

test("the program that is named comes first, then the one that was brought, then the search path", () => {
  const all = ["/own/zhubi", "/extension/server/zhubi", "/b/zhubi"];
  const environment = { PATH: "/a::/b" };
  assert.deepEqual(findProgram("/own/zhubi", "/extension", machine(all, environment)), { program: "/own/zhubi" });
  assert.deepEqual(findProgram("", "/extension", machine(all, environment)), { program: "/extension/server/zhubi" });
  assert.deepEqual(findProgram(" ", "/extension", machine(["/b/zhubi"], environment)), { program: "/b/zhubi" });
});

test("a named program that is missing is no reason to take another one", () => {
  const found = findProgram("/own/zhubi", "/extension", machine(["/b/zhubi"], { PATH: "/b" }));
  assert.ok("problem" in found && found.problem.includes("/own/zhubi"));
});

test("the home directory can be written as a tilde", () => {
  const found = findProgram("~/bin/zhubi", "/extension", machine(["/folder/$&/bin/zhubi"], { HOME: "/folder/$&" }));
  assert.deepEqual(found, { program: "/folder/$&/bin/zhubi" });
});

test("says what to do where there is none", () => {
  const found = findProgram("", "/extension", machine([], {}));
  assert.ok("problem" in found && found.problem.includes("zhubi.path"));
});

test("Windows has other names", () => {
  const found = findProgram("", "C:\\e", machine(["D:\\b\\zhubi.exe"], { Path: "C:\\a;D:\\b" }, "win32"));
  assert.deepEqual(found, { program: "D:\\b\\zhubi.exe" });
});
