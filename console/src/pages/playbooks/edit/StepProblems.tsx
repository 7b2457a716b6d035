import { List } from '@mantine/core';
import { AccessButton } from '../connect/AccessButton.js';
import type { StepDraft } from './draft.js';
import { useEditor, type ReadinessProblem } from './editor-context.js';

/** What keeps the saved playbook from running because of this step, with what mends it. */
export function StepProblems({ step }: { readonly step: StepDraft }) {
  const { readinessProblems, connections, refresh } = useEditor();
  const problems = readinessProblems.filter(({ stepKey, code }) => stepKey === step.key && !isMendedBySaving(code, step));
  const connection = connections.find(({ id }) => id === step.connectionId);
  if (problems.length === 0) return null;
  return (
    <List listStyleType="none" pl="sm" style={{ borderLeft: '4px solid var(--bad)' }}>
      {problems.map(({ code, message }) => (
        <List.Item key={code}>
          {message} {connection && isAboutAccess(code) && <AccessButton connection={connection} onChanged={refresh} />}
        </List.Item>
      ))}
    </List>
  );
}

const isMendedBySaving = (code: ReadinessProblem['code'], step: StepDraft): boolean => code === 'CONNECTION_MISSING' && step.connectionId !== null;

const isAboutAccess = (code: ReadinessProblem['code']): boolean => code === 'CONSENT_MISSING' || code === 'CONNECTION_UNHEALTHY';
