import { Alert } from '@mantine/core';
import { lostWays } from '../api/reachability.js';
import { useStore } from '../parts/store.js';

/** Nothing comes from the service just now. What is shown stays; it goes on by itself. */
export function UnreachableBanner() {
  const isLost = useStore(lostWays).size > 0;
  return (
    <div role="status" aria-live="polite">
      {isLost && (
        <Alert color="yellow" title="The service cannot be reached">
          What is shown may be old. It is tried again by itself, and what happens meanwhile is shown as soon as the service is back.
        </Alert>
      )}
    </div>
  );
}
