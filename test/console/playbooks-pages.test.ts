import type { Browser, Locator } from 'playwright-core';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { ConsoleTab, type TabOptions } from '../support/console.js';
import { startEntraApp, type EntraApp } from '../support/entra-app.js';
import { createLabChannel, createLabPlugin, Lab } from '../support/lab-plugin.js';
import type { TestClient } from '../support/test-client.js';
import { until } from '../support/until.js';

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('the pages of playbooks', () => {
  const lab = new Lab();
  let entra: EntraApp;
  let admin: TestClient;
  let browser: Browser;
  let labConnection: string;

  beforeAll(async () => {
    const channel = createLabChannel(lab);
    const { provider } = registerProvider({ packageName: 'lab', plugin: createLabPlugin(lab) }, {});
    if (!provider) throw new Error('The laboratory is not sound.');
    [entra, browser] = await Promise.all([startEntraApp({ tenant: { isConsented: false }, others: [provider], channels: [{ id: channel.id, packageName: 'lab', definition: channel, environment: {} }] }), startBrowser()]);
    admin = entra.app.admin;
  });
  afterAll(async () => {
    await browser.close();
    await entra[Symbol.asyncDispose]();
  });

  /** Signed in; a page that asks whether to leave is left. */
  async function open(path: string, client: TestClient = admin, options?: TabOptions): Promise<ConsoleTab> {
    const tab = await ConsoleTab.signedIn(browser, client, path, options);
    tab.page.on('dialog', (dialog) => void dialog.accept());
    return tab;
  }

  const button = (tab: ConsoleTab | Locator, name: string | RegExp) => (tab instanceof ConsoleTab ? tab.page : tab).getByRole('button', { name, exact: typeof name === 'string' });
  const dialog = (tab: ConsoleTab) => tab.page.getByRole('dialog');
  const steps = async (tab: ConsoleTab) => (await tab.page.getByRole('list', { name: 'Steps' }).getByRole('heading', { level: 3 }).allInnerTexts()).map((text) => text.replace(/^\d+\. (.*?) [\w-]+$/s, '$1'));

  async function acceptConsent(url: string): Promise<void> {
    // The sandbox tenant has a certificate of its own.
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.waitForURL(/\/consent\/callback/);
    await context.close();
  }

  it('lead from nothing over four actions, a tenant that is connected and consented in place, and an approval to a run that is followed to its end', async () => {
    await using tab = await open('/playbooks');
    await tab.see('There are no playbooks yet');
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByRole('link', { name: 'New playbook' }).first().press('Enter');
    await tab.page.getByLabel('Name').fill('Contain an account');

    await button(tab, 'Add action').press('Enter');
    // Whoever opens it can type at once.
    await dialog(tab).getByLabel('Search').and(tab.page.locator(':focus')).waitFor();
    await tab.page.keyboard.type('suspend');
    await button(dialog(tab), 'Add Suspend User').waitFor();
    expect(await button(dialog(tab), 'Add Force Password Reset').count()).toBe(0);
    await button(dialog(tab), 'Add Suspend User').press('Enter');
    await dialog(tab).getByLabel('Search').fill('');
    await dialog(tab).getByText('By outcome').click();
    for (const title of ['Clear User Sessions', 'Force Password Reset', 'Unsuspend User']) await button(dialog(tab), `Add ${title}`).click();
    expect(await tab.hindrances()).toEqual([]);
    await button(dialog(tab), 'Done').press('Enter');
    await dialog(tab).waitFor({ state: 'detached' });
    await button(tab, 'Move Clear User Sessions up').press('Enter');
    expect(await steps(tab)).toEqual(['Clear User Sessions', 'Suspend User', 'Force Password Reset', 'Unsuspend User']);
    await button(tab, 'Open Suspend User').press('Enter');

    await button(tab, 'New connection').press('Enter');
    await dialog(tab).getByLabel('Name of the connection').fill('Contoso');
    await dialog(tab).getByLabel('Tenant id').fill('not a tenant');
    await button(dialog(tab), 'Connect').press('Enter');
    await dialog(tab).getByLabel('Tenant id').and(tab.page.locator('[aria-invalid=true]')).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await dialog(tab).getByLabel('Tenant id').fill(entra.tenant.tenantId);
    await dialog(tab).getByLabel('Tenant id').press('Enter');
    const link = dialog(tab).getByRole('link', { name: /admin-consent link/ });
    expect(await link.getAttribute('target')).toBe('_blank');
    await dialog(tab).getByText('Privileged Authentication Administrator').first().waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await dialog(tab).getByLabel('API access granted').press('Space');
    await dialog(tab).getByRole('alert').waitFor();
    expect(await dialog(tab).getByLabel('API access granted').isChecked()).toBe(false);
    await acceptConsent((await link.getAttribute('href')) ?? '');
    await dialog(tab).getByText('Granted, not confirmed yet').waitFor();
    await dialog(tab).getByLabel('API access granted').press('Space');
    await dialog(tab).getByText(/Confirmed .*, by ADMIN/).waitFor();
    await button(dialog(tab), 'Done').press('Enter');

    await tab.page.getByLabel('Require approval').press('Space');
    await button(tab, 'Close Suspend User').press('Enter');
    await button(tab, 'Save').press('Enter');
    // What is wrong stands at its field, and the step is opened for it.
    await tab.page.getByLabel('E-mail address').and(tab.page.locator('[aria-invalid=true]')).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByLabel('E-mail address').fill('grace@contoso.example');
    await button(tab, 'Save').press('Enter');
    await tab.page.waitForURL(/\/playbooks\/pbk_/);
    await tab.see('Ready');
    await tab.page.reload();
    await tab.see('1 of 1 has to approve within 4 hours');
    expect(await steps(tab)).toEqual(['Clear User Sessions', 'Suspend User', 'Force Password Reset', 'Unsuspend User']);
    expect(await tab.hindrances()).toEqual([]);

    await button(tab, 'Run Contain an account').press('Enter');
    await dialog(tab).getByRole('combobox').and(tab.page.locator(':focus')).waitFor();
    await tab.page.keyboard.type('mira');
    await tab.page.getByRole('option', { name: /Mira Okafor/ }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('Enter');
    await dialog(tab).getByRole('status').getByText('mira.okafor@contoso.example').waitFor();
    await dialog(tab).getByLabel('Reason').fill('Impossible travel');
    await button(dialog(tab), 'Run now').press('Enter');
    await tab.page.waitForURL(/\/runs\/run_/);
    await using approver = await open(new URL(tab.page.url()).pathname, await entra.app.clientOf('grace@contoso.example', 'APPROVER'));
    await button(approver, 'Approve').click();
    for (const one of [tab, approver]) await one.see('The run is over: Succeeded');
    await tab.page.getByRole('link', { name: 'Playbooks' }).click();
    await tab.page.getByRole('row', { name: /Contain an account.*Ready.*Succeeded Mira Okafor/ }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    expect([...tab.faults, ...approver.faults]).toEqual([]);
  });

  it('lose nothing: a reload, a sign-in anew and a conflict keep what was typed, and leaving asks', async () => {
    labConnection = await admin.connect('lab');
    const { id, steps: [step] } = await admin.createPlaybook([{ action: 'lab:alpha', connectionId: labConnection }], { name: 'Shared' });
    await using tab = await open(`/playbooks/${id}`);
    await tab.page.getByLabel('Description').fill('Mine');
    await tab.page.reload();
    expect(await tab.page.getByLabel('Description').inputValue()).toBe('Mine');
    await tab.page.getByRole('link', { name: 'Runs' }).click();
    expect(await tab.hindrances()).toEqual([]);
    await button(dialog(tab), 'Back').click();
    expect(await tab.page.getByLabel('Description').inputValue()).toBe('Mine');

    await admin.ask('mutation ($input: UpdatePlaybookInput!) { updatePlaybook(input: $input) { playbook { id } } }', { input: { id, revision: 1, description: 'Theirs', steps: [{ key: step?.key, action: 'lab:alpha', connectionId: labConnection, timeout: 'PT1M' }] } });
    await button(tab, 'Save').click();
    const versions = tab.page.getByRole('region', { name: 'The two versions' });
    await versions.getByRole('row', { name: 'Description Mine Theirs' }).waitFor();
    await versions.getByRole('row', { name: 'alpha: timeout 30 seconds 1 minute' }).waitFor();
    expect(await versions.getByRole('row').count()).toBe(3);
    expect(await tab.hindrances()).toEqual([]);
    await button(tab, 'Keep mine').click();
    await button(tab, 'Save').click();
    await tab.see('Revision 3');
    const read = () => admin.ask<{ playbook: { description: string; revision: number } }>('query ($id: ID!) { playbook(id: $id) { description revision } }', { id });
    expect((await read()).playbook).toEqual({ description: 'Mine', revision: 3 });

    // Without changes, what others save is simply shown; with changes it is told at once, and theirs can be taken.
    await admin.ask('mutation ($input: UpdatePlaybookInput!) { updatePlaybook(input: $input) { playbook { id } } }', { input: { id, revision: 3, description: 'Again theirs' } });
    await until(() => tab.page.getByLabel('Description').inputValue(), (value) => value === 'Again theirs');
    await tab.page.getByLabel('Description').fill('Mine again');
    await admin.ask('mutation ($input: UpdatePlaybookInput!) { updatePlaybook(input: $input) { playbook { id } } }', { input: { id, revision: 4, description: 'Theirs at last' } });
    await button(tab, 'Take theirs').click();
    expect(await tab.page.getByLabel('Description').inputValue()).toBe('Theirs at last');
    await tab.page.getByLabel('Description').fill('Not to be kept');
    await tab.page.getByRole('link', { name: 'Runs' }).click();
    await button(dialog(tab), 'Discard and leave').click();
    await tab.page.waitForURL(/\/runs$/);
    await tab.page.goBack();
    await until(() => tab.page.getByLabel('Description').inputValue(), (value) => value === 'Theirs at last');
    expect(tab.faults).toEqual([]);
  });

  it('render settings from the schema, order steps by the keyboard, and show every problem where it is mended', async () => {
    await using tab = await open('/playbooks/new', admin, { colorScheme: 'dark' });
    await tab.page.getByLabel('Name').fill('Of the laboratory');
    await button(tab, 'Add action').click();
    await button(dialog(tab), 'Add Do alpha').click();
    await button(dialog(tab), 'Done').click();
    await button(tab, 'Add Do gamma').click();
    await button(tab, 'Open Do alpha').click();
    const alpha = tab.page.getByRole('listitem').filter({ has: tab.page.getByRole('heading', { name: /Do alpha/ }) });
    await alpha.getByLabel('Note').fill('A note that is much too long for it');
    await until(() => alpha.getByLabel('Note').inputValue(), (value) => value.length === 20);
    await alpha.getByLabel('Condition').fill('target.');
    await alpha.getByLabel('Attempts at most').fill('99');
    await alpha.getByLabel('Timeout of one attempt: unit').selectOption('hours');
    await button(tab, 'Save').click();
    for (const label of ['Condition', 'Attempts at most', 'Timeout of one attempt']) await alpha.getByLabel(label, { exact: true }).and(tab.page.locator('[aria-invalid=true]')).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await alpha.getByLabel('Condition').fill('run.dryRun == false');
    await alpha.getByLabel('Attempts at most').fill('3');
    await alpha.getByLabel('Timeout of one attempt: unit').selectOption('seconds');
    await alpha.getByLabel('Connection').selectOption('None yet');
    await button(tab, 'Drag Do gamma').focus();
    await tab.page.keyboard.press('Space');
    await tab.see(/moved over droppable area gamma/);
    await tab.page.keyboard.press('ArrowUp');
    await tab.see(/moved over droppable area alpha/);
    await tab.page.keyboard.press('Space');
    await until(() => steps(tab), (order) => order.join() === 'Do gamma,Do alpha');
    await button(tab, 'Save').click();
    await tab.page.waitForURL(/\/playbooks\/pbk_/);
    await alpha.getByText(/The step alpha has no connection/).waitFor();
    await tab.see('Not ready');
    expect(await tab.hindrances()).toEqual([]);
    const id = new URL(tab.page.url()).pathname.split('/')[2];
    const { playbook } = await admin.ask<{ playbook: { steps: object[] } }>('query ($id: ID!) { playbook(id: $id) { steps { key after input runIf timeout retry { maxAttempts } connection { id } } } }', { id });
    expect(playbook.steps).toMatchObject([{ key: 'gamma', after: [], connection: { id: labConnection } }, { key: 'alpha', after: ['gamma'], input: { note: 'A note that is much ' }, runIf: 'run.dryRun == false', timeout: 'PT30S', retry: { maxAttempts: 3 }, connection: null }]);

    await button(tab, 'Remove Do alpha').click();
    await button(tab, 'Save').click();
    await tab.see('Revision 2');
    await button(tab, 'Delete').click();
    expect(await tab.hindrances()).toEqual([]);
    await button(dialog(tab), 'Delete playbook').click();
    await tab.page.waitForURL(/\/playbooks$/);
    await tab.page.goto(`${admin.url}/playbooks/${id}`);
    await tab.see(/It was deleted, or you may not see it/);
    expect(tab.faults).toEqual([]);
  });

  it('run against one target that is typed to its end, for show, or against a list; a reason is demanded only for real', async () => {
    await admin.createPlaybook([{ action: 'lab:alpha', connectionId: labConnection }], { name: 'Demanding', requiresReason: true });
    await using tab = await open('/playbooks?search=demand');
    await button(tab, 'Run Demanding').click();
    await dialog(tab).getByRole('combobox', { name: /^Target/ }).fill('ada@contoso.example');
    expect(await button(dialog(tab), 'Run now').isDisabled()).toBe(true);
    lab.search = () => Promise.reject(new Error('out of order'));
    await dialog(tab).getByRole('combobox', { name: /^Target/ }).fill('bob@contoso.example');
    await dialog(tab).getByRole('alert').waitFor();
    await button(dialog(tab), 'Dry run: change nothing').click();
    await tab.see('Dry run: nothing is changed');
    await tab.see('The run is over: Succeeded');
    await tab.page.goBack();
    await button(tab, 'Run Demanding').click();
    await dialog(tab).getByText('Many targets').click();
    await dialog(tab).getByRole('textbox', { name: /^Targets/ }).fill('ada@contoso.example\nBOB@contoso.example, bob@contoso.example');
    await dialog(tab).getByLabel('Reason').fill('A leaked list');
    expect(await tab.hindrances()).toEqual([]);
    await button(dialog(tab), 'Run now').click();
    await tab.page.waitForURL(/\/runs\?batch=/);
    await tab.see('2 of 2 shown');
    expect(tab.faults).toEqual([]);
  });

  it('find by text and state, live, and offer to each what they may do', async () => {
    const { id } = await admin.createPlaybook([], { name: 'Asleep', active: false });
    await using tab = await open('/playbooks', await entra.app.clientWith('VIEWER'), { width: 360 });
    await tab.page.getByRole('row', { name: /Asleep Inactive Never run/ }).waitFor();
    await tab.page.getByLabel('Search').fill('nothing like it');
    await tab.see('No playbook matches');
    await tab.page.getByLabel('Search').fill('asl');
    await tab.page.getByLabel('State').selectOption('Inactive');
    await tab.page.getByRole('link', { name: 'Asleep' }).click();
    await tab.see('set active to true');
    expect(await tab.page.getByLabel('Name').isDisabled()).toBe(true);
    expect(await tab.page.getByRole('button', { name: /Save|Run|Delete|Add/ }).count()).toBe(0);
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.goto(`${admin.url}/playbooks/new`);
    await tab.see('You may not do this');
    expect(tab.faults).toEqual([]);
    expect(id).toMatch(/^pbk_/);
  });
});
