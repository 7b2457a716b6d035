#!/usr/bin/env node
import { existsSync } from 'node:fs';

const NEEDED = 24;
const major = Number(process.versions.node.split('.')[0]);
const entry = new URL('../dist/src/main.js', import.meta.url);

if (major < NEEDED) {
  console.error(`countermeasure needs Node ${NEEDED}, and this is Node ${process.versions.node}: start it by "npm start" or "npx countermeasure", which bring their own.`);
  process.exit(1);
}
if (!existsSync(entry)) {
  console.error('countermeasure is not built yet: run "npm run build" first.');
  process.exit(1);
}
await import(entry.href);
