#!/usr/bin/env node
// Starts the program of the package for this platform, which npm has installed as an optional dependency.
"use strict";

const { spawnSync } = require("node:child_process");

const name = `zhubi-${process.platform}-${process.arch}`;

function findProgram() {
  const file = process.platform === "win32" ? "zhubi.exe" : "zhubi";
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    console.error(
      `没有装上本机的程序包 ${name}。\n` +
        "  安装时请不要用 --omit=optional 或 --no-optional；这种机器没有程序包的，请用 cargo install zhubi 编译。",
    );
    process.exit(2);
  }
}

const result = spawnSync(findProgram(), process.argv.slice(2), { stdio: "inherit" });
if (result.error) {
  console.error(`${name} 里的程序运行不了：${result.error.message}`);
  process.exit(2);
}
if (result.signal) {
  // Ends in the same way, so that whoever waits for this process sees it.
  process.kill(process.pid, result.signal);
}
process.exit(result.status ?? 2);
