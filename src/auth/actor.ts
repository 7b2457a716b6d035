import type { ContactChannel } from '@countermeasure/sdk';

/** Who did something, as it is stored beside what they did. */
export interface ActorReference {
  readonly kind: 'API_KEY' | 'USER';
  readonly id: string;
}

/** A trigger that an event fired. Its name is the one that it had then. */
export interface TriggerReference {
  readonly kind: 'TRIGGER';
  readonly id: string;
  readonly name: string;
  readonly eventId: string;
  /** The API key or user that sent the event; null: it came by another way. */
  readonly sentBy: string | null;
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

/** An address that everybody may see: whoever has the address of a webhook can write there, so only its host is shown. */
export function shownAddress({ channel, address }: Pick<ContactReference, 'channel' | 'address'>): string {
  if (channel === 'EMAIL') return address;
  return URL.canParse(address) ? `${new URL(address).origin}/…` : '…';
}

/** The same somebody, as everybody may see them. */
export function shownActor<Actor extends StarterReference | ContactReference>(actor: Actor): Actor {
  return actor.kind === 'CONTACT' ? { ...actor, address: shownAddress(actor) } : actor;
}

export function nameOfContact(contact: Pick<ContactReference, 'channel' | 'address' | 'name'>): string {
  return contact.name ?? shownAddress(contact);
}
