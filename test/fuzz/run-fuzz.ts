import fc from 'fast-check';
import { TestClient } from '../support/test-client.ts';
import { until } from '../support/until.ts';
import { attempt, CALLERS, type Attempt, type Caller } from './attempts.ts';
import { ROOT_FIELDS } from './documents.ts';
import { faultsOf } from './judge.ts';
import { OwnService } from './own-service.ts';
import { closeConnections, sendOverHttp, sendOverSocket, type Answer } from './send.ts';
import type { Leftovers } from './service.ts';
import { World } from './world.ts';

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  /** Only this one of them, for a look at a failure. */
  readonly only?: number | undefined;
}

export interface Fault {
  readonly what: string;
  readonly index: number;
  readonly attempt: Attempt;
  readonly times: number;
}

export interface FuzzReport {
  readonly sent: number;
  readonly faults: readonly Fault[];
  /** What the service has logged at level error. */
  readonly complaints: string;
  readonly slowest: { readonly ms: number; readonly index: number };
  /** How many answers there were of each kind. */
  readonly answers: ReadonlyMap<string, number>;
  /** The fields of the roots that were answered with data, each with how often. */
  readonly answered: ReadonlyMap<string, number>;
  /** After the first third, and at the end. */
  readonly early: Leftovers;
  readonly late: Leftovers;
  /** Sessions at the database at the end: all, and those that have forgotten to end a transaction. */
  readonly sessions: { readonly all: number; readonly inTransaction: number };
}

const AT_ONCE = 8;
/** Among the requests are some that pause everything: as often as this an administrator lets it go on, so that the others meet a service at work. */
const LET_GO_ON_EVERY = 250;
const LET_GO_ON = 'mutation { updateGuardrails(input: { paused: false, maxTargetsPerHour: null, protectedTargets: [] }) { guardrails { paused } } }';
const ROLES = CALLERS.slice(0, 5) as readonly ('ADMIN' | 'AUTHOR' | 'APPROVER' | 'RESPONDER' | 'VIEWER')[];
const NOBODY = { operations: 0, sockets: Number.MAX_SAFE_INTEGER };

/** Attacks one service with that many requests, and looks at every answer and at what is left behind. */
export async function runFuzz({ requests, seed, only }: FuzzOptions): Promise<FuzzReport> {
  await using service = await OwnService.start();
  const { world, admin } = await createWorld(service);
  const attempts = fc.sample(attempt, { seed, numRuns: requests });
  const all = attempts.map((one, index) => ({ one, index })).filter(({ index }) => only === undefined || index === only);
  const run = new Run(service, world, admin);
  const third = Math.ceil(all.length / 3);
  await run.sendAll(all.slice(0, third));
  const early = await run.settled();
  await run.sendAll(all.slice(third));
  const late = await run.settled();
  await carryOutARun(admin);
  const sessions = await sessionsOf(service);
  closeConnections();
  await service.stop();
  return { sent: run.sent, faults: run.faults, complaints: service.complaints, slowest: run.slowest, answers: run.answers, answered: run.answered, early, late, sessions };
}

