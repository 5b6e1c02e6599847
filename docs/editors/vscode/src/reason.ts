// The reason why a place is let stand. Nothing here needs the editor.

/** The command of the server that lets a place stand. */
export const LET_STAND = "zhubi.letStand";

/**
 * Returns the arguments of a command after the author was asked for the reason, if the command takes one. Returns
 * `undefined` if the author has thought better of it.
 */
export async function withReason(
  command: string,
  args: unknown[],
  ask: () => Promise<string | undefined>,
): Promise<unknown[] | undefined> {
  const [place] = args;
  if (command !== LET_STAND || typeof place !== "object" || place === null) {
    return args;
  }
  const reason = await ask();
  return reason === undefined ? undefined : [{ ...place, reason }];
}
