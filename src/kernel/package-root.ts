import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder that holds package.json: one up from the sources, two up from the build. */
export const packageRoot = findPackageRoot(import.meta.dirname);

export const packageVersion = readVersion();

function findPackageRoot(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  return findPackageRoot(path.dirname(folder));
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}
