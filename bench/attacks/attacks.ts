import type { Attack } from './attack.ts';
import { CONNECTION_ATTACKS } from './connections.ts';
import { DOCUMENT_ATTACKS } from './documents.ts';
import { TRIES } from './tries.ts';

export const ATTACKS: readonly Attack[] = [...DOCUMENT_ATTACKS, ...CONNECTION_ATTACKS, ...TRIES];
