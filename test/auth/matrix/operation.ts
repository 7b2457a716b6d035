import type { Permission, Role } from '../../../src/auth/permissions.js';
import type { ErrorCode } from '../../../src/kernel/errors.js';
import type { Things } from './things.js';

/** What comes of an operation. NULL: there is no such thing. MISSING: a list without it. */
export type Answer = 'ALLOWED' | 'NULL' | 'MISSING' | ErrorCode;

/** One operation of the schema with what everybody is answered. */
export interface Operation {
  /** What it asserts, in its order; none: whoever is signed in may. */
  readonly needs: readonly Permission[];
  /** The roles that may. */
  readonly roles: readonly Role[];
  /** What the others are answered. */
  readonly others?: Answer;
  /** What a key with all roles is answered that is limited to the things at hand; ALLOWED by default. */
  readonly within?: Answer;
  /** The same, when it is limited to other things. */
  readonly beyond: Answer;
  readonly document: string;
  readonly variables?: (things: Things) => object;
  /** What stands in the answer when it is allowed. */
  readonly shows?: (things: Things) => string;
}

export const EVERYBODY: readonly Role[] = ['VIEWER', 'RESPONDER', 'APPROVER', 'AUTHOR', 'ADMIN'];
export const RESPONDERS: readonly Role[] = ['RESPONDER', 'ADMIN'];
export const APPROVERS: readonly Role[] = ['APPROVER', 'ADMIN'];
export const AUTHORS: readonly Role[] = ['AUTHOR', 'ADMIN'];
export const ADMINS: readonly Role[] = ['ADMIN'];
