import { writeSync } from 'node:fs';
import pg from 'pg';
import { crashPoint, REACHED, type CrashOrder, type CrashPoint } from './crash-points.ts';

/**
 * Loaded into each process under test before its own code (node --import): sees the statements that it sends and the calls
 * that it makes, and ends it as kill -9 does at the point that it was told. The product knows nothing of it.
 */
/** Where save-transition.sql.ts has the events among its values. */
const RUN_EVENTS = 7;

let armed: { readonly point: CrashPoint; left: number } | undefined;

process.on('message', (order: CrashOrder | 'NONE') => {
  armed = order === 'NONE' ? undefined : { point: crashPoint(order.point), left: order.nth };
});
// Only the driver's end is a reason to end; that it is there is none to stay.
process.channel?.unref();
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

shiftClock(Number(process.env['CHAOS_CLOCK_SHIFT_MS'] ?? 0));
watchStatements();
watchCalls();

/** The point is reached; at the n-th time nothing follows. */
function reach(): void {
  if (!armed) return;
  armed.left -= 1;
  if (armed.left > 0) return;
  writeSync(2, `${REACHED}${armed.point.name}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** A statement as pg is given it: a text and its values, or an object of both. */
interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

function statementOf([first, second]: readonly unknown[]): Statement {
  if (typeof first === 'string') return { text: first.trimStart(), values: Array.isArray(second) ? second : [] };
  const { text = '', values = [] } = first as Partial<Statement>;
  return { text: text.trimStart(), values };
}

/** The sessions in whose transaction the statement was whose commit is waited for. */
const awaited = new WeakSet<object>();

/** Whether this statement is the moment itself. */
function isMoment(session: object, { text, values }: Statement): boolean {
  const moment = armed?.point.moment;
  if (!moment || 'call' in moment) return false;
  if ('statement' in moment) return moment.statement.test(text);
  if (/^commit\b/i.test(text)) return awaited.delete(session);
  if (/^(begin|start transaction|rollback)\b/i.test(text)) awaited.delete(session);
  else if (moment.commitOf.test(text) && (!moment.events || moment.events.test(String(values[RUN_EVENTS])))) awaited.add(session);
  return false;
}

function watchStatements(): void {
  const prototype = pg.Client.prototype as unknown as { query: (this: object, ...given: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (...given) {
    const isMet = isMoment(this, statementOf(given));
    const when = armed?.point.moment.when;
    if (isMet && when === 'BEFORE') reach();
    const result = query.apply(this, given);
    // Whoever waits for the statement comes after us: the answer has arrived, and the process has not heard it.
    if (isMet && when === 'AFTER' && result instanceof Promise) return result.then((answer: unknown) => (reach(), answer));
    return result;
  };
}

function watchCalls(): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const moment = armed?.point.moment;
    const isMet = moment && 'call' in moment && moment.call.test(described(input, init));
    if (isMet && moment.when === 'BEFORE') reach();
    const response = await fetch(input, init);
    if (isMet && moment.when === 'AFTER') reach();
    return response;
  };
}

function described(input: string | URL | Request, init: RequestInit | undefined): string {
  const { method, url } = input instanceof Request ? input : { method: 'GET', url: input.toString() };
  return `${(init?.method ?? method).toUpperCase()} ${url}`;
}

/** The clocks of machines differ by some seconds. */
function shiftClock(shiftMs: number): void {
  if (shiftMs === 0) return;
  const Real = Date;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given: [], newTarget) => Reflect.construct(target, given.length === 0 ? [Real.now() + shiftMs] : given, newTarget) as Date,
    apply: () => new Real(Real.now() + shiftMs).toString(),
    get: (target, key, receiver) => (key === 'now' ? () => Real.now() + shiftMs : Reflect.get(target, key, receiver) as unknown),
  });
}
