import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TargetState } from '@countermeasure/sdk';
import { readConfig } from '../config.js';
import { createLogger } from '../kernel/logger.js';
import { DemoClient, type DemoEvent } from './demo-client.js';
import type { StartedSandbox } from './open-registry.js';
import { startService, type RunningService } from './serve.js';

const MARKS: Readonly<Record<string, string>> = { SUCCEEDED: '✓', FAILED: '✗', SKIPPED: '–', STARTED: '▸', VERIFYING: '◦', SCHEDULED: '↻' };

/** The main job in a terminal, on a service of its own with an empty database: whatever runs here already is not touched. */
export async function demo(): Promise<void> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-demo-'));
  try {
    // Only what belongs to the terminal is taken over: no database and no tenant of yours.
    const config = { ...readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' }), plugins: readConfig().plugins };
    const service = await startService(config, createLogger('warn'), 'all');
    const holds = await contain(service).finally(() => service.stop());
    console.log(holds ? '\nEverything is as it should be.' : '\nSomething is not as it should be.');
    if (!holds) process.exitCode = 1;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function contain({ app, opened, adminKey }: RunningService): Promise<boolean> {
  const [started] = opened.sandboxes;
  if (!started || adminKey === undefined) throw new Error('None of the listed plugins brings a sandbox, so there is nothing to demonstrate on.');
  const { demonstration } = started.sandbox;
  const client = new DemoClient(app.url, adminKey);
  console.log(`\nCountermeasure, on a SANDBOX of ${started.title}: nothing here reaches a real tenant.\n`);
  const before = demonstration.readState();
  print('Before', before);

  const { runId, followUrl } = await startRun(client, started);
  console.log(`\nThe run ${runId} is followed live, as on ${followUrl}\n`);
  const startedAt = Date.now();
  const events: DemoEvent[] = [];
  await client.follow(runId, (event) => {
    events.push(event);
    console.log(progressLine(event, Date.now() - startedAt));
  });

  const after = demonstration.readState();
  console.log('');
  print('After', after);
  const claims = [
    { claim: 'the run succeeded', holds: events.at(-1)?.type === 'RUN_SUCCEEDED' },
    { claim: `every progress event came once and in sequence, 1 to ${events.length}`, holds: events.length > 0 && events.every(({ sequence }, index) => sequence === index + 1) },
    ...demonstration.judge(before, after),
  ];
  console.log('');
  for (const { claim, holds } of claims) console.log(`  ${holds ? '✓' : '✗'} ${claim}`);
  return claims.every(({ holds }) => holds);
}

async function startRun(client: DemoClient, { providerId, sandbox }: StartedSandbox): Promise<{ runId: string; followUrl: string }> {
  const { playbookName, reason, actionNames } = sandbox.demonstration;
  const connectionId = await client.createConnection(providerId, sandbox.connectionName, sandbox.connectionSettings);
  const playbookId = await client.createPlaybook(playbookName, actionNames.map((name) => ({ action: `${providerId}:${name}`, connectionId })));
  console.log(`\nThe playbook "${playbookName}": ${actionNames.join(', ')}.`);
  return client.runPlaybook(playbookId, sandbox.exampleTargetId, reason);
}

function print(title: string, state: TargetState): void {
  console.log(title);
  for (const [name, value] of Object.entries(state)) console.log(`  ${name.padEnd(20)} ${value}`);
}

function progressLine({ sequence, type, message, step }: DemoEvent, elapsedMs: number): string {
  const mark = MARKS[type.split('_').at(-1) ?? ''] ?? ' ';
  const place = step ? `[${'█'.repeat(step.position + 1)}${'░'.repeat(step.count - step.position - 1)}]` : '';
  return `  ${String(sequence).padStart(3)}  ${(elapsedMs / 1_000).toFixed(2).padStart(6)} s  ${mark} ${type.padEnd(20)} ${place} ${message}`;
}
