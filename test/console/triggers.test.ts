import type { Browser } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { ConsoleTab } from '../support/console.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTrigger, ingest, updateTrigger } from '../support/triggers.js';
import { until } from '../support/until.js';

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('the pages of triggers', () => {
  let app: TestApp;
  let browser: Browser;
  let playbookId: string;

  beforeAll(async () => {
    [app, browser] = await Promise.all([startTestApp(), startBrowser()]);
    playbookId = (await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: await app.admin.connect() }], { name: 'Contain' })).id;
  });
  afterAll(async () => {
    await browser.close();
    await app[Symbol.asyncDispose]();
  });

  const saved = async (id: string) =>
    (await app.admin.ask<{ trigger: { name: string; conditions: unknown; cooldown: string | null; active: boolean; playbooks: { id: string }[] } | null }>('query ($id: ID!) { trigger(id: $id) { name conditions { field matcher values } cooldown active playbooks { id } } }', { id })).trigger;

  it('lead by the keyboard from nothing over a new trigger and its test to its page', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/triggers');
    const { page } = tab;
    await tab.see('There are no triggers yet');
    expect(await tab.hindrances()).toEqual([]);
    await page.getByRole('link', { name: 'New trigger' }).press('Enter');
    await page.getByLabel('Waits for').selectOption('Signal');
    await tab.see('Something happened in the laboratory.');
    await page.getByLabel('Name').fill('Night watch');

    await page.getByRole('button', { name: 'Add condition' }).press('Enter');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Field of condition 1');
    await page.getByLabel('Field of condition 1').selectOption('Level');
    await page.getByLabel('Matcher of condition 1').selectOption('Is one of');
    await page.getByRole('combobox', { name: 'Value of condition 1' }).fill('medium');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Playbooks' }).fill('Cont');
    await page.getByRole('option', { name: 'Contain' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Test' }).press('Enter');
    await tab.see('Condition 1 does not hold: Level is one of medium. Seen: "high".');
    expect(await tab.hindrances()).toEqual([]);
    await page.getByLabel('Matcher of condition 1').selectOption('Is none of, or is absent');
    await page.getByRole('button', { name: 'Test' }).press('Enter');
    await tab.see('It would fire.');
    await page.getByRole('listitem').filter({ hasText: 'ada@contoso.example' }).waitFor();

    await page.reload();
    expect(await page.getByLabel('Name').inputValue()).toBe('Night watch');
    await page.getByRole('button', { name: 'Create trigger' }).press('Enter');
    await tab.see('It has not fired yet');
    expect(await tab.hindrances()).toEqual([]);
    const [, id = ''] = /triggers\/(trg_\w+)/.exec(page.url()) ?? [];
    expect(await saved(id)).toEqual({ name: 'Night watch', conditions: [{ field: 'level', matcher: 'IS_NOT_ONE_OF', values: ['medium'] }], cooldown: null, active: true, playbooks: [{ id: playbookId }] });
    expect(tab.faults).toEqual([]);
  });

  it('show what an event has fired as soon as it comes, and lead to its run', async () => {
    const { id } = await createTrigger(app, { name: 'Day watch', playbookIds: [playbookId] });
    await using tab = await ConsoleTab.signedIn(browser, app.admin, `/triggers/${id}`);
    const { page } = tab;
    await tab.see('It has not fired yet');
    await ingest(app, [{ id: 'night-1', user: 'grace@contoso.example', level: 'high' }]);
    await page.getByRole('row', { name: /grace@contoso.example Started a run/ }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await page.getByRole('row', { name: /grace@contoso.example/ }).getByRole('link').press('Enter');
    await tab.see('The run is over: Succeeded');
    await tab.see('trigger Day watch');
    await page.getByRole('link', { name: 'Triggers' }).click();
    await page.getByRole('row', { name: /Day watch Signal Active Contain .*Started a run/ }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  it('problems stand at their fields, and nothing that was typed is lost', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/triggers/new');
    const { page } = tab;
    await page.getByLabel('Waits for').selectOption('Signal');
    await page.getByRole('button', { name: 'Add condition' }).click();
    await page.getByLabel('Field of condition 1').selectOption('Score');
    await page.getByLabel('Value of condition 1').fill('many');
    await page.getByLabel('Expression').fill('event.nothing > 1');
    await page.getByLabel('Cooldown', { exact: true }).fill('99');
    await page.getByLabel('Cooldown: unit').selectOption('days');
    await page.getByRole('button', { name: 'Create trigger' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByRole('group', { name: 'Condition 1' }).getByText(/does not fit IS on score/).waitFor();
    for (const name of ['Name', 'Expression', 'Cooldown']) expect(await page.getByRole('textbox', { name, exact: true }).getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Value of condition 1').inputValue()).toBe('many');
    expect(await tab.hindrances()).toEqual([]);
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(new URL(page.url()).pathname).toBe('/triggers/new');
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard and leave' }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'New trigger' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('');
    expect(tab.faults).toEqual([]);
  });

  it('a newer version is shown beside the own one, and either can be kept', async () => {
    const { id, revision } = await createTrigger(app, { name: 'First name', cooldown: 'PT1H30M', playbookIds: [playbookId] });
    await using tab = await ConsoleTab.signedIn(browser, app.admin, `/triggers/${id}`);
    const { page } = tab;
    expect(await page.getByLabel('Cooldown', { exact: true }).inputValue()).toBe('90');
    await page.getByLabel('Name').fill('My name');
    await updateTrigger(app, { id, revision, name: 'Their name', active: false });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: 'Name My name Their name' }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'My name' }).waitFor();
    expect(await saved(id)).toMatchObject({ name: 'My name', cooldown: 'PT1H30M', active: true });

    await page.getByRole('combobox', { name: 'Playbooks' }).press('Backspace');
    await page.getByRole('button', { name: 'Save' }).click();
    await until(() => saved(id), (trigger) => trigger?.playbooks.length === 0);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Triggers' }).waitFor();
    expect(await saved(id)).toBeNull();
    expect(tab.faults).toEqual([]);
  });

  it('shows by a chart and a table how often it would have fired, and tests with one of the events that were received', async () => {
    const { id } = await createTrigger(app, { name: 'Backtested', active: false, conditions: [{ field: 'level', matcher: 'IS', values: ['low'] }] });
    await ingest(app, [{ id: 'old-1', user: 'ada@contoso.example', level: 'low' }, { id: 'old-2', user: 'ada@contoso.example', level: 'high' }]);
    await using tab = await ConsoleTab.signedIn(browser, await app.clientWith('VIEWER'), `/triggers/${id}`);
    const { page } = tab;
    await page.getByLabel('Event', { exact: true }).selectOption('One that was received');
    await page.getByLabel('Received').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Test' }).click();
    await tab.see(/Condition 1 does not hold: Level is low. Seen: "high"/);
    await page.getByLabel('Event', { exact: true }).selectOption('One of your own');
    await page.getByLabel('What it tells, as JSON').fill('{');
    await tab.see(/This is no JSON/);
    await page.getByLabel('What it tells, as JSON').fill('{"level":"low"}');
    await page.getByRole('button', { name: 'Test' }).click();
    await tab.see('The trigger is not active: nothing would be started.');
    await page.getByRole('tab', { name: 'On the events of the past' }).click();
    await page.getByRole('button', { name: 'Backtest' }).click();
    await tab.see(/It would have fired once: 1 of \d+ events match/);
    await page.getByRole('img', { name: /firings per day/ }).locator('svg').first().waitFor();
    await page.getByText('As a table').click();
    expect(await page.getByRole('region', { name: /firings per day/ }).getByRole('row').count()).toBeGreaterThanOrEqual(31);
    expect(await tab.hindrances()).toEqual([]);
    expect(await page.getByRole('button', { name: /Save|Delete/ }).count()).toBe(0);
    expect(await page.getByLabel('Name').isDisabled()).toBe(true);
    expect(tab.faults).toEqual([]);
  });

  it('the address of a trigger that is not there says so', async () => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, '/triggers/trg_00000000000000000000000000');
    await tab.see(/It was deleted, or you may not see it/);
    expect(tab.faults).toEqual([]);
  });
});
