/** What of inflection 1.13 is used here: it has no types of its own. */
declare module 'inflection' {
  export function pluralize(word: string): string;
  export function singularize(word: string): string;
  export function underscore(word: string): string;
}
