import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import entraPlugin from '@countermeasure/plugin-entra-id';
import notifyPlugin from '@countermeasure/plugin-notify';
import { AUDIT_ACTIONS } from '../src/auth/audit-trail.js';
import { ENVIRONMENT } from '../src/config.js';
import { ERROR_CODES } from '../src/kernel/errors.js';
import { HOOK_REFUSALS } from '../src/triggers/hook-refused.js';
import { permissionsPage } from './auth/matrix/permissions-page.js';

const ROOT = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const firstCells = (text: string): string[] => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell);
const variables = [...new Set([ENVIRONMENT, entraPlugin.provider.environment, ...notifyPlugin.channels.map(({ environment }) => environment)].flatMap(({ shape }) => Object.keys(shape)))];

test('docs/errors.md tells every code that a request can be refused with, and no other', () => {
  const [, requests = ''] = read('docs/errors.md').split(/^## /m);
  expect(firstCells(requests).sort()).toEqual(Object.keys(ERROR_CODES).sort());
});

test('docs/errors.md tells every code that a step can fail with', () => {
  const files = ['src/engine/step-failure.ts', 'src/runs/claim-steps.ts', 'src/runs/resolve-step.ts', 'plugins/entra-id/src/graph-error.ts', 'plugins/entra-id/src/identity-error.ts', 'plugins/entra-id/src/network-error.ts', 'plugins/entra-id/src/aadsts.ts', 'plugins/entra-id/src/check.ts', 'src/connections/connection-clients.ts', 'src/guardrails/protection.ts', 'plugins/entra-id/src/actions/clear-user-sessions.ts'];
  const codes = files.flatMap((file) => [...read(file).matchAll(/(?:code: |new ActionError\()'([A-Z_]+)'/g), ...read(file).matchAll(/\? '([A-Z_]+)' : '([A-Z_]+)', message/g)].flatMap(([, ...found]) => found));
  const told = firstCells(read('docs/errors.md'));
  expect(codes.length).toBeGreaterThan(15);
  expect(codes.filter((code) => !told.includes(code))).toEqual([]);
});

test('docs/configuration.md and .env.example tell every variable, and no other', () => {
  expect(firstCells(read('docs/configuration.md')).sort()).toEqual([...variables].sort());
  expect([...read('.env.example').matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name).sort()).toEqual([...variables].sort());
});

test('docs/permissions.md is what the tables say (UPDATE_PERMISSIONS=1 rewrites it)', () => {
  if (process.env['UPDATE_PERMISSIONS']) writeFileSync(path.join(ROOT, 'docs/permissions.md'), permissionsPage());
  expect(read('docs/permissions.md')).toBe(permissionsPage());
});

test('docs/audit.md tells every action of the audit log with its meaning, and no other', () => {
  const rows = Object.entries(AUDIT_ACTIONS).map(([action, text]) => `| \`${action}\` | ${text} |`);
  expect(read('docs/audit.md').split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
});

test('docs/events.md tells every refusal of a hook with its status and meaning, and no other', () => {
  const rows = Object.entries(HOOK_REFUSALS).map(([code, { status, text }]) => `| \`${code}\` | ${status} | ${text} |`);
  expect(read('docs/events.md').split('\n').filter((line) => line.startsWith('| `') && / \d{3} \| /.test(line))).toEqual(rows);
});

test('every decision has its four parts', () => {
  for (const file of readdirSync(path.join(ROOT, 'docs/adr'))) {
    expect(read(`docs/adr/${file}`)).toMatch(/^# \d+\. .+\n\n\*\*Status\*\*: [^]*\*\*Context\*\*: [^]*\*\*Decision\*\*: [^]*\*\*Consequences\*\*: /);
  }
});

test('every file that the documents point to is there', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'sdk/*.md', 'plugins/*/*.md'], { cwd: ROOT });
  expect(documents.length).toBeGreaterThan(15);
  for (const document of documents) {
    for (const [, target = ''] of read(document).matchAll(/\]\((?!https?:)([^)#]+)\)/g)) expect(() => lookFor(document, target)).not.toThrow();
  }
});

test('the Entra ID plugin\'s README names every action and permission', () => {
  const readme = read('plugins/entra-id/README.md');
  for (const { id, permissions } of entraPlugin.actions) for (const word of [id, ...permissions.map(({ name }) => name)]) expect(readme).toContain(`\`${word}\``);
});

function lookFor(document: string, target: string): void {
  const file = path.join(ROOT, path.dirname(document), target);
  if (!readdirSync(path.dirname(file)).includes(path.basename(file))) throw new Error(`${document} points to ${target}, which is not there.`);
}
