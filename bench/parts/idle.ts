import { openSubscribers, setScene } from '../fanout/subscribed-run.ts';
import type { Figure } from '../figures.ts';
import { Inspector } from '../inspector.ts';
import { residentBytesOf } from '../process-usage.ts';
import { startService } from '../processes.ts';

const FEW = 500;
const MANY = 2_500;
const AT_MOST_KB = 20;

interface Memory {
  readonly heap: number;
  readonly resident: number;
}

/** What the process of the API holds for each subscriber that waits for the next event of a run, as the slope between few and many of them. */
export async function measureIdle(): Promise<Figure[]> {
  await using service = await startService({ env: { NODE_OPTIONS: '--inspect=127.0.0.1:0' } });
  await using inspector = await Inspector.open(() => service.api.stderr);
  const memory = async (): Promise<Memory> => {
    const heap = await inspector.heapAfterCollection();
    return { heap, resident: residentBytesOf(service.api.pid) };
  };
  const { wanted } = await setScene(service, MANY);
  await using _few = await openSubscribers({ ...wanted, sockets: FEW });
  const few = await memory();
  await using _more = await openSubscribers({ ...wanted, sockets: MANY - FEW });
  const many = await memory();
  const each = (of: keyof Memory): number => (many[of] - few[of]) / (MANY - FEW) / 1_000;
  return [
    { part: 'idle', what: 'what V8 holds for a subscriber that waits, buffers counted', value: each('heap'), unit: 'kB', limit: AT_MOST_KB },
    { part: 'idle', what: 'what the process holds for it', value: each('resident'), unit: 'kB', limit: AT_MOST_KB },
  ];
}
