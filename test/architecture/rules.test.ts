import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(import.meta.dirname, '../..');

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** One planted violation per rule: where it stands, what it imports, and which rule is to see it. */
const PLANTS: readonly { readonly title: string; readonly rule: string; readonly file: string; readonly code: string }[] = [
  { title: 'a room that imports a later one', rule: 'kernel-imports-a-later-room', file: 'src/kernel/plant.ts', code: `import '../runs/target.js';` },
  { title: 'the engine reaching up to the API', rule: 'engine-imports-a-later-room', file: 'src/engine/plant.ts', code: `import '../graphql/target.js';` },
  { title: 'two files that import each other', rule: 'cycle', file: 'src/db/circle-a.ts', code: `import './circle-b.js';` },
  { title: 'a service that knows GraphQL', rule: 'core-knows-graphql', file: 'src/runs/plant.service.ts', code: `import 'type-graphql';` },
  { title: 'a service that knows a view', rule: 'core-knows-graphql', file: 'src/runs/second.service.ts', code: `import './target.view.js';` },
  { title: 'a view that knows a service', rule: 'view-knows-a-service', file: 'src/runs/plant.view.ts', code: `import './target.service.js';` },
  { title: 'a resolver that asks a store', rule: 'resolver-goes-past-the-service', file: 'src/runs/plant.resolver.ts', code: `import './target.store.js';` },
  { title: 'SQL outside the stores', rule: 'sql-outside-the-stores', file: 'src/runs/third.service.ts', code: `import 'typeorm';` },
  { title: 'a plugin that reaches into the service', rule: 'plugin-sees-past-the-sdk', file: 'plugins/planted/src/index.ts', code: `import '../../../src/kernel/target.js';` },
  { title: 'a plugin that reaches into another one', rule: 'plugin-sees-past-the-sdk', file: 'plugins/planted/src/other.ts', code: `import '../../second/src/target.js';` },
  { title: 'a plugin that imports its sandbox', rule: 'plugin-imports-its-sandbox', file: 'plugins/planted/src/play.ts', code: `import '../sandbox/target.js';` },
  { title: 'a sandbox that imports its plugin', rule: 'sandbox-imports-its-plugin', file: 'plugins/planted/sandbox/plant.ts', code: `import '../src/target.js';` },
  { title: 'the service naming a plugin', rule: 'src-names-a-plugin', file: 'src/registry/plant.ts', code: `import '../../plugins/second/src/target.js';` },
  { title: 'the sdk leaning on the service', rule: 'sdk-leans-on-the-service', file: 'sdk/src/plant.ts', code: `import '../../src/kernel/target.js';` },
  { title: 'the sdk needing more than zod', rule: 'sdk-needs-more-than-zod', file: 'sdk/src/second.ts', code: `import 'fastify';` },
  { title: 'somebody importing the wiring', rule: 'wiring-is-imported', file: 'src/http/plant.ts', code: `import '../app.js';` },
  { title: 'the console knowing more than the API', rule: 'console-knows-more-than-the-api', file: 'console/src/pages/one/plant.tsx', code: `import '../../../../src/kernel/target.js';` },
  { title: 'the service importing the console', rule: 'service-imports-the-console', file: 'src/http/fifth.ts', code: `import '../../console/src/pages/two/target.js';` },
  { title: 'a page of the console that reaches into another', rule: 'console-page-imports-another', file: 'console/src/pages/one/second.tsx', code: `import '../two/target.js';` },
  { title: 'a part of the console that knows a page', rule: 'console-parts-know-a-page', file: 'console/src/parts/plant.tsx', code: `import '../pages/two/target.js';` },
  { title: 'test code in the product', rule: 'test-code-in-the-product', file: 'src/http/second.ts', code: `import '../../test/target.js';` },
  { title: 'a development dependency in the product', rule: 'dev-dependency-in-the-product', file: 'src/http/third.ts', code: `import 'eslint';` },
  { title: 'a file that nobody needs', rule: 'orphan', file: 'src/http/orphan.ts', code: `export const alone = 1;` },
  { title: 'an import of nothing', rule: 'unresolvable', file: 'src/http/fourth.ts', code: `import './nowhere.js';` },
];

/** What the plants import. */
const TARGETS = [
  'src/kernel/target.ts', 'src/runs/target.ts', 'src/graphql/target.ts', 'src/runs/target.view.ts', 'src/runs/target.service.ts', 'src/runs/target.store.ts',
  'src/app.ts', 'plugins/second/src/target.ts', 'plugins/planted/src/target.ts', 'plugins/planted/sandbox/target.ts', 'test/target.ts', 'console/src/pages/two/target.tsx',
];

let violations: readonly Violation[];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-rules-'));
  const write = (file: string, code: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), `${code}\nexport {};\n`);
  };
  for (const file of TARGETS) write(file, '');
  for (const { file, code } of PLANTS) write(file, code);
  write('src/db/circle-b.ts', `import './circle-a.js';`);
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'tsconfig.base.json', 'package.json']) cpSync(path.join(ROOT, file), path.join(folder, file));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const arguments_ = [path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'), '--output-type', 'json', '--config', '.dependency-cruiser.cjs', 'src', 'sdk/src', 'plugins', 'console/src'];
  // It exits with the number of violations, of which there are many.
  const { stdout } = await promisify(execFile)(process.execPath, arguments_, { cwd: folder, maxBuffer: 64e6 }).catch((error: { stdout: string }) => error);
  violations = (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(PLANTS)('$title is caught by the rule $rule', ({ rule, file }) => {
  expect(violations.filter(({ from }) => from === file).map(({ rule: { name } }) => name)).toContain(rule);
});
