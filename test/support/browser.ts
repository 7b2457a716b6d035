import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Chromium is not an npm package: where the machine has none, what needs it is skipped, unless CHROMIUM_REQUIRED says that it must be there. */
const executablePath = [process.env['CHROMIUM_PATH'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));

export const hasBrowser = executablePath !== undefined || process.env['CHROMIUM_REQUIRED'] !== undefined;

export function startBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no Chromium on this machine: install it, or name it by CHROMIUM_PATH.');
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
