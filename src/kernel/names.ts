import type { Problem } from './errors.js';

const MAX_NAME_LENGTH = 200;
const MAX_TEXT_LENGTH = 10_000;

/** What is wrong with a name that people gave something. */
export function nameProblems(name: string, path: Problem['path']): Problem[] {
  const length = name.trim().length;
  if (/\p{Cc}/u.test(name) || !name.isWellFormed()) return [{ path, message: 'A name holds whole characters only, none of them a control character.' }];
  if (length > 0 && length <= MAX_NAME_LENGTH) return [];
  return [{ path, message: `A name has 1 to ${MAX_NAME_LENGTH} characters.` }];
}

/** What is wrong with a text of any number of lines. */
export function textProblems(text: string, path: Problem['path']): Problem[] {
  // Line breaks and tabs are the only control characters that people write, and PostgreSQL keeps no NUL.
  if (/(?![\n\r\t])\p{Cc}/u.test(text)) return [{ path, message: 'This text holds no control characters but line breaks and tabs.' }];
  if (!text.isWellFormed()) return [{ path, message: 'This text holds whole characters only: half of a surrogate pair stands alone.' }];
  return text.length <= MAX_TEXT_LENGTH ? [] : [{ path, message: `This text has at most ${MAX_TEXT_LENGTH} characters.` }];
}
