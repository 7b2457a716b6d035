import { setTimeout as wait } from 'node:timers/promises';
import type { PluginLogger } from '@countermeasure/sdk';
import type { BehaviourSettings } from './behaviour.js';

export interface NotifierOptions {
  readonly behaviour: BehaviourSettings;
  readonly logger: PluginLogger;
  /** Aborted when the tenant stops: what has not arrived by then is lost. */
  readonly stopped: AbortSignal;
}

export interface Delivery {
  readonly url: string;
  readonly body: unknown;
  /** Asked before each try: nothing is sent for a subscription that has gone meanwhile. */
  readonly isWanted: () => boolean;
}

/** Posts to the addresses of clients; nobody waits for it. */
export class Notifier {
  readonly #options: NotifierOptions;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Sends in the background, again some times when it is not taken. */
  deliver(delivery: Delivery): void {
    const { logger, stopped } = this.#options;
    this.#deliver(delivery).catch((error: unknown) => {
      if (!stopped.aborted) logger.error({ error, url: delivery.url }, 'The sandbox tenant failed to send a notification.');
    });
  }

  async #deliver({ url, body, isWanted }: Delivery): Promise<void> {
    const { behaviour, logger, stopped } = this.#options;
    const text = JSON.stringify(body);
    for (const delayMs of [0, ...behaviour.notificationRetryDelaysMs]) {
      if (delayMs > 0) await wait(delayMs, undefined, { signal: stopped });
      if (stopped.aborted || !isWanted()) return;
      if (await this.#isTaken(url, text)) return;
    }
    logger.warn({ url }, 'A notification of the sandbox tenant was not taken: the address answers with no 2xx in time. It is not sent again.');
  }

  async #isTaken(url: string, text: string): Promise<boolean> {
    const { behaviour, stopped } = this.#options;
    const inTime = AbortSignal.any([stopped, AbortSignal.timeout(behaviour.notificationTimeoutMs)]);
    try {
      const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' }, body: text, redirect: 'manual', signal: inTime });
      await reply.body?.cancel();
      return reply.ok;
    } catch {
      // Not reached, or not in time: that is for the next try.
      return false;
    }
  }
}
