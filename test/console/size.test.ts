import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const BUILD = path.join(import.meta.dirname, '../../console/dist');
const MOST_BYTES = 250_000;

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
}

const manifest = JSON.parse(readFileSync(path.join(BUILD, '.vite/manifest.json'), 'utf8')) as Readonly<Record<string, Chunk>>;

function withImports(names: readonly string[], known = new Set<string>()): Set<string> {
  for (const name of names) {
    if (known.has(name)) continue;
    known.add(name);
    withImports(manifest[name]?.imports ?? [], known);
  }
  return known;
}

const bytesOf = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + gzipSync(readFileSync(path.join(BUILD, manifest[name]?.file ?? '')), { level: 9 }).length, 0);

const [entry] = Object.entries(manifest).filter(([, { isEntry }]) => isEntry);
/** Those that an address opens; a dialog comes when it is asked for. */
const pages = Object.keys(manifest).filter((name) => /^src\/pages\/.*Page\.tsx$/.test(name));

test.each(pages)(`the first load of the console at %s is below ${MOST_BYTES / 1_000} kB of compressed JavaScript`, (page) => {
  const bytes = bytesOf(withImports([entry?.[0] ?? '', page]));
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(MOST_BYTES);
});
