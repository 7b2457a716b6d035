import type { EventPayload, EventType } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import { guidFor } from '../sandbox/deterministic-guid.js';

const { eventTypes } = plugin;
const byId = (id: string): EventType => {
  const found = eventTypes.find((eventType) => eventType.id === id);
  if (!found) throw new Error(`There is no event type ${id}.`);
  return found;
};

const MIRA = guidFor('user:mira.okafor');
const OTHER = guidFor('user:jonas.weber');
const NOBODY = '00000000-0000-0000-0000-000000000000';
const targetIds = (id: string, payload: unknown) => byId(id).targets(payload as EventPayload).map((target) => target.id);

/** What a path leads to, every array on the way opened. */
function valuesAt(payload: unknown, path: string): unknown[] {
  const opened = (value: unknown): unknown[] => (Array.isArray(value) ? value.flat() : [value]);
  return path
    .split('.')
    .reduce<unknown[]>((values, name) => values.flatMap((value) => opened((value as Record<string, unknown> | null)?.[name])), [payload])
    .filter((value) => value !== undefined && value !== null);
}

/** Fields that a payload of this kind does not always hold, and the sample does not. */
const SOMETIMES_ABSENT: Readonly<Record<string, readonly string[]>> = {
  'entra-id:directory-audit': ['targetResources.modifiedProperties.oldValue', 'initiatedBy.app.displayName', 'initiatedBy.app.appId', 'initiatedBy.app.servicePrincipalId'], // something was added, and by a user
  'microsoft:security-alert': ['assignedTo', 'actorDisplayName', 'threatDisplayName', 'threatFamilyName', 'evidence.deviceDnsName', 'resolvedDateTime'], // nobody took it on, and no device is in it
};

const IS_OF_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  NUMBER: (value) => typeof value === 'number',
  BOOLEAN: (value) => typeof value === 'boolean',
  DATETIME: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

test('the plugin brings these event types', () => {
  expect(eventTypes.map(({ id }) => id)).toEqual(['entra-id:risk-detection', 'entra-id:risky-user', 'entra-id:sign-in', 'entra-id:directory-audit', 'microsoft:security-alert', 'entra-id:user-change']);
});

describe.each(eventTypes.map((eventType) => [eventType.id, eventType] as const))('%s', (id, eventType) => {
  const { fields, sample } = eventType;

  test('its sample holds a value of the right type for every field, but for those that are sometimes absent', () => {
    const absent = fields.filter(({ path }) => valuesAt(sample, path).length === 0).map(({ path }) => path);
    expect(absent).toEqual(SOMETIMES_ABSENT[id] ?? []);
    for (const { path, type } of fields) {
      const isOfType = IS_OF_TYPE[type] ?? ((value: unknown) => typeof value === 'string');
      expect([path, valuesAt(sample, path).filter((value) => !isOfType(value))]).toEqual([path, []]);
    }
  });

  test('a path through arrays is a list, and an enumeration holds what the sample says', () => {
    for (const { path, type, values = [] } of fields) {
      const parts = path.split('.');
      const isThroughArray = parts.some((_, index) => valuesBefore(sample, parts.slice(0, index + 1)).some(Array.isArray));
      expect([path, isThroughArray]).toEqual([path, type.endsWith('_LIST')]);
      if (type.startsWith('ENUM')) expect(values).toEqual(expect.arrayContaining(valuesAt(sample, path) as string[]));
    }
  });

  test('its sample is about Mira Okafor of the sandbox, at a moment, and is known again', () => {
    expect(eventType.targets(sample)).toEqual([{ kind: 'USER', id: MIRA }]);
    expect(eventType.occurredAt(sample)).toMatch(/^2026-03-01T03:\d\d:\d\d\.\d{3}Z$/);
    expect(eventType.dedupeKey(sample)).toBe(eventType.dedupeKey(structuredClone(sample)));
    expect(eventType.dedupeKey(sample)?.length).toBeGreaterThan(10);
  });

  test('whatever JSON comes, it names nobody by mistake and does not throw', () => {
    const hostile: unknown[] = [null, true, 0, -1, '', ' ', 'x'.repeat(100_000), '\uD800', '../users', 'a@b', 'two words@contoso.example', NOBODY, [], [null], [[]], [1, 'x', {}], {}, { id: {} }, JSON.parse('{"__proto__":{"id":"x"},"constructor":1}')];
    for (const name of Object.keys(sample)) {
      for (const value of hostile) {
        const payload = { ...sample, [name]: value };
        expect(eventType.targets(payload).filter((target) => target.id !== MIRA && target.id !== 'mira.okafor@contoso.example')).toEqual([]);
        expect(['string', 'undefined']).toContain(typeof eventType.occurredAt(payload));
        expect(eventType.dedupeKey(payload)?.length ?? 0).toBeLessThan(1_000);
      }
    }
    expect([eventType.targets({}), eventType.occurredAt({}), eventType.dedupeKey({})]).toEqual([[], undefined, undefined]);
  });
});

function valuesBefore(payload: unknown, parts: readonly string[]): unknown[] {
  const parents = parts.length === 1 ? [payload] : valuesAt(payload, parts.slice(0, -1).join('.'));
  return parents.map((parent) => (parent as Record<string, unknown>)[parts.at(-1) ?? '']);
}

