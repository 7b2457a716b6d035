import type { ContactChannel } from '@countermeasure/sdk';

/** Who did something, as it is stored beside what they did. */
export interface ActorReference {
  readonly kind: 'API_KEY';
  readonly id: string;
}

/** A trigger that an event fired. Its name is the one that it had then. */
export interface TriggerReference {
  readonly kind: 'TRIGGER';
  readonly id: string;
  readonly name: string;
  readonly eventId: string;
}

/** Who or what starts runs. */
export type StarterReference = ActorReference | TriggerReference;

/** Somebody who decided by the link that was sent to them. */
export interface ContactReference {
  readonly kind: 'CONTACT';
  readonly channel: ContactChannel;
  readonly address: string;
  readonly name: string | null;
}
