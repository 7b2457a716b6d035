/** Whoever did something, as the fragment ActorName reads it. */
interface Actor {
  readonly __typename: 'User' | 'ApiKey' | 'TriggerActor' | 'ContactActor';
  readonly name?: string;
  readonly trigger?: { readonly name: string };
  readonly address?: string;
}

/** Who it was, for people. */
export function nameOfActor({ __typename, name, trigger, address }: Actor): string {
  if (__typename === 'TriggerActor') return `trigger ${trigger?.name ?? ''}`;
  return name ?? address ?? 'somebody';
}
