import { VisuallyHidden } from '@mantine/core';
import { memo } from 'react';
import { Moment } from '../../parts/Moment.js';
import classes from './EventList.module.css';
import type { RunEvent } from './use-run-events.js';

/** What has happened, in order. The newest is told to whoever listens, one at a time. */
export const EventList = memo(function EventList({ events }: { readonly events: readonly RunEvent[] }) {
  return (
    <>
      <VisuallyHidden role="status" aria-live="polite">
        {events.at(-1)?.message}
      </VisuallyHidden>
      <ol className={classes['events']} aria-label="Events">
        {events.map(({ sequence, at, message }) => (
          <li key={sequence} className={classes['event']}>
            <span className="quiet">{sequence}</span>
            <Moment at={at} isTimeOnly />
            <span>{message}</span>
          </li>
        ))}
      </ol>
    </>
  );
});
