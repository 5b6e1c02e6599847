// Writes the schema of zhubi.toml, as the program publishes it, beside the extension, and compares the settings with it.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const program = process.env.ZHUBI ?? "zhubi";
const schema = JSON.parse(execFileSync(program, ["config", "--schema"], { encoding: "utf8", maxBuffer: 64 << 20 }));
writeFileSync("zhubi.schema.json", `${JSON.stringify(schema, null, 1)}\n`);

const settings = JSON.parse(readFileSync("package.json", "utf8")).contributes.configuration.properties;
const levels = settings["zhubi.level"].enum.filter((level) => level !== "");
const published = schema.properties.level.enum;
if (JSON.stringify(levels) !== JSON.stringify(published)) {
  throw new Error(`zhubi.level is ${levels}, and zhubi.toml knows ${published}`);
}
for (const name of ["style", "only", "skip"]) {
  if (!(name in schema.properties)) {
    throw new Error(`zhubi.toml has no ${name}`);
  }
}
