import tls from 'node:tls';
import { generate } from 'selfsigned';
import notify from '@countermeasure/plugin-notify';
import entra from '@countermeasure/plugin-entra-id';
import { startSandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { registerChannels, registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { startSmtpServer } from '../support/smtp-server.js';
import { startTestApp } from '../support/test-app.js';

const testHere = hasBrowser ? test : test.skip;
const trusted = tls.getCACertificates('default');

afterEach(() => tls.setDefaultCACertificates(trusted));

/** A mail server as there are many: it takes nothing without TLS, and puts off the first mail of a stranger. */
async function startCautiousServer() {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'mail' }], { keyType: 'ec', extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }] });
  tls.setDefaultCACertificates([...trusted, cert]);
  let asked = 0;
  return startSmtpServer({
    key,
    cert,
    onMailFrom: (_address, { secure }, done) => done(secure ? null : Object.assign(new Error('TLS first.'), { responseCode: 530 })),
    onRcptTo: (_address, _session, done) => {
      asked += 1;
      done(asked > 1 ? null : Object.assign(new Error('Come back later.'), { responseCode: 450 }));
    },
  });
}

/** Mail scanners open everything that looks like a link, and some prefetch what they find there. */
async function scan(mail: string): Promise<number> {
  const urls = new Set([...mail.matchAll(/https?:\/\/[^\s"'<>]+/g)].map(([url]) => url.replaceAll('&amp;', '&')));
  for (const url of urls) {
    for (let visit = 0; visit < 20; visit += 1) {
      await (await fetch(url, { headers: { purpose: 'prefetch' } })).text();
      await fetch(url, { method: 'HEAD' });
    }
  }
  return urls.size;
}

testHere.each([
  ['Approve', 'You approved it', 'RUN_SUCCEEDED', false],
  ['Deny', 'You denied it', 'RUN_DENIED', true],
])('a mail arrives by TLS from a server that puts it off first, scanners open all that is in it, its link is opened in a browser, "%s" is pressed there, and the user is as decided', async (button, title, end, isEnabled) => {
  await using server = await startCautiousServer();
  await using tenant = await startSandboxTenant();
  const { provider } = registerProvider({ packageName: 'entra', plugin: entra }, tenant.environment);
  const { channels } = registerChannels({ packageName: 'notify', plugin: notify }, { SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'alerts@contoso.example' });
  await using app = await startTestApp({ registry: new Registry(provider ? [provider] : [], channels) });
  const connectionId = await app.admin.connect('entra-id', { tenantId: tenant.tenantId });
  const approval = { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example', name: 'Grace' }] };
  const playbook = await app.admin.createPlaybook([{ action: 'entra-id:suspend-user', connectionId, approval }]);
  const runId = await app.admin.run(playbook.id, { target: { kind: 'USER', id: tenant.exampleUser }, reason: 'Impossible travel' });
  await app.admin.follow(runId, 0, ({ message }) => message.includes('was asked to decide'));
  expect(tenant.journal.every(({ method, kind }) => method === 'GET' || kind === 'token')).toBe(true);

  const { text, html, isEncrypted } = server.mails[0] ?? { text: '', html: '', isEncrypted: false };
  const [link = ''] = /http:\/\/127\.0\.0\.1:\d+\/approvals\/[A-Za-z0-9_-]{43}/.exec(text) ?? [];
  expect(html).toContain(link);
  expect(isEncrypted).toBe(true);
  expect(await scan(`${text} ${html}`)).toBe(2);
  expect((await app.admin.read(runId)).status).toBe('WAITING_FOR_APPROVAL');
  await using browser = await startBrowser();
  const page = await browser.newPage();
  await page.goto(link);
  expect(await page.getByRole('main').innerText()).toContain('accountEnabled true → false');
  await page.getByLabel('Comment').fill('As seen in the browser.');
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('heading', { name: title }).waitFor();

  expect((await app.admin.follow(runId)).at(-1)?.type).toBe(end);
  expect(tenant.user(tenant.exampleUser).accountEnabled).toBe(isEnabled);
});
