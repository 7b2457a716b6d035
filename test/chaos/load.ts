import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './client.ts';
import { follow } from './follower.ts';
import type { Decision, Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const RUN = 'mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }';
const CANCEL = 'mutation ($input: CancelRunInput!) { cancelRun(input: $input) { run { id } } }';
const DECIDE = 'mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id status } } }';
const PENDING = '{ approvals(status: PENDING, first: 50) { nodes { id } } }';
/** How long a client goes on to ask. */
const PATIENCE_MS = 60_000;

const INGEST = 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { events { id } } }';

/** Clients that start runs at the same time. */
const LANES = [0, 1, 2];

/** Refusals that the state of things explains: the provider is in trouble, or somebody else was faster. */
const EXPLAINED = ['PRECONDITION_FAILED'];

export interface LoadOptions {
  readonly world: World;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly round: number;
  /** Nothing new is begun then. */
  readonly isOver: () => boolean;
}

/** What clients do in a round. Ends when all of them have their answers; gives those who still follow. */
export async function work(options: LoadOptions, isSettled: AbortSignal): Promise<readonly Promise<void>[]> {
  const followers: Promise<void>[] = [];
  const onRun = (runId: string): void => {
    if (!options.random.happens(0.3)) return;
    const { world, ledger, random } = options;
    followers.push(follow({ client: world.admin, ledger, random, runId, isSettled }));
  };
  await Promise.all([...LANES.map((lane) => startRuns(options, lane, onRun)), sendEvents(options), decide(options)]);
  return followers;
}

/** One after the other, as fast as they are answered; now and then twice at the same moment, and canceled. */
async function startRuns({ world, ledger, random, round, isOver }: LoadOptions, lane: number, onRun: (runId: string) => void): Promise<void> {
  const cancels: Promise<void>[] = [];
  for (let index = 0; !isOver(); index += 1) {
    const key = `chaos-${round}-${lane}-${index}`;
    const playbookId = random.happens(0.35) ? world.approvedPlaybook : world.plainPlaybook;
    const input = { playbookId, target: { kind: 'USER', id: random.oneOf(world.users) }, reason: key, idempotencyKey: key };
    const asked = await Promise.all(Array.from({ length: random.happens(0.25) ? 2 : 1 }, () => world.responder.ask<{ runPlaybook: { run: { id: string } } }>(RUN, { input }, patience())));
    for (const answer of asked) {
      if (answer.kind === 'DATA') ledger.noteRun(key, answer.data.runPlaybook.run.id);
      noteSurprise(ledger, answer, `The run ${key} was refused`);
    }
    const [runId] = ledger.runs.get(key) ?? [];
    if (runId !== undefined) {
      onRun(runId);
      if (random.happens(0.08)) cancels.push(cancel({ world, ledger }, runId));
    }
    await delay(random.between(50, 350));
  }
  await Promise.all(cancels);
}

async function cancel({ world, ledger }: Pick<LoadOptions, 'world' | 'ledger'>, runId: string): Promise<void> {
  const answer = await world.responder.ask(CANCEL, { input: { runId, reason: 'A drill' } }, patience());
  if (answer.kind === 'DATA') ledger.answered.push({ action: 'cancelRun', subject: runId });
  noteSurprise(ledger, answer, `To cancel ${runId} was refused`);
}

/** Events, some of which are sent again though they were answered. */
async function sendEvents({ world, ledger, random, round, isOver }: LoadOptions): Promise<void> {
  for (let index = 0; !isOver(); index += 1) {
    const keys = Array.from({ length: random.between(1, 3) }, (_event, place) => `chaos-${round}-${index}-${place}`);
    const events = keys.map((dedupeKey) => ({ type: 'identity:alert', dedupeKey, payload: { id: dedupeKey, user: random.oneOf(world.users), severity: 'high' } }));
    for (let times = random.happens(0.3) ? 2 : 1; times > 0; times -= 1) {
      const answer = await world.responder.ask<{ ingestEvents: { events: { id: string }[] } }>(INGEST, { input: { events } }, patience());
      if (answer.kind === 'DATA') answer.data.ingestEvents.events.forEach(({ id }, place) => ledger.noteEvent(keys[place] ?? '', id));
      noteSurprise(ledger, answer, `The events ${keys.join(', ')} were refused`);
    }
    await delay(random.between(300, 900));
  }
}

/** Both approvers decide about the same approval at the same moment, each as they like; some are left to wait. */
async function decide({ world, ledger, random, isOver }: LoadOptions): Promise<void> {
  const seen = new Set<string>();
  const [first] = world.approvers;
  // What was asked for at the end of the round is decided, too.
  for (let isLast = false; !isLast && first; ) {
    isLast = isOver();
    const pending = await first.ask<{ approvals: { nodes: { id: string }[] } }>(PENDING, {}, patience());
    const fresh = pending.kind === 'DATA' ? pending.data.approvals.nodes.map(({ id }) => id).filter((id) => !seen.has(id) && !ledger.undecided.has(id)) : [];
    await Promise.all(fresh.map(async (approvalId) => {
      seen.add(approvalId);
      if (random.happens(0.1)) return void ledger.undecided.add(approvalId);
      await Promise.all(world.approvers.map(async (approver) => {
        const decision: Decision = random.happens(0.8) ? 'APPROVE' : 'DENY';
        const answer = await approver.ask(DECIDE, { input: { approvalId, decision } }, patience());
        if (answer.kind === 'DATA') ledger.noteDecision(approvalId, decision);
        noteSurprise(ledger, answer, `To decide ${approvalId} was refused`);
      }));
    }));
    await delay(200);
  }
}

function patience(): number {
  return Date.now() + PATIENCE_MS;
}

function noteSurprise(ledger: Ledger, answer: Answer<unknown>, what: string): void {
  if (answer.kind === 'REFUSED' && !EXPLAINED.includes(answer.error.extensions.code)) ledger.surprises.push(`${what}: ${answer.error.extensions.code} ${answer.error.message}`);
}
