import type { Browser } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { ConsoleTab } from '../support/console.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('the page of all runs', () => {
  let app: TestApp;
  let browser: Browser;
  let playbookId: string;

  beforeAll(async () => {
    [app, browser] = await Promise.all([startTestApp(), startBrowser()]);
    playbookId = (await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: await app.admin.connect() }])).id;
  });
  afterAll(async () => {
    await browser.close();
    await app[Symbol.asyncDispose]();
  });

  const rows = (tab: ConsoleTab) => tab.page.getByRole('row').filter({ has: tab.page.getByRole('cell') });

  it('leads from nothing over a new run to its page, live', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/runs');
    await tab.see('There are no runs yet');
    expect(await tab.hindrances()).toEqual([]);
    await app.admin.run(playbookId);
    await tab.page.getByRole('row', { name: /Succeeded A playbook/ }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByRole('link', { name: 'A playbook' }).click();
    await tab.see('The run is over: Succeeded');
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('main');
    expect(tab.faults).toEqual([]);
  });

  it('shows a page at a time, filters by what stands in the address, and follows with the filter', async () => {
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>();
    for (let index = 0; index < 27; index += 1) await app.admin.run(playbookId, { dryRun: true });
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/runs?dryRun=true');
    await rows(tab).nth(24).waitFor();
    await tab.page.getByRole('button', { name: 'Show more' }).click();
    await rows(tab).nth(26).waitFor();
    await tab.see('27 of 27 shown');
    await tab.page.getByLabel('Kind').selectOption('Real runs');
    await tab.page.getByLabel('Status').selectOption('Running');
    await tab.see('No run matches');
    app.lab.behaviours.set('alpha', () => gate);
    await app.admin.run(playbookId);
    await tab.page.getByRole('row', { name: /Running A playbook/ }).waitFor();
    expect(new URL(tab.page.url()).search).toBe('?dryRun=false&status=RUNNING');
    letGo();
    await tab.see('No run matches');
    expect(tab.faults).toEqual([]);
  });

  it('says what is the matter while the service does not answer, and goes on by itself', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/runs');
    await rows(tab).first().waitFor();
    await tab.page.route('**/graphql', (route) => route.abort());
    await tab.page.getByLabel('Kind').selectOption('Dry runs');
    await tab.see('The service cannot be reached');
    await tab.page.unroute('**/graphql');
    await rows(tab).nth(24).waitFor();
    await tab.page.getByText('The service cannot be reached').waitFor({ state: 'detached' });
    expect(tab.faults).toEqual([]);
  });

  it('tells that all runs are paused, that it is a sandbox only where it is one, and who looks', async () => {
    await app.admin.ask('mutation { updateGuardrails(input: { paused: true, reason: "A storm" }) { guardrails { paused } } }');
    await using tab = await ConsoleTab.signedIn(browser, await app.clientWith('VIEWER'), '/runs');
    await tab.see(/All runs are paused/);
    await tab.see(/: A storm\./);
    await tab.see(/Signed in as VIEWER \(viewer\)/);
    expect(await tab.page.getByText('Sandbox').count()).toBe(0);
    expect(await tab.hindrances()).toEqual([]);
    await app.admin.ask('mutation { updateGuardrails(input: { paused: false }) { guardrails { paused } } }');
    expect(tab.faults).toEqual([]);
  });

  it('is used by the keyboard alone, on a telephone too', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/runs', { width: 360, colorScheme: 'dark' });
    await rows(tab).first().waitFor();
    await tab.page.evaluate('document.activeElement.blur()');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Enter');
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('main');
    await tab.page.getByRole('button', { name: 'Open the navigation' }).press('Enter');
    await tab.page.getByRole('link', { name: 'Runs' }).press('Enter');
    await tab.page.getByLabel('Colours').selectOption('Light');
    expect(await tab.page.evaluate("document.documentElement.dataset.mantineColorScheme")).toBe('light');
    expect(tab.faults).toEqual([]);
  });

  it('a key that was revoked leads to the sign-in, and back to the same page', async () => {
    const { createApiKey } = await app.admin.ask<{ createApiKey: { secret: string; apiKey: { id: string } } }>('mutation { createApiKey(input: { name: "k", roles: [VIEWER] }) { secret apiKey { id } } }');
    await using tab = await ConsoleTab.signedIn(browser, { url: app.app.url, key: createApiKey.secret }, '/runs?dryRun=true');
    await rows(tab).first().waitFor();
    await app.admin.ask('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', { id: createApiKey.apiKey.id });
    await tab.see(/This key is not valid, or not any more/);
    await tab.page.getByLabel('API key').fill(app.admin.key);
    await tab.page.getByRole('button', { name: 'Sign in by key' }).click();
    await rows(tab).first().waitFor();
    expect(new URL(tab.page.url()).search).toBe('?dryRun=true');
  });
});
