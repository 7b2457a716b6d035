import type { ContactChannel } from '@countermeasure/sdk';

/** Who did something, as it is stored beside what they did. Later kinds (people, triggers, contacts) join here. */
export interface ActorReference {
  readonly kind: 'API_KEY';
  readonly id: string;
}

/** Somebody who decided by the link that was sent to them. */
export interface ContactReference {
  readonly kind: 'CONTACT';
  readonly channel: ContactChannel;
  readonly address: string;
  readonly name: string | null;
}
