// The settings of the extension, as the command line of the server. Nothing here needs the editor.

/** Reads a setting, or returns the default. */
export type Read = <T>(name: string, otherwise: T) => T;

/** Returns the arguments with which the server is started. */
export function serverArguments(read: Read): string[] {
  const args = ["lsp"];
  const texts: [string, string][] = [
    ["level", "--level"],
    ["style", "--style"],
    ["config", "--config"],
    ["issueDate", "--issue-date"],
  ];
  for (const [name, option] of texts) {
    const value = text(read<unknown>(name, ""));
    if (value !== "") {
      args.push(`${option}=${value}`);
    }
  }
  for (const name of ["only", "skip"]) {
    for (const rule of list(read<unknown>(name, []))) {
      args.push(`--${name}=${rule}`);
    }
  }
  if (read<unknown>("model", true) === false) {
    args.push("--no-model");
  }
  return args;
}

/** The name under which the settings are. */
export const SECTION = "zhubi";

/** Returns a text without blanks around it. Settings are written by hand, and may hold anything. */
function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text).filter((item) => item !== "") : [];
}
