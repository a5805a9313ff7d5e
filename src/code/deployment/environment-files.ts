import type { Part } from './part';
import { referencesIn, type Variable } from './references';

/** `.env.example`: what a program is to be told, without anybody's password. */
export function readEnvironmentExample(text: string, path: string): Part {
  const lines = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*(.*)$/gm)];
  const variables = lines.map(({ 0: whole, 1: name = '', 2: value = '', index }): Variable => {
    const end = index + whole.length;
    return { path, name, value: value.trim().replace(/^(["'])(.*)\1$/, '$2'), start: end - value.length, end };
  });
  return { references: referencesIn(text, variables) };
}
