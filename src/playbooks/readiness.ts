import type { Registry } from '../registry/registry.js';
import type { PlaybookStep } from './playbook-step.entity.js';
import type { Playbook } from './playbook.entity.js';

/** One reason why a playbook cannot run now, and what mends it. */
export interface ReadinessProblem {
  readonly code: 'PLAYBOOK_INACTIVE' | 'NO_STEPS' | 'ACTION_UNAVAILABLE' | 'CONNECTION_MISSING';
  readonly message: string;
  readonly stepKey: string | null;
}

/** Whether a playbook can run now; when not, everything that stands in its way. */
export function readinessProblems(playbook: Playbook, steps: readonly PlaybookStep[], registry: Registry): ReadinessProblem[] {
  const problems: ReadinessProblem[] = [];
  if (!playbook.active) problems.push({ code: 'PLAYBOOK_INACTIVE', message: 'The playbook is not active: set active to true.', stepKey: null });
  const activeSteps = steps.filter((step) => step.active);
  if (activeSteps.length === 0) problems.push({ code: 'NO_STEPS', message: 'The playbook has no active step: add one.', stepKey: null });
  for (const { key, actionId, connectionId } of activeSteps) {
    if (!registry.action(actionId)) {
      problems.push({ code: 'ACTION_UNAVAILABLE', message: `No loaded plugin brings the action ${actionId}: list its package in PLUGINS, or remove the step.`, stepKey: key });
    } else if (connectionId === null) {
      problems.push({ code: 'CONNECTION_MISSING', message: `The step ${key} has no connection: choose the tenant that it acts on.`, stepKey: key });
    }
  }
  return problems;
}
