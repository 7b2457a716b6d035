/** An object that came from JSON or goes there. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** One text for one value, whatever the order in which its keys were written. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The same without what is null, for inputs to which null says no more than leaving it out. */
export function givenOf<T extends object>(values: T): { [Name in keyof T]: Exclude<T[Name], null> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as { [Name in keyof T]: Exclude<T[Name], null> };
}

/** Leaves out what is undefined, so that a spread of it overwrites nothing. */
export function definedOf<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING: ReadonlySet<number> = new Set([91, 123]);
const CLOSING: ReadonlySet<number> = new Set([93, 125]);

/** Whether JSON has more lists and objects within each other. To parse that costs a hundred times what looking costs, and whoever walks through it exhausts the stack. */
export function isNestedDeeperThan(text: string, most: number): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isInText && code === BACKSLASH) at += 1;
    else if (code === QUOTE) isInText = !isInText;
    else if (!isInText && OPENING.has(code)) depth += 1;
    else if (!isInText && CLOSING.has(code)) depth -= 1;
    if (depth > most) return true;
  }
  return false;
}
