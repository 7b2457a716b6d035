import type { Connection } from '../connections/connection.entity.js';
import type { Problem } from '../kernel/errors.js';
import { isId, newId } from '../kernel/ids.js';
import { definedOf, type JsonObject } from '../kernel/json.js';
import { parseWith, type Registry } from '../registry/registry.js';
import { readApprovalPolicy, type ApprovalPolicy, type ApprovalPolicyDraft } from './approval-policy.js';
import type { PlaybookStep } from './playbook-step.entity.js';
import { runIfProblem } from './run-if.js';
import { findCycle } from './step-order.js';
import {
  DEFAULT_RETRY, DEFAULT_TIMEOUT_MS, MAX_ATTEMPTS, MAX_BACKOFF_MS, MAX_STEPS, MAX_TIMEOUT_MS, type OnFailure, type RetryPolicy,
} from './step-policy.js';

/** A step as its author gives it; what is left out takes its default. */
export interface StepDraft {
  /** Default: the action's name, with a number behind it where that is taken. */
  readonly key?: string | undefined;
  readonly action: string;
  readonly connectionId?: string | null | undefined;
  readonly active?: boolean | undefined;
  readonly input?: JsonObject | undefined;
  readonly after?: readonly string[] | null | undefined;
  readonly runIf?: string | null | undefined;
  readonly onFailure?: OnFailure | undefined;
  readonly timeoutMs?: number | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** null: nobody has to approve, the default. */
  readonly approval?: ApprovalPolicyDraft | null | undefined;
}

/** A step of a draft: its id when the playbook already has it, and where its author wrote it. */
export interface PlacedDraft {
  readonly id?: string | undefined;
  readonly draft: StepDraft;
  readonly path: Problem['path'];
}

const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Turns drafts into steps and collects everything that is wrong with them; the steps are only to be saved when nothing is. */
export class StepDrafting {
  readonly problems: Problem[] = [];

  constructor(
    private readonly registry: Registry,
    private readonly connections: ReadonlyMap<string, Connection>,
  ) {}

  /** `path` is where the list as a whole stands, for what concerns no single step. */
  toSteps(playbookId: string, drafts: readonly PlacedDraft[], path: Problem['path']): PlaybookStep[] {
    if (drafts.length > MAX_STEPS) {
      this.problems.push({ path, message: `A playbook has at most ${MAX_STEPS} steps.` });
      return [];
    }
    const taken = new Set(drafts.flatMap(({ draft }) => (draft.key === undefined ? [] : [draft.key])));
    const steps = drafts.map((placed, position) => this.toStep(playbookId, placed, position, taken));
    this.checkKeys(steps, drafts);
    this.checkOrder(steps, drafts);
    return steps;
  }

  private toStep(playbookId: string, { id, draft, path }: PlacedDraft, position: number, taken: Set<string>): PlaybookStep {
    this.checkConnection(draft, path);
    this.checkRunIf(draft, path);
    return {
      id: id ?? newId('playbookStep'),
      playbookId,
      position,
      key: draft.key ?? freeKey(draft.action, taken),
      actionId: draft.action,
      connectionId: draft.connectionId ?? null,
      active: draft.active ?? true,
      input: this.readInput(draft, path),
      after: draft.after ? [...draft.after] : null,
      runIf: draft.runIf ?? null,
      onFailure: draft.onFailure ?? 'STOP',
      timeoutMs: this.inRange(draft.timeoutMs ?? DEFAULT_TIMEOUT_MS, 100, MAX_TIMEOUT_MS, [...path, 'timeout'], 'The timeout lies between PT0.1S and PT15M.'),
      retry: this.readRetry({ ...DEFAULT_RETRY, ...definedOf(draft.retry ?? {}) }, [...path, 'retry']),
      approval: this.readApproval(draft, [...path, 'approval']),
    };
  }

