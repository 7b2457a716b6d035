import type { Problem } from './errors.js';

const MAX_NAME_LENGTH = 200;
const MAX_TEXT_LENGTH = 10_000;

/** What is wrong with a name that people gave something. */
export function nameProblems(name: string, path: Problem['path']): Problem[] {
  const length = name.trim().length;
  if (length > 0 && length <= MAX_NAME_LENGTH) return [];
  return [{ path, message: `A name has 1 to ${MAX_NAME_LENGTH} characters.` }];
}

export function textProblems(text: string, path: Problem['path']): Problem[] {
  return text.length <= MAX_TEXT_LENGTH ? [] : [{ path, message: `This text has at most ${MAX_TEXT_LENGTH} characters.` }];
}
