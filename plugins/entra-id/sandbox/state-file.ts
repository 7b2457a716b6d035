import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { tenantState } from './tenant-state.js';
import type { TenantState } from './tenant-state.js';

const MIN_WRITE_GAP_MS = 100;
/** A large state is written less often, so that writing never takes more than about a tenth of the process. */
const GAP_PER_WRITE_TIME = 10;

/** The state of an earlier start, or undefined when there was none. */
export async function readState(file: string): Promise<TenantState | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return tenantState.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON';
    throw new Error(
      `The sandbox tenant cannot read its state in ${file}: ${reason}. Delete the file to begin with a new tenant.`,
      { cause: error },
    );
  }
}

/** Writes beside the file and renames, so that a crash leaves the old state or the new one and never half of each. */
async function replaceFile(file: string, text: string): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`;
  await writeFile(beside, text, { mode: 0o600 });
  await rename(beside, file);
}

/** Keeps a file in step with the state: soon after each change, many changes in one write. */
export class StateFile {
  readonly #file: string;
  readonly #state: () => TenantState;
  readonly #failed: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isDirty = false;
  #gapMs = MIN_WRITE_GAP_MS;

  constructor(file: string, state: () => TenantState, failed: (error: unknown) => void) {
    this.#file = file;
    this.#state = state;
    this.#failed = failed;
  }

  /** Says that the state changed. */
  touch(): void {
    this.#isDirty = true;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write()).catch(this.#failed);
    }, this.#gapMs);
  }

  /** Writes what is not written yet, and rejects when that fails. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const startedMs = performance.now();
    try {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
      await replaceFile(this.#file, JSON.stringify(this.#state()));
    } catch (error) {
      this.#isDirty = true;
      throw error;
    } finally {
      this.#gapMs = Math.max(MIN_WRITE_GAP_MS, (performance.now() - startedMs) * GAP_PER_WRITE_TIME);
    }
  }
}
