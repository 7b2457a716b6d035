import { startSandboxTenant } from '../../sandbox/index.js';
import type { SandboxTenant } from '../../sandbox/index.js';
import { keepNewest } from '../../sandbox/security-records.js';
import { callGraph, errorOf, tokenOf, valueOf } from './graph-caller.js';
import type { Collection, Reply } from './graph-caller.js';

const MIRA = 'mira.okafor@contoso.example';
const JONAS = 'jonas.weber@contoso.example';
const DETECTIONS = '/identityProtection/riskDetections';
const RISKY_USERS = '/identityProtection/riskyUsers';
const SIGN_INS = '/auditLogs/signIns';
const ALERTS = '/security/alerts_v2';

describe('what happens in a tenant by itself', () => {
  let tenant: SandboxTenant;
  let token: string;
  let nowMs = Date.parse('2026-03-01T10:00:00.000Z');

  beforeAll(async () => {
    tenant = await startSandboxTenant({ now: () => nowMs });
    token = await tokenOf(tenant);
  });
  afterAll(() => tenant.stop());
  beforeEach(() => {
    nowMs = Date.parse('2026-03-01T10:00:00.000Z');
    tenant.reset();
  });

  const list = (path: string, query: Record<string, string> = {}): Promise<Reply> => callGraph(tenant, 'GET', `${path}?${new URLSearchParams(query).toString()}`, { token });
  const ids = async (path: string, query: Record<string, string> = {}): Promise<unknown[]> => valueOf(await list(path, query)).map(({ id }) => id);

  test('a risk detection is listed in the shape of Graph, at the time of the tenant, and puts its user at risk', async () => {
    const raised = tenant.raiseRiskDetection({ user: MIRA, riskEventType: 'anonymizedIPAddress', riskLevel: 'medium', ipAddress: '198.51.100.4' });
    const { id } = tenant.user(MIRA);
    expect(raised).toMatchObject({
      riskEventType: 'anonymizedIPAddress', riskLevel: 'medium', riskState: 'atRisk', ipAddress: '198.51.100.4', userId: id, userPrincipalName: MIRA, userDisplayName: 'Mira Okafor',
      activityDateTime: '2026-03-01T10:00:00.000Z', detectedDateTime: '2026-03-01T10:00:00.000Z', lastUpdatedDateTime: '2026-03-01T10:00:00.000Z', location: { countryOrRegion: 'IS' },
    });
    expect((await list(DETECTIONS)).body).toEqual({ '@odata.context': `${tenant.origin}/v1.0/$metadata#identityProtection/riskDetections`, value: [raised] });
    expect((await list(`${DETECTIONS}/${raised.id}`)).body).toMatchObject(raised);
    expect(valueOf(await list(RISKY_USERS))).toEqual([{
      id, isDeleted: false, isProcessing: false, riskLevel: 'medium', riskState: 'atRisk', riskDetail: 'none', riskLastUpdatedDateTime: '2026-03-01T10:00:00.000Z', userDisplayName: 'Mira Okafor', userPrincipalName: MIRA,
    }]);
    tenant.clearJournal();
    expect((await list(`${RISKY_USERS}/${id}`)).body).toMatchObject({ id, riskLevel: 'medium' });
    expect(tenant.journal).toMatchObject([{ kind: 'risky-users', userId: id }]);
    expect(errorOf(await list(`${RISKY_USERS}/${tenant.user(JONAS).id}`)).code).toBe('Request_ResourceNotFound');
  });

  test('what is decided about a detection changes it and its user, and neither is a new one', async () => {
    const { id } = tenant.raiseRiskDetection({ user: MIRA });
    nowMs += 60_000;
    const changed = tenant.updateRiskDetection(id, { riskState: 'dismissed', riskLevel: 'none', riskDetail: 'adminDismissedAllRiskForUser' });
    expect(changed).toMatchObject({ id, riskState: 'dismissed', detectedDateTime: '2026-03-01T10:00:00.000Z', lastUpdatedDateTime: '2026-03-01T10:01:00.000Z' });
    expect(valueOf(await list(RISKY_USERS))).toMatchObject([{ riskState: 'dismissed', riskLastUpdatedDateTime: '2026-03-01T10:01:00.000Z' }]);
    await expect(ids(DETECTIONS, { $filter: 'lastUpdatedDateTime gt 2026-03-01T10:00:30Z' })).resolves.toEqual([id]);
    await expect(ids(DETECTIONS, { $filter: 'detectedDateTime gt 2026-03-01T10:00:30Z' })).resolves.toEqual([]);
    expect(() => tenant.updateRiskDetection('nothing', {})).toThrow("no risk detection 'nothing'");
  });

  test('somebody whose account was deleted can be at risk, nobody can be who never had one', async () => {
    tenant.raiseRiskDetection({ user: 'former.employee@contoso.example' });
    expect(valueOf(await list(RISKY_USERS))).toMatchObject([{ isDeleted: true }]);
    expect(() => tenant.raiseRiskDetection({ user: 'nobody@contoso.example' })).toThrow("no user 'nobody@contoso.example'");
    expect(() => tenant.raiseRiskDetection({ user: MIRA, detectedDateTime: 'yesterday' })).toThrow();
  });

  test('a sign-in is listed with its outcome and its place, and knows a guest by the name at home', async () => {
    const raised = tenant.raiseSignIn({ user: MIRA, errorCode: 50_126, riskLevelDuringSignIn: 'high', riskEventTypes: ['unfamiliarFeatures'], location: { city: 'Oslo', countryOrRegion: 'NO' } });
    expect(raised).toMatchObject({
      createdDateTime: '2026-03-01T10:00:00.000Z', userId: tenant.user(MIRA).id, userPrincipalName: MIRA, status: { errorCode: 50_126 }, riskLevelDuringSignIn: 'high',
      riskEventTypes: ['unfamiliarFeatures'], riskEventTypes_v2: ['unfamiliarFeatures'], location: { city: 'Oslo', state: null, countryOrRegion: 'NO' }, appliedConditionalAccessPolicies: [],
    });
    const guest = tenant.raiseSignIn({ user: 'kim.novak_fabrikam.example#EXT#@contososandbox.onmicrosoft.com' });
    expect(guest).toMatchObject({ userPrincipalName: 'kim.novak@fabrikam.example', status: { errorCode: 0 } });
    expect((await list(SIGN_INS, { $filter: 'status/errorCode eq 50126' })).body).toEqual({ '@odata.context': `${tenant.origin}/v1.0/$metadata#auditLogs/signIns`, value: [raised] });
    await expect(ids(SIGN_INS, { $filter: "startswith(location/city, 'Os')" })).resolves.toEqual([raised.id]);
    await expect(ids(SIGN_INS, { $filter: "userPrincipalName eq 'kim.novak@fabrikam.example'" })).resolves.toEqual([guest.id]);
  });

  test('an alert names its users as evidence: those of the tenant by id, others as far as they are known', async () => {
    const raised = tenant.raiseSecurityAlert({
      title: 'Suspicious sign-in', severity: 'medium',
      users: [MIRA, { user: 'samir.nasser@contoso.example', roles: ['attacker'], verdict: 'malicious' }, { accountName: 'adminlocal', domainName: 'WS-17' }],
      evidence: [{ '@odata.type': '#microsoft.graph.security.ipEvidence', ipAddress: '203.0.113.9' }],
    });
    expect(raised).toMatchObject({ title: 'Suspicious sign-in', severity: 'medium', status: 'new', tenantId: tenant.tenantId, resolvedDateTime: null, createdDateTime: '2026-03-01T10:00:00.000Z' });
    const user = '#microsoft.graph.security.userEvidence';
    expect(raised.evidence).toMatchObject([
      { '@odata.type': user, roles: ['compromised'], verdict: 'suspicious', userAccount: { accountName: 'mira.okafor', azureAdUserId: tenant.user(MIRA).id, userPrincipalName: MIRA } },
      { '@odata.type': user, roles: ['attacker'], verdict: 'malicious', userAccount: { accountName: 'samirnasser', domainName: 'corp.contoso.example', userSid: expect.stringMatching(/^S-1-5-21-/) } },
      { '@odata.type': user, userAccount: { accountName: 'adminlocal', domainName: 'WS-17', azureAdUserId: null, userPrincipalName: null } },
      { '@odata.type': '#microsoft.graph.security.ipEvidence', ipAddress: '203.0.113.9' },
    ]);
    expect((await list(ALERTS)).body).toEqual({ '@odata.context': `${tenant.origin}/v1.0/$metadata#security/alerts_v2`, value: [raised] });
    expect((await list(`${ALERTS}/${raised.id}`)).body).toMatchObject({ id: raised.id });
    expect((await list(`${ALERTS}/none`)).status).toBe(404);
  });

  test('an alert that an analyst settles is the same alert, changed now', async () => {
    const { id } = tenant.raiseSecurityAlert({ users: [MIRA] });
    nowMs += 60_000;
    expect(tenant.updateSecurityAlert(id, { status: 'resolved', classification: 'falsePositive' })).toMatchObject({
      id, status: 'resolved', createdDateTime: '2026-03-01T10:00:00.000Z', lastUpdateDateTime: '2026-03-01T10:01:00.000Z', resolvedDateTime: '2026-03-01T10:01:00.000Z',
    });
    await expect(ids(ALERTS, { $filter: "status eq 'resolved' and lastUpdateDateTime ge 2026-03-01T10:01:00Z" })).resolves.toEqual([id]);
    await expect(ids(ALERTS, { $filter: 'createdDateTime ge 2026-03-01T10:01:00Z' })).resolves.toEqual([]);
    expect(tenant.updateSecurityAlert(id, { status: 'inProgress' }).resolvedDateTime).toBeNull();
    expect(() => tenant.updateSecurityAlert('nothing', {})).toThrow("no security alert 'nothing'");
  });

  test.each([
    [DETECTIONS, 'detectedDateTime', (at: string) => tenant.raiseRiskDetection({ user: MIRA, detectedDateTime: at }).id],
    [DETECTIONS, 'lastUpdatedDateTime', (at: string) => tenant.raiseRiskDetection({ user: MIRA, lastUpdatedDateTime: at }).id],
    [SIGN_INS, 'createdDateTime', (at: string) => tenant.raiseSignIn({ user: MIRA, createdDateTime: at }).id],
    [ALERTS, 'createdDateTime', (at: string) => tenant.raiseSecurityAlert({ createdDateTime: at }).id],
    [ALERTS, 'lastUpdateDateTime', (at: string) => tenant.raiseSecurityAlert({ lastUpdateDateTime: at }).id],
  ])('%s is narrowed and sorted by %s', async (path, time, raise) => {
    // Out of their order on purpose, and one with another zone: 09:00Z.
    const noon = raise('2026-02-01T12:00:00Z');
    const nine = raise('2026-02-01T11:00:00+02:00');
    const evening = raise('2026-02-01T18:00:00.5Z');
    const at = (operator: string, moment: string): Promise<unknown[]> => ids(path, { $filter: `${time} ${operator} ${moment}`, $orderby: time });
    await expect(at('ge', '2026-02-01T12:00:00Z')).resolves.toEqual([noon, evening]);
    await expect(at('gt', '2026-02-01T12:00:00.000Z')).resolves.toEqual([evening]);
    await expect(at('le', '2026-02-01T12:00:00Z')).resolves.toEqual([nine, noon]);
    await expect(at('lt', '2026-02-01T12:00:00Z')).resolves.toEqual([nine]);
    await expect(at('eq', '2026-02-01T09:00:00Z')).resolves.toEqual([nine]);
    await expect(ids(path, { $orderby: `${time} desc` })).resolves.toEqual([evening, noon, nine]);
    await expect(ids(path, { $filter: `${time} ge 2026-02-01T10:00:00Z and ${time} lt 2026-02-01T13:00:00Z` })).resolves.toEqual([noon]);
    expect((await list(path, { $filter: `${time} ge yesterday` })).status).toBe(400);
    expect((await list(path, { $filter: "colour eq 'red'" })).status).toBe(400);
    expect((await list(path, { $orderby: 'colour' })).status).toBe(400);
  });

  test('risky users are narrowed and sorted by the time of their last change', async () => {
    tenant.raiseRiskDetection({ user: JONAS, detectedDateTime: '2026-02-02T00:00:00Z', riskLevel: 'low' });
    tenant.raiseRiskDetection({ user: MIRA, detectedDateTime: '2026-02-01T00:00:00Z' });
    const [mira, jonas] = [tenant.user(MIRA).id, tenant.user(JONAS).id];
    await expect(ids(RISKY_USERS, { $orderby: 'riskLastUpdatedDateTime' })).resolves.toEqual([mira, jonas]);
    await expect(ids(RISKY_USERS, { $filter: 'riskLastUpdatedDateTime gt 2026-02-01T12:00:00Z' })).resolves.toEqual([jonas]);
    await expect(ids(RISKY_USERS, { $filter: `userPrincipalName eq '${MIRA}'` })).resolves.toEqual([mira]);
    expect(valueOf(await list(RISKY_USERS, { $filter: "riskLevel eq 'low'", $select: 'id,riskState' }))).toEqual([{ id: jonas, riskState: 'atRisk' }]);
    expect((await list(RISKY_USERS, { $select: 'colour' })).status).toBe(400);
    expect((await list(RISKY_USERS, { $top: '501' })).status).toBe(400);
  });

  test('a long list comes page after page, the newest first', async () => {
    const raised = Array.from({ length: 5 }, (_, day) => tenant.raiseSignIn({ user: MIRA, createdDateTime: `2026-02-0${day + 1}T00:00:00Z` }).id);
    const seen: unknown[] = [];
    let page = await list(SIGN_INS, { $top: '2', $filter: `userId eq '${tenant.user(MIRA).id}'` });
    for (let pages = 1; ; pages += 1) {
      seen.push(...valueOf(page).map(({ id }) => id));
      const next = (page.body as Collection)['@odata.nextLink'];
      if (next === undefined) {
        expect(pages).toBe(3);
        break;
      }
      page = await callGraph(tenant, 'GET', next, { token });
    }
    expect(seen).toEqual(raised.toReversed());
  });

  test('only the newest records are kept', () => {
    const records: number[] = [];
    for (let count = 1; count <= 10_001; count += 1) keepNewest(records, count);
    expect([records.length, records[0], records.at(-1)]).toEqual([10_000, 2, 10_001]);
  });

  test.each([
    [DETECTIONS, 'P1', 'FREE', 'Forbidden'],
    [RISKY_USERS, 'P2', 'P1', 'Forbidden'],
    [SIGN_INS, 'P1', 'FREE', 'Authentication_RequestFromNonPremiumTenantOrB2CTenant'],
  ] as const)('%s takes a licence of %s', async (path, enough, tooLittle, code) => {
    tenant.changeBehaviour({ licence: enough });
    expect((await list(path)).status).toBe(200);
    tenant.changeBehaviour({ licence: tooLittle });
    const refused = await list(path);
    expect([refused.status, errorOf(refused).code]).toEqual([403, code]);
  });

  describe('over HTTP', () => {
    async function control(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
      const reply = await fetch(`${tenant.origin}/control${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
    }

    test('everything can be raised and changed, and the answer is what Graph shows', async () => {
      const detection = await control('/risk-detections', { user: MIRA });
      expect([detection.status, valueOf(await list(DETECTIONS))]).toEqual([201, [detection.body]]);
      const settled = await control(`/risk-detections/${String(detection.body['id'])}`, { riskState: 'confirmedSafe' });
      expect([settled.status, valueOf(await list(DETECTIONS))]).toEqual([200, [settled.body]]);
      const signIn = await control('/sign-ins', { user: MIRA });
      expect([signIn.status, valueOf(await list(SIGN_INS))]).toEqual([201, [signIn.body]]);
      const alert = await control('/security-alerts', { users: [MIRA, { accountName: 'SYSTEM' }] });
      expect([alert.status, valueOf(await list(ALERTS))]).toEqual([201, [alert.body]]);
      const closed = await control(`/security-alerts/${String(alert.body['id'])}`, { status: 'resolved' });
      expect([closed.status, valueOf(await list(ALERTS))]).toEqual([200, [closed.body]]);
    });

    test('what makes no sense is refused with a reason', async () => {
      expect(await control('/sign-ins', { user: 'nobody@contoso.example' })).toMatchObject({ status: 404, body: { error: expect.stringContaining('nobody') } });
      expect(await control('/risk-detections', { user: MIRA, riskLevel: 'red' })).toMatchObject({ status: 400 });
      expect(await control('/security-alerts', { colour: 'red' })).toMatchObject({ status: 400, body: { error: expect.stringContaining('colour') } });
      expect(await control('/security-alerts/nothing', { status: 'resolved' })).toMatchObject({ status: 404 });
      expect(await control('/subscriptions/nothing/lifecycle', { event: 'missed' })).toMatchObject({ status: 404 });
    });
  });
});

describe('the limits of the services behind Graph', () => {
  test('Identity Protection can be made to refuse a second request in a second, without a word on when to come again', async () => {
    let nowMs = Date.now();
    await using tenant = await startSandboxTenant({ now: () => nowMs, behaviour: { identityProtectionPerSecond: 1 } });
    const token = await tokenOf(tenant);
    const get = (path: string): Promise<Reply> => callGraph(tenant, 'GET', path, { token });
    expect((await get(DETECTIONS)).status).toBe(200);
    const refused = await get(RISKY_USERS);
    expect([refused.status, errorOf(refused).code, refused.headers.get('retry-after')]).toEqual([429, 'TooManyRequests', null]);
    expect((await get(SIGN_INS)).status).toBe(200);
    nowMs += 1_000;
    expect((await get(RISKY_USERS)).status).toBe(200);
  });

  test('the logs can be made to refuse the third request in ten seconds', async () => {
    let nowMs = Date.now();
    await using tenant = await startSandboxTenant({ now: () => nowMs, behaviour: { reportsPer10Seconds: 2 } });
    const token = await tokenOf(tenant);
    const get = (path: string): Promise<Reply> => callGraph(tenant, 'GET', path, { token });
    expect([(await get(SIGN_INS)).status, (await get('/auditLogs/directoryAudits')).status]).toEqual([200, 200]);
    const refused = await get(SIGN_INS);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    expect((await get(ALERTS)).status).toBe(200);
    nowMs += 10_000;
    expect((await get(SIGN_INS)).status).toBe(200);
  });
});