describe('whom an event is about', () => {
  test('a user is named by object id, else by user principal name, else not at all', () => {
    const named = (userId: unknown, userPrincipalName: unknown) => targetIds('entra-id:sign-in', { userId, userPrincipalName, userDisplayName: 'Mira Okafor' });
    expect(named(MIRA.toUpperCase(), 'mira.okafor@contoso.example')).toEqual([MIRA]);
    expect(named(NOBODY, 'mira.okafor@contoso.example')).toEqual(['mira.okafor@contoso.example']);
    expect(named('', 'kim_fabrikam.example#EXT#@contoso.example')).toEqual(['kim_fabrikam.example#EXT#@contoso.example']);
    expect(named(null, 'mira.okafor')).toEqual([]);
    expect(named(undefined, undefined)).toEqual([]);
  });

  test('a risky user is named by its own id', () => {
    expect(targetIds('entra-id:risky-user', { id: MIRA, userId: OTHER })).toEqual([MIRA]);
  });

  test('an audit record is about the users that were changed, in either spelling, and never about who changed them', () => {
    const targetResources = [
      { id: OTHER, Type: 'User', userPrincipalName: 'jonas.weber@contoso.example' },
      { id: guidFor('group:finance'), type: 'Group', userPrincipalName: null },
      { id: NOBODY, type: 'N/A', userPrincipalName: null },
      { id: MIRA, type: 'User', userPrincipalName: null },
      { id: MIRA.toUpperCase(), type: 'User', userPrincipalName: null },
    ];
    const initiatedBy = { user: { id: guidFor('user:grace.adeyemi'), userPrincipalName: 'grace.adeyemi@contoso.example' } };
    expect(targetIds('entra-id:directory-audit', { targetResources, initiatedBy })).toEqual([OTHER, MIRA]);
    expect(targetIds('entra-id:directory-audit', { targetResources: [], initiatedBy })).toEqual([]);
  });

  test('an alert is about each user that is evidence, once, and not about accounts of other evidence', () => {
    const user = (azureAdUserId: string | null, userPrincipalName: string | null, accountName = 'somebody') => ({ '@odata.type': '#microsoft.graph.security.userEvidence', userAccount: { azureAdUserId, userPrincipalName, accountName } });
    const evidence = [
      user(null, 'MIRA.OKAFOR@contoso.example'),
      user(MIRA, 'mira.okafor@contoso.example'),
      user(null, 'jonas.weber@contoso.example'),
      user(null, 'Jonas.Weber@contoso.example'),
      user(null, null, 'adminlocal'),
      { ...user(OTHER, 'x@contoso.example'), '@odata.type': '#microsoft.graph.security.processEvidence' },
      { ...user(OTHER, 'y@contoso.example'), '@odata.type': '#microsoft.graph.security.mailboxEvidence' },
      { '@odata.type': '#microsoft.graph.security.userEvidence', userAccount: null },
    ];
    expect(targetIds('microsoft:security-alert', { evidence })).toEqual([MIRA, 'jonas.weber@contoso.example']);
  });
});

describe('an event that comes again is known', () => {
  const key = (id: string, changes: object) => byId(id).dedupeKey({ ...byId(id).sample, ...changes });
  const isSame = (id: string, changes: object) => key(id, changes) === key(id, {});

  test('a detection, a sign-in and an audit record by their id, whatever became of them', () => {
    expect(isSame('entra-id:risk-detection', { riskState: 'dismissed', lastUpdatedDateTime: '2026-03-02T00:00:00Z' })).toBe(true);
    expect(isSame('entra-id:sign-in', { riskState: 'dismissed' })).toBe(true);
    expect(isSame('entra-id:directory-audit', { result: 'failure' })).toBe(true);
    expect(isSame('entra-id:risk-detection', { id: 'another' })).toBe(false);
  });

  test('a risky user and an alert are new with every change', () => {
    expect(isSame('entra-id:risky-user', { riskLastUpdatedDateTime: '2026-03-02T00:00:00Z' })).toBe(false);
    expect(isSame('microsoft:security-alert', { lastUpdateDateTime: '2026-03-02T00:00:00Z' })).toBe(false);
    expect(isSame('microsoft:security-alert', { status: 'resolved' })).toBe(true);
    expect(key('microsoft:security-alert', { lastUpdateDateTime: null })).toBeUndefined();
  });

  test('a change of a user by what Microsoft tells of it, and not by the subscription', () => {
    const change = 'entra-id:user-change';
    expect(isSame(change, { subscriptionId: 'another', id: 'another' })).toBe(true);
    expect(isSame(change, { etag: 'another' })).toBe(false);
    expect(isSame(change, { changeType: 'deleted' })).toBe(false);
    expect(key(change, { etag: undefined })).toContain('637802158543242344');
    expect(key(change, { etag: undefined, sequenceNumber: undefined, eventTime: undefined })).toContain('lsgTZMr9KwAAA');
    expect(key(change, { etag: undefined, sequenceNumber: undefined, eventTime: undefined, id: undefined })).toBeUndefined();
  });
});

test('a moment without a zone, or in the year 1, is none', () => {
  const at = (createdDateTime: unknown) => byId('entra-id:sign-in').occurredAt({ createdDateTime });
  expect(at('2026-03-01T04:12:45.1234567+01:00')).toBe('2026-03-01T03:12:45.123Z');
  for (const none of ['2026-03-01T04:12:45', '0001-01-01T00:00:00Z', '2026-13-01T00:00:00Z', '2026-03-01', 'yesterday', 1_772_334_765, '9999999']) expect(at(none)).toBeUndefined();
  expect(byId('entra-id:risk-detection').occurredAt({ activityDateTime: null, detectedDateTime: '2026-03-01T03:00:00Z' })).toBe('2026-03-01T03:00:00.000Z');
});
