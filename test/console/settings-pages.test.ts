import type { Browser } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { ConsoleTab } from '../support/console.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('the pages of the settings', () => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    [app, browser] = await Promise.all([startTestApp(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await app[Symbol.asyncDispose]();
  });

  const dialog = (tab: ConsoleTab) => tab.page.getByRole('dialog');

  it('a responder pauses all runs by the keyboard with a reason, every other browser is told, and an administrator lets them go on', async () => {
    await using responder = await ConsoleTab.signedIn(browser, await app.clientWith('RESPONDER'), '/settings');
    await using admin = await ConsoleTab.signedIn(browser, app.admin, '/settings/guardrails');
    await responder.page.getByRole('button', { name: 'Pause all runs' }).press('Enter');
    await dialog(responder).getByLabel('Why').waitFor();
    expect(await responder.page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
    await responder.page.keyboard.type('A storm');
    expect(await responder.hindrances()).toEqual([]);
    await responder.page.keyboard.press('Tab');
    await responder.page.keyboard.press('Tab');
    await responder.page.keyboard.press('Enter');
    for (const tab of [responder, admin]) await tab.page.getByRole('main').getByText(/Nothing new starts until the pause is over; RESPONDER paused them: A storm\./).waitFor();
    expect(await responder.page.getByRole('button', { name: 'Let runs go on' }).count()).toBe(0);
    expect(await responder.page.getByRole('button', { name: /Protect|Save|Add contact/ }).count()).toBe(0);
    expect(await responder.hindrances()).toEqual([]);
    await admin.page.getByRole('button', { name: 'Let runs go on' }).click();
    await dialog(admin).getByRole('button', { name: 'Let runs go on' }).press('Enter');
    for (const tab of [admin, responder]) {
      await tab.page.getByText('Runs go on', { exact: true }).waitFor();
      await tab.page.getByText(/Nothing new starts until/).waitFor({ state: 'detached' });
    }
    expect([...responder.faults, ...admin.faults]).toEqual([]);
  });

  it('a target is protected beside those that somebody else protects meanwhile, and the blast radius is limited, with the contacts that are asked', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/settings/guardrails');
    await tab.see('No target is protected.');
    const form = tab.page.getByRole('form', { name: 'Protect a target' });
    await form.getByLabel('Object id or sign-in name').fill('Glass@contoso.example');
    await form.getByLabel('Why').fill('For emergencies');
    await app.admin.ask('mutation { updateGuardrails(input: { protectedTargets: [{ kind: USER, id: "other@contoso.example", reason: "Theirs" }] }) { guardrails { paused } } }');
    await form.getByRole('button', { name: 'Protect' }).press('Enter');
    for (const name of [/glass@contoso.example .*For emergencies/, /other@contoso.example .*Theirs/]) await tab.page.getByRole('row', { name }).waitFor();
    await tab.page.getByRole('button', { name: 'Protect no more: other@contoso.example' }).click();
    await dialog(tab).getByRole('button', { name: 'Protect no more' }).click();
    await tab.page.getByRole('row', { name: /other@contoso.example/ }).waitFor({ state: 'detached' });
    const radius = tab.page.getByRole('form', { name: 'Blast radius' });
    await radius.getByLabel('Targets an hour').fill('20');
    await radius.getByRole('button', { name: 'Add contact' }).click();
    await radius.getByLabel('E-mail address').fill('nobody');
    await radius.getByRole('button', { name: 'Save' }).click();
    await radius.getByText(/must be an e-mail address/).first().waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.reload();
    await radius.getByLabel('E-mail address').fill('grace@contoso.example');
    await radius.getByRole('button', { name: 'Save' }).click();
    await radius.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' });
    const { guardrails } = await app.admin.ask<{ guardrails: unknown }>('{ guardrails { maxTargetsPerHour blastRadiusContacts { address } protectedTargets { id } } }');
    expect(guardrails).toEqual({ maxTargetsPerHour: 20, blastRadiusContacts: [{ address: 'grace@contoso.example' }], protectedTargets: [{ id: 'glass@contoso.example' }] });
    expect(tab.faults).toEqual([]);
  });

  it('a key is made and shown once, works, and is revoked; what it did stands in the audit log, which is whole', async () => {
    const connectionId = await app.admin.connect();
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/settings/keys');
    const entry = (who: string, did: string) => tab.page.getByRole('row').filter({ hasText: who }).filter({ hasText: did });
    await tab.page.getByRole('button', { name: 'New key' }).click();
    await dialog(tab).getByLabel('Name').fill('Night shift');
    await dialog(tab).getByRole('button', { name: 'Make the key' }).click();
    await dialog(tab).getByText('A key has at least one role.').first().waitFor();
    await dialog(tab).getByLabel('Responder').press('Space');
    await dialog(tab).getByLabel('Ends after').fill('2099-12-31');
    await dialog(tab).getByLabel('Only these connections').first().click();
    await tab.page.getByRole('option', { name: 'A tenant' }).click();
    await tab.page.keyboard.press('Tab');
    expect(await tab.hindrances()).toEqual([]);
    await dialog(tab).getByRole('button', { name: 'Make the key' }).click();
    await dialog(tab).getByRole('button', { name: 'I have kept it' }).waitFor();
    const secret = await dialog(tab).getByLabel('The secret').inputValue();
    expect(secret).toMatch(/^cmk_/);
    expect(await tab.hindrances()).toEqual([]);
    await dialog(tab).getByRole('button', { name: 'I have kept it' }).press('Enter');
    await dialog(tab).waitFor({ state: 'detached' });
    expect(await tab.page.content()).not.toContain(secret);
    await tab.page.getByRole('row', { name: /Night shift .*Active Responder A tenant never/ }).waitFor();

    const client = new TestClient(app.admin.url, secret);
    await client.ask('mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { id } } }', { id: connectionId });
    await tab.page.reload();
    await tab.page.getByRole('row', { name: /Night shift .*A tenant \d/ }).waitFor();
    await tab.page.getByRole('button', { name: 'Revoke Night shift' }).press('Enter');
    expect(await tab.hindrances()).toEqual([]);
    await dialog(tab).getByRole('button', { name: 'Revoke' }).press('Enter');
    await tab.page.getByRole('row', { name: /Night shift .*Revoked/ }).waitFor();
    expect((await client.refusal('{ viewer { roles } }')).extensions.code).toBe('UNAUTHENTICATED');

    await tab.page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Audit log' }).press('Enter');
    await entry('Night shift', 'checkConnection').waitFor();
    await tab.page.getByLabel('Done to', { exact: true }).fill(connectionId);
    await tab.page.getByLabel('Done to', { exact: true }).press('Enter');
    await entry('ADMIN', 'createConnection').waitFor();
    await entry('ADMIN', 'createApiKey').waitFor({ state: 'detached' });
    await tab.page.getByRole('button', { name: 'Verify' }).click();
    await tab.see(/All \d+ entries are there and unchanged/);
    expect(await tab.hindrances()).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  it('an audit log that somebody has changed is told to be broken, with the number of the entry', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/settings/audit-log');
    await tab.page.route('**/graphql', async (route) => {
      if (!(route.request().postData() ?? '').includes('verifyAuditLog')) return route.continue();
      return route.fulfill({ json: { data: { verifyAuditLog: { __typename: 'AuditVerification', ok: false, entries: 12, firstBroken: 7 } } } });
    });
    await tab.page.getByRole('button', { name: 'Verify' }).click();
    await tab.see(/Entry 7 is missing, changed or not chained/);
    expect(tab.faults).toEqual([]);
  });

  it('an event source is made with a secret that is shown once, given another, switched off, and refusals are shown', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/settings/event-sources');
    await tab.see('There are no event sources');
    await tab.page.getByRole('button', { name: 'New event source' }).click();
    await dialog(tab).getByLabel('Name').fill('sentinel-prod');
    await dialog(tab).getByLabel('Event type').selectOption('Signal');
    expect(await tab.hindrances()).toEqual([]);
    await dialog(tab).getByRole('button', { name: 'Make the source' }).click();
    await dialog(tab).getByLabel('The secret').waitFor();
    const secret = await dialog(tab).getByLabel('The secret').inputValue();
    await dialog(tab).getByText(`${app.app.url}/hooks/sentinel-prod`).waitFor();
    await dialog(tab).getByRole('button', { name: 'I have kept it' }).click();
    expect((await fetch(`${app.app.url}/hooks/sentinel-prod`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status).toBeGreaterThanOrEqual(400);
    await tab.page.getByRole('row', { name: /sentinel-prod [A-Z_]+ 1/ }).waitFor();
    await tab.page.getByRole('button', { name: 'New secret for sentinel-prod' }).click();
    await dialog(tab).getByRole('button', { name: 'Make a new secret' }).click();
    await dialog(tab).getByLabel('The secret').waitFor();
    expect(await dialog(tab).getByLabel('The secret').inputValue()).not.toBe(secret);
    await dialog(tab).getByRole('button', { name: 'I have kept it' }).click();
    await tab.see('Old secret until');
    await tab.page.getByLabel('Events of sentinel-prod are accepted').press('Space');
    await tab.page.getByLabel('Events of sentinel-prod are accepted').and(tab.page.locator(':not(:checked)')).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByRole('button', { name: 'Delete sentinel-prod' }).click();
    await dialog(tab).getByRole('button', { name: 'Delete' }).press('Enter');
    await tab.see('There are no event sources');
    expect(tab.faults).toEqual([]);
  });

  it('whoever may see little is led to what they may see, and told who they are', async () => {
    const limited = await app.limitedClient({ connectionIds: [await app.admin.connect()] }, 'VIEWER');
    await using tab = await ConsoleTab.signedIn(browser, limited, '/settings', { width: 360, colorScheme: 'dark' });
    await tab.page.getByRole('heading', { name: 'About' }).waitFor();
    expect(await tab.page.getByRole('navigation', { name: 'Settings' }).getByRole('link').allTextContents()).toEqual(['About']);
    await tab.see('connection:read');
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.goto(`${app.app.url}/settings/keys`);
    await tab.see('You may not do this');
    expect(tab.faults).toEqual([]);
  });
});
