import { missingFor, type ConnectionState } from '../connections/consent.machine.js';
import { parseWith, type RegisteredAction, type Registry } from '../registry/registry.js';
import type { PlaybookStep } from './playbook-step.entity.js';
import type { Playbook } from './playbook.entity.js';

export type ReadinessCode = 'PLAYBOOK_INACTIVE' | 'NO_STEPS' | 'ACTION_UNAVAILABLE' | 'INPUT_INVALID' | 'CONNECTION_MISSING' | 'CONSENT_MISSING' | 'CONNECTION_UNHEALTHY';

/** One reason why a playbook cannot run now, and what mends it. */
export interface ReadinessProblem {
  readonly code: ReadinessCode;
  readonly message: string;
  readonly stepKey: string | null;
  /** The connection that is at fault, and that a new check may find mended. */
  readonly connectionId: string | null;
}

export interface Readiness {
  readonly ready: boolean;
  readonly problems: readonly ReadinessProblem[];
}

/** What has to be known of a step to tell whether it can run. */
export type StepToRun = Pick<PlaybookStep, 'key' | 'actionId' | 'connectionId' | 'active' | 'input'>;

/** Whether a playbook can run now; when not, everything that stands in its way. */
export function readinessProblems(playbook: Pick<Playbook, 'active'>, steps: readonly StepToRun[], registry: Registry, connections: readonly ConnectionState[]): ReadinessProblem[] {
  const activeSteps = steps.filter((step) => step.active);
  return [
    ...(playbook.active ? [] : [aboutPlaybook('PLAYBOOK_INACTIVE', 'The playbook is not active: set active to true.')]),
    ...(activeSteps.length > 0 ? [] : [aboutPlaybook('NO_STEPS', 'The playbook has no active step: add one.')]),
    ...activeSteps.flatMap((step) => stepProblems(step, registry, connections)),
  ];
}

function stepProblems(step: StepToRun, registry: Registry, connections: readonly ConnectionState[]): ReadinessProblem[] {
  const { key, actionId, connectionId } = step;
  const registered = registry.action(actionId);
  if (!registered) return [aboutStep(key, 'ACTION_UNAVAILABLE', `No loaded plugin brings the action ${actionId}: list its package in PLUGINS, or remove the step.`)];
  const { problems } = parseWith(registered.action.input.strict(), step.input, ['input']);
  const inputProblem = problems.length === 0 ? [] : [aboutStep(key, 'INPUT_INVALID', `The settings of the step ${key} do not fit the action ${actionId} any more: ${problems.map(({ message }) => message).join(' ')}`)];
  const state = connections.find(({ connection }) => connection.id === connectionId);
  if (!state) return [...inputProblem, aboutStep(key, 'CONNECTION_MISSING', `The step ${key} has no connection: choose the tenant that it acts on.`)];
  return [...inputProblem, ...connectionProblems(step, registered, state)];
}

/** What may pass by itself does not keep a playbook from running: the run tries again, and at night nobody else will. */
function connectionProblems({ key }: StepToRun, { action }: RegisteredAction, state: ConnectionState): ReadinessProblem[] {
  const { connection, check } = state;
  const missing = missingFor(state, action.permissions);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    const message = `The step ${key} needs permissions that ${connection.name} has not been granted: ${names}. An administrator of the tenant opens the admin-consent link.`;
    return [{ code: 'CONSENT_MISSING', message, stepKey: key, connectionId: connection.id }];
  }
  if (!check?.problem || check.problem.isPassing) return [];
  const { code, message, remedy } = check.problem;
  const text = [`The step ${key} cannot use ${connection.name}: ${message}`, remedy].filter(Boolean).join(' ');
  return [{ code: code === 'CONSENT_MISSING' ? 'CONSENT_MISSING' : 'CONNECTION_UNHEALTHY', message: text, stepKey: key, connectionId: connection.id }];
}

function aboutPlaybook(code: ReadinessCode, message: string): ReadinessProblem {
  return { code, message, stepKey: null, connectionId: null };
}

function aboutStep(stepKey: string, code: ReadinessCode, message: string): ReadinessProblem {
  return { code, message, stepKey, connectionId: null };
}
