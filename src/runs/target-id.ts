import type { Problem } from '../kernel/errors.js';

/** As long as the longest user principal name, with room. */
const MAX_TARGET_LENGTH = 512;

/** Whether it may be a target's name at all. */
export function isTargetIdUsable(id: string): boolean {
  return id.length > 0 && id.length <= MAX_TARGET_LENGTH && !/\p{Cc}/u.test(id) && id.isWellFormed();
}

export function targetIdProblems(id: string, path: Problem['path']): Problem[] {
  return isTargetIdUsable(id) ? [] : [{ path, message: `Name the target by its object id or user principal name, 1 to ${MAX_TARGET_LENGTH} characters.` }];
}
