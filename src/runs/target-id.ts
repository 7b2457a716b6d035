/** As long as the longest user principal name, with room. */
export const MAX_TARGET_LENGTH = 512;

/** Whether it may be a target's name at all. */
export function isTargetIdUsable(id: string): boolean {
  return id.length > 0 && id.length <= MAX_TARGET_LENGTH && !/\p{Cc}/u.test(id);
}
