import { badRequest } from './graph-failure.js';

export type Token =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly value: string }
  | { readonly kind: 'sign'; readonly value: string };

const PATTERN = /\s*(?:'((?:[^']|'')*)'|([A-Za-z0-9_$][\w./:+-]*)|([(),]))/y;

export function invalidFilter(reason: string): Error {
  return badRequest(`Invalid filter clause: ${reason}`);
}

/** Splits a `$filter` into quoted texts, names (with literals and paths among them) and signs. */
export function tokenizeFilter(filter: string): Token[] {
  const tokens: Token[] = [];
  const text = filter.trim();
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const position = PATTERN.lastIndex;
    const match = PATTERN.exec(text);
    if (match === null) throw invalidFilter(`there is a syntax error at position ${position} in '${text}'.`);
    tokens.push(tokenOf(match));
  }
  return tokens;
}

function tokenOf([, quoted, name, sign]: RegExpExecArray): Token {
  if (quoted !== undefined) return { kind: 'text', value: quoted.replaceAll("''", "'") };
  if (name !== undefined) return { kind: 'name', value: name };
  return { kind: 'sign', value: sign ?? '' };
}
