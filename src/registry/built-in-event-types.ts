import type { EventPayload, EventTypeDefinition } from '@countermeasure/sdk';

/** The type of the events that the clock makes; nobody else can send one. */
export const SCHEDULE = 'schedule';

/** Event types that belong to no provider. */
export const BUILT_IN_EVENT_TYPES: readonly EventTypeDefinition[] = [
  {
    id: 'identity:alert',
    title: 'Alert about an identity',
    description: 'An alert of any system about a person\'s account, for senders without an event type of their own. `user` is the object id or user principal name of the account; without it, nothing can be acted on.',
    fields: [
      { path: 'title', title: 'Title', type: 'STRING' },
      { path: 'severity', title: 'Severity', type: 'ENUM', values: ['informational', 'low', 'medium', 'high', 'critical'] },
      { path: 'user', title: 'User', type: 'STRING' },
      { path: 'vendor', title: 'Vendor', type: 'STRING' },
      { path: 'product', title: 'Product', type: 'STRING' },
      { path: 'category', title: 'Category', type: 'STRING' },
      { path: 'techniques', title: 'MITRE ATT&CK techniques', type: 'STRING_LIST' },
      { path: 'ipAddress', title: 'IP address', type: 'STRING', isAddress: true },
      { path: 'occurredAt', title: 'When it happened', type: 'DATETIME' },
      { path: 'id', title: 'The sender\'s id of it', type: 'STRING' },
    ],
    sample: {
      id: 'alert-4711',
      title: 'Impossible travel',
      severity: 'high',
      user: 'mira.okafor@contoso.example',
      vendor: 'Example SIEM',
      product: 'Identity analytics',
      category: 'InitialAccess',
      techniques: ['T1078'],
      ipAddress: '203.0.113.7',
      occurredAt: '2026-03-01T03:12:45Z',
    },
    targets: ({ user }) => (isText(user) ? [{ kind: 'USER', id: user }] : []),
    occurredAt: ({ occurredAt }) => textOf(occurredAt),
    dedupeKey: ({ id, vendor, product }) => (isText(id) ? [vendor, product, id].filter(isText).join(' ') : undefined),
  },
  {
    id: SCHEDULE,
    title: 'Schedule',
    description: 'A trigger\'s own schedule is due. The service makes these events itself, each for one trigger; its `target` says what to act on.',
    fields: [
      { path: 'dueAt', title: 'When it was due', type: 'DATETIME' },
      { path: 'triggerId', title: 'Whose schedule it is', type: 'STRING' },
    ],
    sample: { triggerId: 'trg_01h455vb4pex5vsknk084sn02q', dueAt: '2026-03-01T03:00:00.000Z' },
    targets: () => [],
    occurredAt: ({ dueAt }) => textOf(dueAt),
    dedupeKey: (payload: EventPayload) => `${textOf(payload['triggerId']) ?? ''} ${textOf(payload['dueAt']) ?? ''}`,
  },
];

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function textOf(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}
