import type { Browser } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { ConsoleTab } from '../support/console.js';
import { Lab, LAB_SANDBOX } from '../support/lab-plugin.js';
import { labRegistry, startTestApp, type TestApp } from '../support/test-app.js';

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('the sign-in', () => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    [app, browser] = await Promise.all([startTestApp({ runsEngine: false, registry: labRegistry(new Lab(), { sandbox: LAB_SANDBOX }) }), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await app[Symbol.asyncDispose]();
  });

  it('takes a key, refuses a wrong one, hinders nobody, and the page behind it says that it is a sandbox', async () => {
    await using tab = await ConsoleTab.open(browser, `${app.app.url}/runs`);
    await tab.page.getByLabel('API key').fill('cmk_wrong');
    await tab.page.keyboard.press('Enter');
    await tab.see(/This key is not valid/);
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByLabel('API key').fill(app.admin.key);
    await tab.page.keyboard.press('Enter');
    await tab.page.getByText('Sandbox', { exact: true }).waitFor();
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByRole('button', { name: 'Sign out' }).click();
    await tab.page.getByLabel('API key').waitFor();
    // The router keeps how far pages were scrolled, and nothing else is left.
    expect(await tab.page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('countermeasure'))")).toEqual([]);
    expect(await tab.page.evaluate('JSON.stringify(sessionStorage)')).not.toContain(app.admin.key);
    expect(tab.faults).toEqual([]);
  });
});
