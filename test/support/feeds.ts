import type { TestApp } from './test-app.js';

export interface Feed {
  readonly id: string;
  readonly active: boolean;
  readonly readUntil: string;
  readonly lastLookAt: string | null;
  readonly nextLookAt: string;
  readonly failures: number;
  readonly subscriptionExpiresAt: string | null;
  readonly problem: { readonly code: string; readonly message: string; readonly remedy: string | null } | null;
}

const FIELDS = 'id active readUntil lastLookAt nextLookAt failures subscriptionExpiresAt problem { code message remedy }';

export async function switchFeed({ admin }: TestApp, input: { connectionId: string; eventType: string; active: boolean }): Promise<Feed> {
  const { switchEventFeed } = await admin.ask<{ switchEventFeed: { feed: Feed } }>(`mutation ($input: SwitchEventFeedInput!) { switchEventFeed(input: $input) { feed { ${FIELDS} } connection { id } } }`, { input });
  return switchEventFeed.feed;
}

export async function feedOf({ admin }: TestApp, id: string): Promise<Feed> {
  return (await admin.ask<{ node: Feed }>(`query ($id: ID!) { node(id: $id) { ... on EventFeed { ${FIELDS} } } }`, { id })).node;
}

/** Has the look that waits come now, as it would by the clock. */
export async function lookNow({ database }: TestApp): Promise<void> {
  await database.query('update event_feed set next_look_at = now()');
  await database.query(`update graphile_worker._private_jobs set run_at = now() where key like 'feed:%'`);
}
