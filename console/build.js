import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = import.meta.dirname;
const ROOT = path.join(FOLDER, '..');
const STAMP = path.join(FOLDER, 'dist/.built-from');

/** Everything that the build depends on, as one word: what is built already from the same is not built again. */
function inputs() {
  const files = globSync(['console/*.*', 'console/src/**/*', 'schema/**/*.graphql', 'package-lock.json', 'tsconfig.base.json'], { cwd: ROOT, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith(path.join('src', 'gql')))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${path.relative(ROOT, file)}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

const now = inputs();
const isBuilt = existsSync(STAMP) && existsSync(path.join(FOLDER, 'src/gql')) && readFileSync(STAMP, 'utf8') === now;

if (!isBuilt) {
  // Both are slow to load, so only when they are needed.
  const [{ generate }, { build }, { codegen }] = await Promise.all([import('@graphql-codegen/cli'), import('vite'), import('./codegen.ts')]);
  rmSync(path.join(FOLDER, 'src/gql'), { recursive: true, force: true });
  await generate(codegen, true);
  await build({ configFile: path.join(FOLDER, 'vite.config.ts') });
  // The last thing: a build that was cut off is made anew.
  writeFileSync(STAMP, now);
}
