import type { Browser, WebSocketRoute } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { ConsoleTab } from '../support/console.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('the page of a run', () => {
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

  /** A run that goes on until it is let. */
  async function heldRun(): Promise<{ runId: string; letGo: () => void }> {
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>();
    app.lab.behaviours.set('alpha', () => gate);
    const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }, { action: 'lab:alpha', key: 'again', connectionId }]);
    return { runId: await app.admin.run(playbook.id, { reason: 'A sign-in from nowhere' }), letGo };
  }

  async function askingRun(): Promise<string> {
    app.lab.behaviours.delete('alpha');
    const approval = { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }] };
    return app.admin.run((await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, approval }])).id);
  }

  const events = (tab: ConsoleTab) => tab.page.getByRole('list', { name: 'Events' }).getByRole('listitem');

  it('is followed by two browsers to its end, and a reload in the middle loses nothing', async () => {
    const { runId, letGo } = await heldRun();
    await using one = await ConsoleTab.signedIn(browser, app.admin, `/runs/${runId}`);
    await using other = await ConsoleTab.signedIn(browser, await app.clientWith('VIEWER'), `/runs/${runId}`);
    for (const tab of [one, other]) await tab.see('Running');
    await other.page.reload();
    await other.see('Running');
    letGo();
    const { length } = await app.admin.follow(runId);
    for (const tab of [one, other]) {
      await tab.see('The run is over: Succeeded');
      await events(tab).nth(length - 1).waitFor();
      expect(await events(tab).count()).toBe(length);
      expect(tab.faults).toEqual([]);
    }
    expect(await one.page.title()).toBe('Succeeded · A playbook · Countermeasure');
  });

  it('after a cut connection it goes on behind the event that was seen last, and says meanwhile that it is cut', async () => {
    const { runId, letGo } = await heldRun();
    const sockets: WebSocketRoute[] = [];
    const sent: string[] = [];
    let isAway = false;
    await using tab = await ConsoleTab.signedIn(browser, app.admin, `/runs/${runId}`, {
      setUp: (page) =>
        page.routeWebSocket(/\/graphql/, (socket) => {
          if (isAway) return void socket.close({ code: 1012 });
          sockets.push(socket);
          const server = socket.connectToServer();
          socket.onMessage((message) => {
            sent.push(String(message));
            server.send(message);
          });
        }),
    });
    await tab.see('Running');
    const seen = await events(tab).count();
    isAway = true;
    await sockets.at(-1)?.close({ code: 1012 });
    await tab.see('The service cannot be reached');
    letGo();
    await app.admin.follow(runId);
    isAway = false;
    await tab.see('The run is over: Succeeded');
    const { length } = (await app.admin.read(runId)).events;
    await events(tab).nth(length - 1).waitFor();
    expect(await events(tab).count()).toBe(length);
    expect(sent.filter((message) => message.includes('runProgress')).at(-1)).toContain(`"after":${seen}`);
    await tab.page.getByText('The service cannot be reached').waitFor({ state: 'detached' });
    expect(tab.faults).toEqual([]);
  });

  it('whoever may decide approves on it, with a comment that outlives a reload; whoever may not is only shown that it waits', async () => {
    const runId = await askingRun();
    await using viewer = await ConsoleTab.signedIn(browser, await app.clientWith('VIEWER'), `/runs/${runId}`);
    await using approver = await ConsoleTab.signedIn(browser, await app.clientOf('grace@contoso.example', 'APPROVER'), `/runs/${runId}`);
    await viewer.see('Waiting for approval');
    await approver.page.getByLabel('Comment, kept with the run').fill('Seen it');
    await approver.page.reload();
    expect(await approver.page.getByLabel('Comment, kept with the run').inputValue()).toBe('Seen it');
    expect(await approver.hindrances()).toEqual([]);
    await approver.page.getByRole('button', { name: 'Approve' }).click();
    for (const tab of [viewer, approver]) await tab.see('The run is over: Succeeded');
    await viewer.see(/approved.*: Seen it/);
    expect(await viewer.page.getByRole('button', { name: /Approve|Deny|Cancel|Retry|Undo/ }).count()).toBe(0);
    expect([...viewer.faults, ...approver.faults]).toEqual([]);
  });

  it('a refusal is told in the words of the service, and the comment stays', async () => {
    const runId = await askingRun();
    await using tab = await ConsoleTab.signedIn(browser, app.admin, `/runs/${runId}`);
    await tab.page.getByLabel('Comment, kept with the run').fill('My own');
    await tab.page.getByRole('button', { name: 'Approve' }).click();
    await tab.page.getByRole('alert').getByText(/started/).waitFor();
    expect(await tab.page.getByLabel('Comment, kept with the run').inputValue()).toBe('My own');
    await tab.page.getByRole('button', { name: 'Cancel run' }).click();
    await tab.page.getByRole('dialog').getByLabel('Why').fill('A false alarm');
    expect(await tab.hindrances()).toEqual([]);
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Cancel run' }).click();
    await tab.see('The run is over: Canceled');
    await tab.page.getByRole('button', { name: 'Retry' }).click();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await tab.see('the run before');
    expect(tab.page.url()).not.toContain(runId);
    expect(tab.faults).toEqual([]);
  });

  it('a step that failed tells what a person can do, and every attempt', async () => {
    app.lab.unknownTargets.add('nobody@contoso.example');
    app.lab.behaviours.delete('alpha');
    const { id } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
    const runId = await app.admin.run(id, { target: { kind: 'USER', id: 'nobody@contoso.example' } });
    await using tab = await ConsoleTab.signedIn(browser, app.admin, `/runs/${runId}`);
    await tab.see('The run is over: Failed');
    const [step] = (await app.admin.read(runId)).steps;
    await tab.see(step?.error?.message ?? 'an error');
    expect(await tab.hindrances()).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  it.each(['run_00000000000000000000000000', 'nonsense'])('the address of a run that is not there says so (%s)', async (id) => {
    await using tab = await ConsoleTab.signedIn(browser, app.admin, `/runs/${id}`);
    await tab.page.getByRole('alert').first().waitFor();
    await tab.see(/It was deleted, or you may not see it|Correct what is named here/);
    expect(tab.faults).toEqual([]);
  });
});
