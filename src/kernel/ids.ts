import { TypeID, fromString, typeidUnboxed } from 'typeid-js';
import { badInput, type Problem } from './errors.js';

/** The prefixes of our ids: TypeIDs over a UUIDv7, so that ids sort by the time they were made. */
export const ID_PREFIXES = {
  apiKey: 'key',
  user: 'usr',
  connection: 'con',
  playbook: 'pbk',
  playbookStep: 'stp',
  run: 'run',
  runStep: 'rst',
  batch: 'bat',
  approval: 'apr',
  trigger: 'trg',
  event: 'evt',
  triggerFiring: 'fir',
  eventSource: 'src',
  eventFeed: 'fed',
  auditEntry: 'aud',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

export function newId(kind: IdKind): string {
  return typeidUnboxed(ID_PREFIXES[kind]);
}

/** No id that was made at that moment or later comes before it. */
export function earliestId(kind: IdKind, moment: Date): string {
  const time = moment.getTime().toString(16).padStart(12, '0');
  return TypeID.fromUUID(ID_PREFIXES[kind], `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`).toString();
}

export function isId(kind: IdKind, value: string): boolean {
  try {
    fromString(value, ID_PREFIXES[kind]);
    return true;
  } catch {
    return false; // typeid-js tells a malformed id only by throwing
  }
}

/** Which kind of thing an id names, or undefined when it is no id of ours. */
export function kindOfId(value: string): IdKind | undefined {
  const kinds = Object.keys(ID_PREFIXES) as IdKind[];
  return kinds.find((kind) => isId(kind, value));
}

/** Refuses a malformed id, so that a typing error is not answered as if the thing were gone. */
export function requireId(kind: IdKind, value: string, path: Problem['path']): void {
  if (isId(kind, value)) return;
  throw badInput(path, `"${value.slice(0, 80)}" is not the id of a ${describeKind(kind)}: it has the form ${ID_PREFIXES[kind]}_ and 26 characters.`);
}

function describeKind(kind: IdKind): string {
  return kind === 'apiKey' ? 'API key' : kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The UUID inside an id, for systems that know only UUIDs. */
export function uuidOf(id: string): string {
  return TypeID.fromString(id).toUUID();
}
