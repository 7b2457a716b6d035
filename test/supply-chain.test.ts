import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..');
const REGISTRY = 'https://registry.npmjs.org/';

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

interface Manifest {
  readonly allowScripts?: Readonly<Record<string, boolean>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as T;
const locked = Object.entries(readJson<{ packages: Readonly<Record<string, LockedPackage>> }>('package-lock.json').packages);
const installed = locked.filter(([place, { link }]) => place.includes('node_modules/') && link !== true);
const nameOf = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
const manifests = ['package.json', ...globSync(['sdk/package.json', 'plugins/*/package.json', 'console/package.json'], { cwd: ROOT })];

test('every package of the lock file comes from the npm registry, and its content is fixed by a hash', () => {
  expect(installed.length).toBeGreaterThan(300);
  expect(installed.filter(([, { resolved = REGISTRY }]) => !resolved.startsWith(REGISTRY)).map(([place, { resolved }]) => `${place} from ${resolved}`)).toEqual([]);
  expect(installed.filter(([, { integrity = '' }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity)).map(([place]) => place)).toEqual([]);
});

test('what the lock file links to is a part of this repository, and none of it is fetched', () => {
  const links = locked.filter(([, { link }]) => link === true).map(([, { resolved = '' }]) => resolved);
  expect(links.map((folder) => path.posix.join(folder, 'package.json')).sort()).toEqual(manifests.filter((file) => file !== 'package.json').sort());
});

test('no package runs a script when it is installed unless it is listed, and nothing is listed that runs none', () => {
  const { allowScripts = {} } = readJson<Manifest>('package.json');
  const withScripts = [...new Set(installed.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([place]) => nameOf(place)))];
  expect(Object.keys(allowScripts).sort()).toEqual(withScripts.sort());
});

test.each(manifests)('%s names exact versions, and nothing from elsewhere than the registry', (file) => {
  const { dependencies, devDependencies, optionalDependencies, scripts = {} } = readJson<Manifest>(file);
  const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version))).toEqual([]);
  // Whoever installs the repository runs nothing of it.
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
});
