import type { Browser } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { ConsoleTab } from '../support/console.js';
import { startEntraApp, type EntraApp } from '../support/entra-app.js';

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('the pages of connections', () => {
  let entra: EntraApp;
  let browser: Browser;

  beforeAll(async () => {
    [entra, browser] = await Promise.all([startEntraApp({ tenant: { isConsented: false } }), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await entra[Symbol.asyncDispose]();
  });

  const part = (tab: ConsoleTab, name: string) => tab.page.getByRole('region', { name, exact: true });
  const box = (tab: ConsoleTab) => tab.page.getByLabel('API access granted');

  /** What an administrator of the tenant does with the link. The sandbox tenant has a certificate of its own. */
  async function accept(url: string): Promise<void> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('heading', { name: 'Access granted' }).waitFor();
    await context.close();
  }

  it('lead from nothing to a tenant whose access is granted and confirmed, and say what is missing when something is taken away', async () => {
    const { admin } = entra.app;
    await using tab = await ConsoleTab.signedIn(browser, admin, '/connections');
    await tab.see('There are no connections yet');
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByRole('link', { name: 'New connection' }).click();
    await tab.page.getByLabel('Name').fill('Contoso');
    await tab.page.getByLabel('Tenant id').fill('no tenant');
    expect(await tab.page.getByLabel('Cloud').inputValue()).toBe('PUBLIC');
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.reload();
    await tab.page.getByRole('button', { name: 'Connect' }).click();
    await tab.see(/must be the tenant's id, a GUID, or one of its verified domains/);
    expect(await tab.page.getByLabel('Name').inputValue()).toBe('Contoso');
    await tab.page.getByLabel('Tenant id').fill(entra.tenant.tenantId);
    await tab.page.getByRole('button', { name: 'Connect' }).press('Enter');
    await tab.page.getByRole('heading', { name: 'Contoso' }).waitFor();
    const id = new URL(tab.page.url()).pathname.split('/').at(-1) ?? '';

    await admin.createPlaybook([{ action: 'entra-id:suspend-user', connectionId: id }], { name: 'Contain' });
    await part(tab, 'Consent').getByRole('row', { name: /User.EnableDisableAccount.All Missing/ }).waitFor();
    await part(tab, 'Consent').getByText('Required', { exact: true }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await box(tab).click();
    await part(tab, 'Consent').getByRole('alert').waitFor();
    expect(await box(tab).isChecked()).toBe(false);

    const link = tab.page.getByRole('link', { name: /Open the admin-consent link/ });
    expect(await link.getAttribute('target')).toBe('_blank');
    await accept((await link.getAttribute('href')) ?? '');
    await part(tab, 'Consent').getByRole('row', { name: /User.EnableDisableAccount.All Granted/ }).waitFor();
    await part(tab, 'Health').getByText('Works', { exact: true }).waitFor();
    expect(await tab.page.getByRole('link', { name: /Open the admin-consent link/ }).count()).toBe(0);
    await box(tab).press('Space');
    await tab.see(/Confirmed .*, by ADMIN/);
    expect(await tab.hindrances()).toEqual([]);

    entra.tenant.changeConsent({ revoke: ['User.EnableDisableAccount.All'] });
    await tab.page.getByRole('button', { name: 'Check now' }).click();
    await part(tab, 'Consent').getByText('Insufficient', { exact: true }).waitFor();
    await part(tab, 'Consent').getByRole('row', { name: /User.EnableDisableAccount.All Missing/ }).waitFor();
    await part(tab, 'Health').getByText(/PERMISSION_MISSING/).waitFor();
    await tab.page.getByRole('link', { name: /Open the admin-consent link/ }).waitFor();
    await part(tab, 'Privileged targets').getByText(/Assign the role Privileged Authentication Administrator/).waitFor();
    expect(await box(tab).isChecked()).toBe(false);
    expect(await tab.hindrances()).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  it('rename it, give it a credential that is never shown, show what somebody else saved meanwhile, and delete what nobody uses', async () => {
    const { admin } = entra.app;
    const id = await entra.connect();
    await using tab = await ConsoleTab.signedIn(browser, admin, `/connections/${id}`);
    await tab.page.getByRole('button', { name: 'Edit' }).click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Mine');
    await admin.ask('mutation ($input: UpdateConnectionInput!) { updateConnection(input: $input) { connection { id } } }', { input: { id, revision: 1, name: 'Theirs' } });
    await dialog.getByRole('row', { name: 'Name Mine Theirs' }).waitFor();
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Mine');
    await dialog.getByRole('button', { name: 'Keep mine' }).click();
    await dialog.getByLabel('Credential').selectOption('A new credential of its own');
    await dialog.getByLabel('Client id').fill('11111111-1111-4111-8111-111111111111');
    await dialog.getByLabel('Client secret', { exact: true }).fill('not-the-secret');
    expect(await dialog.getByLabel('Client secret', { exact: true }).getAttribute('type')).toBe('password');
    expect(await tab.hindrances()).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await tab.page.getByRole('heading', { name: 'Mine', exact: true }).waitFor();
    await part(tab, 'Health').getByText('Does not work').waitFor();
    expect(await tab.page.content()).not.toContain('not-the-secret');
    expect(await tab.page.evaluate<string>('JSON.stringify(sessionStorage)')).not.toContain('not-the-secret');
    const feed = tab.page.getByRole('switch').first();
    await feed.press('Space');
    await part(tab, 'Event feeds').getByText(/Not looked at yet|Last looked at/).waitFor();
    await tab.page.getByRole('button', { name: 'Delete' }).click();
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
    await tab.page.getByRole('table').waitFor();
    expect(await tab.page.getByRole('link', { name: 'Mine' }).count()).toBe(0);
    await tab.page.goto(`${admin.url}/connections/${id}`);
    await tab.see('This connection was deleted');
    expect(tab.faults).toEqual([]);
  });

  it('offer whoever may only look nothing to press, and say so at the address of one that is not there', async () => {
    const id = await entra.connect();
    await using tab = await ConsoleTab.signedIn(browser, await entra.app.clientWith('VIEWER'), `/connections/${id}`, { width: 360, colorScheme: 'dark' });
    await part(tab, 'Consent').waitFor();
    expect(await tab.page.getByRole('button', { name: /Check|Edit|Delete|Copy/ }).count()).toBe(0);
    expect(await tab.page.getByRole('link', { name: /consent link/ }).count()).toBe(0);
    expect([await box(tab).isDisabled(), await tab.page.getByRole('switch').first().isDisabled()]).toEqual([true, true]);
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.goto(`${entra.app.admin.url}/connections/con_00000000000000000000000000`);
    await tab.see(/There is no connection con_0+, or you may not see it/);
    await tab.page.goto(`${entra.app.admin.url}/connections/new`);
    await tab.see('You may not do this');
    expect(tab.faults).toEqual([]);
  });
});
