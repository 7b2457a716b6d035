import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** One line of the table. */
export interface Figure {
  readonly part: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the value may not be above; a figure without one is there to be known. */
  readonly limit?: number;
  /** What the value may not be below. */
  readonly atLeast?: number;
}

export function isKept({ value, limit = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }: Figure): boolean {
  return value <= limit && value >= atLeast;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError('There is no median of nothing.');
  return sorted.length % 2 === 1 ? middle : (middle + (sorted[sorted.length / 2 - 1] ?? middle)) / 2;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** How long something takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

export function print(figures: readonly Figure[]): void {
  console.table(figures.map((figure) => ({ part: figure.part, what: figure.what, value: rounded(figure.value), unit: figure.unit, 'at most': figure.limit ?? '', 'at least': figure.atLeast ?? '', kept: isKept(figure) })));
}

/** Writes the figures as JSON; returns where. */
export function keep(figures: readonly Figure[]): string {
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const at = new Date().toISOString();
  const file = path.join(folder, `events-${at.replace(/[:.]/g, '-')}.json`);
  const machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model, memoryGiB: rounded(os.totalmem() / 2 ** 30), node: process.version };
  writeFileSync(file, `${JSON.stringify({ at, machine, figures: figures.map((figure) => ({ ...figure, kept: isKept(figure) })) }, null, 2)}\n`);
  return file;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