/** The same attempt again and simpler, until no simpler one fails; it may need what was sent before it, and then it does not fail at all. */
export async function shrink({ seed, only }: FuzzOptions & { only: number }): Promise<string> {
  await using service = await OwnService.start();
  const { world, admin } = await createWorld(service);
  const run = new Run(service, world, admin);
  const property = fc.asyncProperty(attempt, async (one) => {
    const faults = await run.send(one);
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
  const details = await fc.check(property, { seed, path: `${only}`, numRuns: 1, interruptAfterTimeLimit: 60_000 });
  return details.failed ? `${JSON.stringify(details.counterexample)}\n${String(details.errorInstance)}` : 'Alone it does not fail.';
}

class Run {
  private readonly byWhat = new Map<string, Fault>();
  readonly answers = new Map<string, number>();
  readonly answered = new Map<string, number>();
  sent = 0;
  slowest = { ms: 0, index: -1 };

  constructor(
    private readonly service: OwnService,
    private readonly world: World,
    private readonly admin: TestClient,
  ) {}

  get faults(): readonly Fault[] {
    return [...this.byWhat.values()];
  }

  async sendAll(all: readonly { one: Attempt; index: number }[]): Promise<void> {
    const waiting = all.values();
    const sendOn = async (): Promise<void> => {
      for (const { one, index } of waiting) {
        if (!this.service.isAlive) throw new Error(`The service ended by itself at ${index}: ${JSON.stringify(one)}\n${this.service.complaints}`);
        const from = performance.now();
        for (const what of await this.send(one)) this.note(what, one, index);
        const ms = performance.now() - from;
        if (ms > this.slowest.ms) this.slowest = { ms, index };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sendOn));
  }

  async send(one: Attempt): Promise<string[]> {
    const filled = JSON.parse(this.world.fill(JSON.stringify(one))) as Attempt;
    const authorization = this.world.authorizationOf(one.caller);
    const answer = filled.way === 'HTTP' ? await sendOverHttp(this.service.url, filled.request, authorization) : await sendOverSocket(this.service.url, { ...filled, authorization });
    this.sent += 1;
    if (this.sent % LET_GO_ON_EVERY === 0) await this.admin.ask(LET_GO_ON);
    this.count(answer);
    for (const field of fieldsAnswered(filled, answer)) this.answered.set(field, (this.answered.get(field) ?? 0) + 1);
    const faults = faultsOf(filled, answer, JSON.stringify(filled), this.world);
    for (const text of answer.texts) {
      this.world.learn(text);
      this.world.keepSecrets(text);
    }
    return faults;
  }

  /** What is left when everything that was begun has ended. */
  settled(): Promise<Leftovers> {
    return until(() => this.service.measure(), ({ operations }) => operations <= NOBODY.operations);
  }

  private count(answer: Answer): void {
    const codes = answer.texts.flatMap((text) => [...text.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code = '']) => code));
    const kind = answer.way === 'NONE' ? 'not answered' : [...new Set(codes)].sort().join() || (answer.way === 'HTTP' ? `${answer.status}` : 'socket');
    this.answers.set(kind, (this.answers.get(kind) ?? 0) + 1);
  }

  private note(what: string, one: Attempt, index: number): void {
    const known = this.byWhat.get(what);
    this.byWhat.set(what, known ? { ...known, times: known.times + 1 } : { what, index, attempt: one, times: 1 });
  }
}

/** Which fields of the root have data in the answer, as far as the document can be told apart. */
function fieldsAnswered(one: Attempt, { texts }: Answer): string[] {
  if (!texts.some((text) => /"data":\{"(?!\w+":null)/.test(text))) return [];
  const said = one.way === 'HTTP' ? one.request.body : one.messages.join();
  return ROOT_FIELDS.filter((field) => new RegExp(`\\b${field}\\b`).test(said));
}

/** A key for each role, one that was revoked and one that there never was; and a first thing of each kind. */
async function createWorld(service: OwnService): Promise<{ world: World; admin: TestClient }> {
  const entries = await Promise.all(ROLES.map(async (role) => [role, await service.key(role)] as const));
  const revoked = await service.key('ADMIN');
  await service.revoke(revoked.id);
  const keys = Object.fromEntries(entries) as Record<(typeof ROLES)[number], { id: string; text: string }>;
  const admin = new TestClient(service.url, keys.ADMIN.text);
  const world = new World({ ...keys, REVOKED: revoked, INVALID: { id: 'key_01h455vb4pex5vsknk084sn02q', text: `cmk_00000000_${'a'.repeat(43)}` }, NOBODY: undefined } satisfies Record<Caller, unknown>);
  await carryOutARun(admin);
  world.learn(JSON.stringify(await admin.send('{ connections { id } playbooks { nodes { id steps { id } } } runs { nodes { id steps { id } } } }')));
  return { world, admin };
}

/** That the service does its work: a run from the connection to its end. */
async function carryOutARun(admin: TestClient): Promise<void> {
  // A connection that has been idle for long may be closed at the very moment that it is used again.
  await until(() => admin.post({ query: '{ viewer { roles } }' }).then(({ ok }) => ok, () => false), (isAnswered) => isAnswered);
  await admin.ask(LET_GO_ON);
  const connectionId = await admin.connect();
  const { id } = await admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  const runId = await admin.run(id, { target: { kind: 'USER', id: 'nobody-has-protected-this@contoso.example' } });
  const last = (await admin.follow(runId)).at(-1);
  if (last?.runStatus !== 'SUCCEEDED') throw new Error(`The run ended as ${last?.runStatus}: ${last?.message}`);
}

async function sessionsOf({ database }: OwnService): Promise<FuzzReport['sessions']> {
  const { rows } = await database.query(`select count(*)::int as "all", count(*) filter (where state like 'idle in transaction%')::int as "inTransaction" from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
  return rows[0] as unknown as FuzzReport['sessions'];
}
