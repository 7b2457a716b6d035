const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export const MAX_SOURCE_NAME_LENGTH = 64;

/** Whether an event source can have this name, which is part of its address. What cannot be one is not looked for either. */
export function isSourceName(name: string): boolean {
  return name.length <= MAX_SOURCE_NAME_LENGTH && NAME.test(name);
}
