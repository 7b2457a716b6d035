import type { EventTypesQuery, SavedTriggerFragment } from '../../gql/trigger.js';

export type EventType = EventTypesQuery['eventTypes'][number];
export type EventField = EventType['fields'][number];
export type Matcher = EventField['matchers'][number];
export type SavedTrigger = SavedTriggerFragment;
export type LinkedPlaybook = SavedTriggerFragment['playbooks'][number];

export interface Condition {
  readonly field: string;
  readonly matcher: Matcher;
  readonly values: readonly string[];
}

/** What an author fills in. */
export interface Rules {
  readonly name: string;
  readonly active: boolean;
  readonly eventType: string;
  readonly conditions: readonly Condition[];
  readonly expression: string;
  readonly schedule: string;
  readonly timeZone: string;
  readonly missedSchedule: SavedTrigger['missedSchedule'];
  readonly target: string;
  /** ISO 8601; none: ''. */
  readonly cooldown: string;
  /** With their names, so that they can be shown whatever is looked for just now. */
  readonly playbooks: readonly LinkedPlaybook[];
}
