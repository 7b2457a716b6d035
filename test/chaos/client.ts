import { setTimeout as delay } from 'node:timers/promises';
import type { GraphqlError } from '../support/test-client.ts';
import type { Random } from './random.ts';

/** What a request came to: data, a refusal, or nothing before its time was over. */
export type Answer<Data> = { readonly kind: 'DATA'; readonly data: Data } | { readonly kind: 'REFUSED'; readonly error: GraphqlError } | { readonly kind: 'NONE' };

const ANSWER_WITHIN_MS = 8_000;

/** Answers that say nothing about the request itself: a client comes again. */
const COME_AGAIN = ['INTERNAL_SERVER_ERROR', 'RATE_LIMITED'];

/** A client as a careful one is written: it asks any of the processes, and again with the same key when no answer comes. */
export class Client {
  constructor(
    private readonly urls: readonly string[],
    readonly key: string,
    private readonly random: Random,
  ) {}

  url(): string {
    return this.random.oneOf(this.urls);
  }

  async ask<Data>(query: string, variables: object, giveUpAt: number): Promise<Answer<Data>> {
    while (Date.now() < giveUpAt) {
      const answer = await this.send<Data>(query, variables).catch(() => undefined); // no answer: the process or its database is gone
      const [error] = answer?.errors ?? [];
      if (error && !COME_AGAIN.includes(error.extensions.code)) return { kind: 'REFUSED', error };
      if (answer?.data && !error) return { kind: 'DATA', data: answer.data };
      await delay(this.random.between(50, 400));
    }
    return { kind: 'NONE' };
  }

  private async send<Data>(query: string, variables: object): Promise<{ data?: Data; errors?: GraphqlError[] }> {
    const response = await fetch(`${this.url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return (await response.json()) as { data?: Data; errors?: GraphqlError[] };
  }
}
