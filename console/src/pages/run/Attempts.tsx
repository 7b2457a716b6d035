import { List } from '@mantine/core';
import { Moment } from '../../parts/Moment.js';
import { took } from '../../parts/took.js';
import type { Step } from './run.types.js';

/** Every try of a step. */
export function Attempts({ attempts }: { readonly attempts: Step['attempts'] }) {
  return (
    <details>
      <summary>{attempts.length} attempts</summary>
      <List>
        {attempts.map(({ number, startedAt, finishedAt, error }) => (
          <List.Item key={number}>
            {number}. <Moment at={startedAt} isTimeOnly />
            {finishedAt && `, ${took(startedAt, finishedAt)}`}
            {error && `: ${error.code}, ${error.message}`}
          </List.Item>
        ))}
      </List>
    </details>
  );
}
