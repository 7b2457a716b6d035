import fc, { type Arbitrary } from 'fast-check';
import { oddText } from './texts.ts';

/** The kinds of things that have ids, by the prefixes of these. */
const PREFIXES = ['key', 'con', 'pbk', 'stp', 'run', 'rst', 'apr', 'trg', 'evt', 'fir', 'src', 'fed'] as const;
const WORDS: readonly (readonly [pattern: RegExp, prefix: string])[] = [
  [/api.?key/i, 'key'], [/connection|consent/i, 'con'], [/playbook.?step/i, 'stp'], [/run.?step|review/i, 'rst'], [/playbook/i, 'pbk'], [/event.?source/i, 'src'], [/feed/i, 'fed'], [/firing/i, 'fir'], [/trigger/i, 'trg'], [/event/i, 'evt'], [/approval/i, 'apr'], [/run/i, 'run'],
];
const CATALOGUE = { provider: ['lab'], action: ['lab:alpha', 'lab:beta', 'lab:gamma', 'lab:careful', 'lab:delicate'], eventType: ['lab:signal', 'lab:signal', 'lab:notice', 'schedule'], type: ['lab:signal', 'lab:notice'] } as const;

const MALFORMED = ['', 'run_', '_', 'run_00000000000000000000000000', 'run_zzzzzzzzzzzzzzzzzzzzzzzzzz', 'run_7zzzzzzzzzzzzzzzzzzzzzzzzz', 'RUN_01h455vb4pex5vsknk084sn02q', 'run_01h455vb4pex5vsknk084sn02', 'run_01h455vb4pex5vsknk084sn02qq', 'run_01h455vb4pex5vsknk084sn02l', 'usr_01h455vb4pex5vsknk084sn02q', '01h455vb4pex5vsknk084sn02q', '0190163d-8694-739b-aea5-966c26f8ad91', 'lab', 'lab:alpha', 'lab:nope', 'lab:', ':', 'schedule'];

/** Stands for the id of something that there is, which nobody knows before the request is sent. */
export const PLACEHOLDER = /@([a-z]{3}):(\d+)@/g;
const existing = (prefix: string): Arbitrary<string> => fc.integer({ min: 0, max: 49 }).map((index) => `@${prefix}:${index}@`);
const anyExisting = fc.constantFrom(...PREFIXES).chain(existing);
const wrong = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...MALFORMED) }, { weight: 2, arbitrary: anyExisting }, { weight: 1, arbitrary: oddText });

/** An id for an argument: mostly of the kind that it asks for. */
export function idFor(name: string, owner: string, manner: 'TAME' | 'WILD'): Arbitrary<string> {
  return fc.oneof({ weight: manner === 'TAME' ? 60 : 6, arbitrary: meant(name, owner) }, { weight: 1, arbitrary: wrong });
}

function meant(name: string, owner: string): Arbitrary<string> {
  const fixed: readonly string[] | undefined = CATALOGUE[name as keyof typeof CATALOGUE];
  if (fixed) return fc.constantFrom(...fixed);
  const told = name === 'id' ? owner : name;
  const prefix = WORDS.find(([pattern]) => pattern.test(told))?.[1];
  return prefix === undefined ? anyExisting : existing(prefix);
}

/** The cursors of lists are their entries' ids in base64url; the placeholder is resolved inside. */
export const cursor: Arbitrary<string> = fc.oneof({ weight: 2, arbitrary: anyExisting.map((id) => `cursor${id}`) }, { weight: 1, arbitrary: fc.constantFrom('', '!!', 'AAAA', Buffer.from('run_zzzzzzzzzzzzzzzzzzzzzzzzzz').toString('base64url'), Buffer.from("run_' or 1=1").toString('base64url')) }, { weight: 1, arbitrary: oddText });
