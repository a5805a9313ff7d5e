/** Text from a source file or a server as Markdown that shows exactly this text. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~&$]/g, '\\$&').replace(/\s*\r?\n\s*/g, ' ');
}

/** A code block that its content cannot leave: the fence is longer than any run of backticks inside. */
export function codeBlock(content: string, language = ''): string {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${content}\n${fence}`;
}

/** `[Explain](command:planlight.explainQuery?…)` */
export function commandLink(title: string, command: string, argument: unknown, tooltip: string): string {
  return `[${plain(title)}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))} "${tooltip}")`;
}
