import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import plugin from '@countermeasure/plugin-entra-id';
import { decodeJwt, decodeProtectedHeader, importX509, jwtVerify } from 'jose';
import { generate } from 'selfsigned';
import { BY_SECRET, connect } from './connection.js';
import { answerAsMicrosoft, CLIENT_ID, CLIENT_SECRET, CLOUD_NAMES, CLOUDS, HOSTS, TENANT_ID, type CloudName } from './microsoft.js';
import { startRecorder, type Recorder, type WireCall } from './recorder.js';

const FEDERATED_TOKEN = 'e30.eyJzdWIiOiJ3b3JrbG9hZCJ9.c2lnbmF0dXJl';
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the library tells of itself, of no meaning to the sign-in. */
const TELEMETRY = /^(x-client-|x-ms-lib-capability$|client-request-id$|client_info$)/;

let recorder: Recorder;
let folder: string;
let certificate: string;

beforeAll(async () => {
  recorder = await startRecorder(HOSTS, answerAsMicrosoft);
  folder = await mkdtemp(join(tmpdir(), 'countermeasure-wire-'));
  const made = await generate([{ name: 'commonName', value: 'app' }], { keyType: 'rsa', keySize: 2_048, algorithm: 'sha256' });
  certificate = made.cert;
  await writeFile(join(folder, 'app.pem'), `${made.private}\n${made.cert}`, { mode: 0o600 });
  await writeFile(join(folder, 'federated-token'), FEDERATED_TOKEN, { mode: 0o600 });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await recorder.stop();
});

beforeEach(() => recorder.forget());

afterEach(() => expect(recorder.strays).toEqual([]));

const byCertificate = () => ({ ENTRA_CLIENT_ID: CLIENT_ID, ENTRA_CLIENT_CERTIFICATE_PATH: join(folder, 'app.pem') });
const byFederatedToken = () => ({ ENTRA_CLIENT_ID: CLIENT_ID, ENTRA_FEDERATED_TOKEN_FILE: join(folder, 'federated-token') });

/** Makes a connection prove itself, and answers the one call for a token that this takes. */
async function tokenCallOf(cloud: CloudName, environment: Readonly<Record<string, string>>, own?: object): Promise<WireCall & { form: Readonly<Record<string, string>> }> {
  await plugin.provider.resolveTarget({ client: connect(cloud, environment, own), target: { kind: 'USER', id: 'mira@contoso.example' }, signal: new AbortController().signal });
  const { authority, graph } = CLOUDS[cloud];
  const [call, ...rest] = recorder.calls;
  if (call === undefined) throw new Error('Nothing was asked of Microsoft.');
  expect(rest.map(({ host }) => host)).toEqual([graph, graph]);
  expect(call).toMatchObject({ method: 'POST', host: authority, path: `/${TENANT_ID}/oauth2/v2.0/token`, headers: { 'content-type': expect.stringMatching(/^application\/x-www-form-urlencoded/) } });
  expect(call.query).toEqual({ 'client-request-id': expect.stringMatching(GUID) });
  expect(call.headers).not.toHaveProperty('authorization');
  const fields = [...new URLSearchParams(call.body)].filter(([name]) => !TELEMETRY.test(name));
  return { ...call, form: Object.fromEntries(fields) };
}

/** @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
describe.each(CLOUD_NAMES)('in the cloud %s', (cloud) => {
  const { authority, graph } = CLOUDS[cloud];
  const request = { client_id: CLIENT_ID, grant_type: 'client_credentials', scope: `https://${graph}/.default` };

  test('a secret is sent in the form, and a token is asked for in one call', async () => {
    const { form } = await tokenCallOf(cloud, BY_SECRET);
    expect(form).toEqual({ ...request, client_secret: CLIENT_SECRET });
  });

  test('a certificate signs an assertion for this very endpoint, which is good for ten minutes', async () => {
    const { form } = await tokenCallOf(cloud, byCertificate());
    expect(form).toEqual({ ...request, client_assertion_type: JWT_BEARER, client_assertion: expect.any(String) });
    const assertion = form['client_assertion'] ?? '';
    const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint });
    const endpoint = `https://${authority}/${TENANT_ID}/oauth2/v2.0/token`;
    // Microsoft's library rounds to whole seconds, so an assertion may be from half a second ahead.
    const { payload } = await jwtVerify(assertion, await importX509(certificate, 'PS256'), { audience: endpoint, issuer: CLIENT_ID, subject: CLIENT_ID, clockTolerance: 1 });
    expect(payload).toEqual({ aud: endpoint, iss: CLIENT_ID, sub: CLIENT_ID, jti: expect.stringMatching(GUID), nbf: expect.any(Number), iat: expect.any(Number), exp: expect.any(Number) });
    expect((payload.exp ?? 0) - (payload.nbf ?? 0)).toBe(600);
  });

  test('a federated token is sent as it stands in its file', async () => {
    const { form } = await tokenCallOf(cloud, byFederatedToken());
    expect(form).toEqual({ ...request, client_assertion_type: JWT_BEARER, client_assertion: FEDERATED_TOKEN });
  });
});

describe('a credential of the connection\'s own', () => {
  const OWN_CLIENT_ID = '5a1c0d3e-0000-4000-8000-0000000000ff';
  const request = { client_id: OWN_CLIENT_ID, grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };

  test('takes the place of the environment\'s: a secret', async () => {
    const { form } = await tokenCallOf('PUBLIC', BY_SECRET, { clientId: OWN_CLIENT_ID, clientSecret: 'another secret' });
    expect(form).toEqual({ ...request, client_secret: 'another secret' });
  });

  test('takes the place of the environment\'s: a certificate', async () => {
    const certificatePem = await readFile(join(folder, 'app.pem'), 'utf8');
    const { form } = await tokenCallOf('PUBLIC', BY_SECRET, { clientId: OWN_CLIENT_ID, certificatePem });
    expect(form).toEqual({ ...request, client_assertion_type: JWT_BEARER, client_assertion: expect.any(String) });
    expect(decodeJwt(form['client_assertion'] ?? '')).toMatchObject({ iss: OWN_CLIENT_ID, sub: OWN_CLIENT_ID });
  });
});

test('a second client signs another assertion', async () => {
  const first = await tokenCallOf('PUBLIC', byCertificate());
  recorder.forget();
  const second = await tokenCallOf('PUBLIC', byCertificate());
  expect(first.form['client_assertion']).not.toBe(second.form['client_assertion']);
});