  private readInput(draft: StepDraft, path: Problem['path']): JsonObject {
    const registered = this.registry.action(draft.action);
    if (!registered) {
      this.problems.push({ path: [...path, 'action'], message: `There is no action "${draft.action.slice(0, 80)}"; the query actions lists those there are.` });
      return {};
    }
    const { problems, value } = parseWith(registered.action.input.strict(), draft.input ?? {}, [...path, 'input']);
    this.problems.push(...problems);
    return value;
  }

  private checkConnection({ action, connectionId }: StepDraft, path: Problem['path']): void {
    if (connectionId === null || connectionId === undefined) return;
    const at = [...path, 'connectionId'];
    const connection = this.connections.get(connectionId);
    const provider = this.registry.action(action)?.provider;
    if (!isId('connection', connectionId)) this.problems.push({ path: at, message: `"${connectionId.slice(0, 80)}" is not the id of a connection.` });
    else if (!connection) this.problems.push({ path: at, message: `There is no connection ${connectionId}.` });
    else if (provider && connection.providerId !== provider.id) {
      this.problems.push({ path: at, message: `The connection ${connectionId} is one of ${connection.providerId}; the action ${action} needs one of ${provider.id}.` });
    }
  }

  private readApproval({ approval }: StepDraft, path: Problem['path']): ApprovalPolicy | null {
    if (!approval) return null;
    const { policy, problems } = readApprovalPolicy(approval, this.registry, path);
    this.problems.push(...problems);
    return policy;
  }

  private checkRunIf({ runIf }: StepDraft, path: Problem['path']): void {
    const problem = runIf === null || runIf === undefined ? undefined : runIfProblem(runIf);
    if (problem !== undefined) this.problems.push({ path: [...path, 'runIf'], message: problem });
  }

  private readRetry(retry: RetryPolicy, path: Problem['path']): RetryPolicy {
    this.inRange(retry.maxAttempts, 1, MAX_ATTEMPTS, [...path, 'maxAttempts'], `maxAttempts is a number from 1 to ${MAX_ATTEMPTS}.`);
    this.inRange(retry.backoffMs, 0, MAX_BACKOFF_MS, [...path, 'backoff'], 'backoff is at most P1D.');
    this.inRange(retry.maxBackoffMs, retry.backoffMs, MAX_BACKOFF_MS, [...path, 'maxBackoff'], 'maxBackoff is not below backoff and at most P1D.');
    return retry;
  }

  private inRange(value: number, least: number, most: number, path: Problem['path'], message: string): number {
    if (value < least || value > most) this.problems.push({ path, message });
    return value;
  }

  private checkKeys(steps: readonly PlaybookStep[], drafts: readonly PlacedDraft[]): void {
    steps.forEach((step, index) => {
      const path = [...(drafts[index]?.path ?? []), 'key'];
      if (!KEY.test(step.key)) this.problems.push({ path, message: 'A key begins with a letter and has at most 64 letters, digits, - and _.' });
      if (steps.findIndex((other) => other.key === step.key) < index) this.problems.push({ path, message: `Two steps have the key "${step.key}".` });
    });
  }

  private checkOrder(steps: readonly PlaybookStep[], drafts: readonly PlacedDraft[]): void {
    const keys = new Set(steps.map((step) => step.key));
    const unknown = steps.flatMap((step, index) =>
      (step.after ?? []).flatMap((key, place) =>
        keys.has(key) ? [] : [{ path: [...(drafts[index]?.path ?? []), 'after', place], message: `after names "${key.slice(0, 80)}", which is no step of this playbook.` }],
      ),
    );
    this.problems.push(...unknown);
    const cycle = unknown.length > 0 ? undefined : findCycle(steps);
    if (!cycle) return;
    const index = steps.findIndex((step) => step.key === cycle[0]);
    this.problems.push({ path: [...(drafts[index]?.path ?? []), 'after'], message: `These steps wait for each other and none could ever start: ${cycle.join(' → ')}.` });
  }
}

function freeKey(actionId: string, taken: Set<string>): string {
  const name = actionId.split(':')[1] ?? actionId;
  let key = name;
  for (let number = 2; taken.has(key); number += 1) key = `${name}-${number}`;
  taken.add(key);
  return key;
}
