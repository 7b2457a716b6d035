import { List } from '@mantine/core';
import { nameOfActor } from './actor.js';
import { Moment } from './Moment.js';

interface Decided {
  readonly decision: 'APPROVE' | 'DENY';
  readonly by: Parameters<typeof nameOfActor>[0];
  readonly comment?: string | null;
  readonly at: string;
}

/** Who has decided what about a step, in order. */
export function Decisions({ decisions }: { readonly decisions: readonly Decided[] }) {
  if (decisions.length === 0) return null;
  return (
    <List>
      {decisions.map(({ decision, by, comment, at }) => (
        <List.Item key={at}>
          {nameOfActor(by)} {decision === 'APPROVE' ? 'approved' : 'denied'}, <Moment at={at} />
          {comment && `: ${comment}`}
        </List.Item>
      ))}
    </List>
  );
}
