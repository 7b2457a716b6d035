import type { EventSourcesQuery } from '../../gql/settings.js';

export type EventSource = EventSourcesQuery['eventSources'][number];

/** A secret that was just made, and where it belongs. */
export interface MadeSecret {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
}

export const isStillToCome = (moment: string): boolean => Date.parse(moment) > Date.now();
