import type { Browser } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { ConsoleTab } from '../support/console.js';
import { startSandboxApp } from '../support/entra-app.js';
import type { TestApp } from '../support/test-app.js';

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('the overview', () => {
  let service: Awaited<ReturnType<typeof startSandboxApp>>;
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    [service, browser] = await Promise.all([startSandboxApp(), startBrowser()]);
    app = service.app;
  });
  afterAll(async () => {
    await browser.close();
    await service[Symbol.asyncDispose]();
  });

  it('leads at the first start in four clicks to a contained user of the sandbox tenant', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/');
    const { page } = tab;
    await tab.see('Contain a user of the sandbox tenant, in four clicks');
    expect(await tab.hindrances()).toEqual([]);
    await page.getByRole('button', { name: 'Connect the sandbox tenant' }).click();
    await page.getByRole('button', { name: 'Make the example playbook' }).click();
    await page.getByRole('radio').first().waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await page.getByRole('radio').first().click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await tab.see('The run is over: Succeeded');
    await tab.see('Contain a compromised account');
    expect(tab.faults).toEqual([]);
  });

  it('then shows what goes on, live, what became of it, and how long it took to contain', async () => {
    const { playbooks } = await app.admin.ask<{ playbooks: { nodes: { id: string }[] } }>('{ playbooks { nodes { id } } }');
    await app.admin.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'Alerts', eventType: 'identity:alert', playbookIds: playbooks.nodes.map(({ id }) => id) } });
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/');
    const { page } = tab;
    await tab.see(/1 started: 1 succeeded/);
    await tab.see('Nothing was contained after an event in that time.');
    await page.getByRole('img', { name: /Runs per day/ }).locator('svg').first().waitFor();
    expect(await tab.hindrances()).toEqual([]);

    const occurredAt = new Date(Date.now() - 5 * 60_000).toISOString();
    const payload = { id: 'alert-1', user: 'mira.okafor@contoso.example', severity: 'high', occurredAt };
    await app.admin.ask('mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { events { id } } }', { input: { events: [{ type: 'identity:alert', payload }] } });
    await tab.see(/2 started: 2 succeeded/);
    await tab.see(/one run: half took no longer than 5 min \(median\)/);
    await page.getByText('As a table').first().click();
    expect(await page.getByRole('region', { name: 'Runs per day and what became of them' }).getByRole('row').count()).toBe(15);
    await page.getByRole('radio', { name: '90 days' }).press(' ');
    await page.waitForURL('**/?days=90');
    expect(await tab.hindrances()).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  it('tells that approvals wait, which was asked first, that runs are paused, and which connection fails', async () => {
    const { connections } = await app.admin.ask<{ connections: { id: string }[] }>('{ connections { id } }');
    const { id } = await app.admin.createPlaybook([{ action: 'entra-id:suspend-user', connectionId: connections[0]?.id, approval: { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }] } }], { name: 'Asks first' });
    const broken = await app.admin.connect('entra-id', { tenantId: '00000000-0000-4000-8000-000000000000' });
    await app.admin.ask('mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { health { ok } } } }', { id: broken });
    await using tab = await ConsoleTab.signedIn(browser, await app.clientWith('VIEWER'), '/');
    await app.admin.run(id, { target: { kind: 'USER', id: 'mira.okafor@contoso.example' } });
    await tab.see(/^1 approval$/);
    await tab.page.getByRole('link', { name: 'Asks first' }).waitFor();
    await tab.see('1 of 2 connections');
    await tab.see('Runs are not paused.');
    await app.admin.ask('mutation { updateGuardrails(input: { paused: true, reason: "A storm" }) { guardrails { paused } } }');
    await tab.page.reload();
    await tab.see('All runs are paused.');
    expect(await tab.hindrances()).toEqual([]);
    expect(tab.faults).toEqual([]);
  });
});
