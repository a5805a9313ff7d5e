/**
 * The command as one line: to a terminal a line's end is an Enter, which would run what stands before it. Undefined: it has
 * several lines of its own, or characters that are keys.
 */
export function shellLine(command: string): string | undefined {
  const joined = command.trim().replace(/\s*\\\r?\n\s*/g, ' ');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are keys to a terminal
  return /[\u0000-\u001f\u007f-\u009f]/.test(joined) ? undefined : joined;
}
