// Where the program is. Nothing here needs the editor.

import * as path from "node:path";

/** What is needed of the machine to find a program. */
export interface Machine {
  platform: NodeJS.Platform;
  environment: Record<string, string | undefined>;
  /** Whether a file is there and can be run. */
  canRun(file: string): boolean;
}

/** The program, or the sentence that says why there is none. */
export type Found = { program: string } | { problem: string };

/**
 * Finds the program: the one that the settings name, or the one that the extension has brought, or the first in the
 * search path.
 */
export function findProgram(named: string, extension: string, machine: Machine): Found {
  const join = machine.platform === "win32" ? path.win32.join : path.posix.join;
  const file = machine.platform === "win32" ? "zhubi.exe" : "zhubi";
  const home = machine.environment["HOME"] ?? machine.environment["USERPROFILE"] ?? "";
  const wanted = named.trim().replace(/^~(?=[\\/])/, () => home);
  if (wanted !== "") {
    return machine.canRun(wanted)
      ? { program: wanted }
      : { problem: `设置 zhubi.path 写的“${wanted}”不在，或者不能运行。请改正，或者清空，改用 PATH 里的 zhubi。` };
  }
  const separator = machine.platform === "win32" ? ";" : ":";
  const search = machine.environment["PATH"] ?? machine.environment["Path"] ?? "";
  const folders = search.split(separator).filter((folder) => folder !== "");
  const candidates = [join(extension, "server", file), ...folders.map((folder) => join(folder, file))];
  const program = candidates.find((candidate) => machine.canRun(candidate));
  return program !== undefined
    ? { program }
    : { problem: "没有找到 zhubi 程序。请先安装，或者在设置 zhubi.path 里写它的路径。" };
}
