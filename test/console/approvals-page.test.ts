import { ActionError } from '@countermeasure/sdk';
import type { Browser } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { ConsoleTab } from '../support/console.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('the page of approvals', () => {
  let app: TestApp;
  let browser: Browser;
  let connectionId: string;

  beforeAll(async () => {
    [app, browser] = await Promise.all([startTestApp(), startBrowser()]);
    connectionId = await app.admin.connect();
  });
  afterAll(async () => {
    await browser.close();
    await app[Symbol.asyncDispose]();
  });

  /** A run whose only step waits for people. */
  async function askingRun(target: string, quorum = 1): Promise<string> {
    const contacts = ['grace', 'mary'].map((name) => ({ channel: 'EMAIL', address: `${name}@contoso.example` }));
    const { id } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, approval: { contacts, quorum } }], { name: 'Contain' });
    const runId = await app.admin.run(id, { target: { kind: 'USER', id: target }, reason: 'A sign-in from nowhere' });
    await app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_REQUESTED');
    return runId;
  }

  const card = (tab: ConsoleTab, target: string) => tab.page.getByRole('listitem').filter({ has: tab.page.getByRole('heading', { name: `Do alpha → Display of ${target}` }) });
  const decided = (tab: ConsoleTab) => tab.page.getByRole('region', { name: 'The decided approvals' });

  it('shows at once what begins to wait, is decided by the keyboard alone, and it leaves every other browser', async () => {
    await using approver = await ConsoleTab.signedIn(browser, await app.clientOf('grace@contoso.example', 'APPROVER'), '/approvals');
    await using viewer = await ConsoleTab.signedIn(browser, await app.clientWith('VIEWER'), '/approvals');
    for (const tab of [approver, viewer]) await tab.see('Nothing waits for an approval');
    expect(await approver.hindrances()).toEqual([]);
    const runId = await askingRun('ada@contoso.example');
    for (const tab of [approver, viewer]) {
      await card(tab, 'ada@contoso.example').waitFor();
      for (const text of ['Would do alpha to Display of ada@contoso.example.', 'A sign-in from nowhere', '0 of 1', 'ADMIN']) await card(tab, 'ada@contoso.example').getByText(text, { exact: true }).waitFor();
    }
    await approver.see('Waiting for you (1)');
    expect(await viewer.page.getByRole('button', { name: /Approve|Deny/ }).count()).toBe(0);
    expect(await viewer.hindrances()).toEqual([]);
    await approver.page.getByLabel('Comment, kept with the run').focus();
    await approver.page.keyboard.type('Go');
    await approver.page.keyboard.press('Tab');
    await approver.page.keyboard.press('Enter');
    await approver.see('You approved: Do alpha → Display of ada@contoso.example.');
    expect(await approver.page.evaluate('document.activeElement.textContent')).toContain('You approved');
    for (const tab of [approver, viewer]) {
      await card(tab, 'ada@contoso.example').waitFor({ state: 'detached' });
      await decided(tab).getByRole('row', { name: /Approved .*APPROVER: Go/ }).waitFor();
    }
    expect(await approver.hindrances()).toEqual([]);
    await decided(approver).getByRole('link', { name: /Do alpha/ }).press('Enter');
    await approver.see('The run is over: Succeeded');
    expect(approver.page.url()).toContain(runId);
    expect([...approver.faults, ...viewer.faults]).toEqual([]);
  });

  it('what one of two has approved waits for the other, a denial ends it, and what was typed outlives a reload', async () => {
    await askingRun('alan@contoso.example', 2);
    await using grace = await ConsoleTab.signedIn(browser, await app.clientOf('grace@contoso.example', 'APPROVER'), '/approvals');
    await using mary = await ConsoleTab.signedIn(browser, await app.clientOf('mary@contoso.example', 'APPROVER'), '/approvals');
    await card(grace, 'alan@contoso.example').getByRole('button', { name: 'Approve' }).click();
    await grace.see('Waiting for others (1)');
    await card(mary, 'alan@contoso.example').getByText('1 of 2').waitFor();
    await mary.page.getByLabel('Comment, kept with the run').fill('A colleague travels');
    await mary.page.reload();
    expect(await mary.page.getByLabel('Comment, kept with the run').inputValue()).toBe('A colleague travels');
    await mary.page.getByRole('button', { name: 'Deny' }).click();
    for (const tab of [grace, mary]) await decided(tab).getByRole('row', { name: /Denied .*A colleague travels/ }).waitFor();
    await mary.page.getByLabel('Outcome').selectOption('Denied');
    await decided(mary).getByRole('row', { name: /Approved/ }).waitFor({ state: 'detached' });
    await decided(mary).getByRole('row', { name: /Denied/ }).waitFor();
    expect([...grace.faults, ...mary.faults]).toEqual([]);
  });

  it('the page behind the link of a mail looks as the console does, and is decided by the keyboard alone', async () => {
    await askingRun('barbara@contoso.example');
    const { notice } = (await until(() => app.lab.notices.find(({ address, notice: { kind, subject } }) => address === 'grace@contoso.example' && kind === 'REQUEST' && subject.includes('barbara')), (sent) => sent !== undefined)) ?? {};
    await using console = await ConsoleTab.signedIn(browser, app.admin, '/approvals');
    await using tab = await ConsoleTab.open(browser, notice?.decideUrl ?? '');
    const look = (which: ConsoleTab) => which.page.evaluate('(({ color, backgroundColor, fontFamily }) => ({ color, backgroundColor, fontFamily }))(getComputedStyle(document.body))');
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const one of [console, tab]) await one.page.emulateMedia({ colorScheme });
      expect(await look(tab)).toEqual(await look(console));
    }
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByLabel('Comment, kept with the run').focus();
    await tab.page.keyboard.type('By mail');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Enter');
    await tab.page.getByRole('heading', { name: 'You approved it' }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await decided(console).getByRole('row', { name: /Approved .*barbara.* By mail/ }).waitFor();
    expect([...tab.faults, ...console.faults]).toEqual([]);
  });

  it('whoever started a run is told that others decide it, and that a contact could not be told', async () => {
    app.lab.send = () => Promise.reject(new ActionError('MAILBOX_GONE', 'The mailbox is gone.'));
    await askingRun('edsger@contoso.example');
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/approvals', { width: 360, colorScheme: 'dark' });
    await tab.see('You started these runs, or have decided already.');
    await tab.see(/Waiting for others/);
    await tab.see(/grace@contoso.example could not be told: .*The mailbox is gone/);
    expect(await tab.page.getByRole('button', { name: /Approve|Deny/ }).count()).toBe(0);
    expect(await tab.hindrances()).toEqual([]);
    expect(tab.faults).toEqual([]);
  });
});
