/** Who did something, as it is stored beside what they did. Later kinds (people, triggers, contacts) join here. */
export type ActorReference = { readonly kind: 'API_KEY'; readonly id: string };
