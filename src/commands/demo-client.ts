import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

export interface DemoEvent {
  readonly sequence: number;
  readonly type: string;
  readonly message: string;
  /** Where the event's step stands among all; undefined: the run as a whole. */
  readonly step: { readonly position: number; readonly count: number } | undefined;
}

interface FollowedEvent {
  readonly sequence: number;
  readonly type: string;
  readonly message: string;
  readonly step: { readonly id: string } | null;
  readonly run: { readonly steps: readonly { readonly id: string }[] };
}

/** The API as any client uses it: operations over HTTP, progress over a WebSocket. */
export class DemoClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  async createConnection(provider: string, name: string, settings: object): Promise<string> {
    const { createConnection } = await this.send<{ createConnection: { connection: { id: string } } }>(
      'mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { connection { id } } }',
      { input: { provider, name, settings } },
    );
    return createConnection.connection.id;
  }

  async createPlaybook(name: string, steps: readonly object[]): Promise<string> {
    const { createPlaybook } = await this.send<{ createPlaybook: { playbook: { id: string } } }>(
      'mutation ($input: CreatePlaybookInput!) { createPlaybook(input: $input) { playbook { id } } }',
      { input: { name, steps } },
    );
    return createPlaybook.playbook.id;
  }

  async runPlaybook(playbookId: string, targetId: string, reason: string): Promise<{ runId: string; followUrl: string }> {
    const { runPlaybook } = await this.send<{ runPlaybook: { run: { id: string; followUrl: string } } }>(
      'mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id followUrl } } }',
      { input: { playbookId, target: { kind: 'USER', id: targetId }, reason } },
    );
    return { runId: runPlaybook.run.id, followUrl: runPlaybook.run.followUrl };
  }

  /** Tells every event of a run until it is over. */
  async follow(runId: string, tell: (event: DemoEvent) => void): Promise<void> {
    const socket = createClient({ url: `${this.url.replace(/^http/, 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${this.key}` } });
    const events = socket.iterate<{ runProgress: FollowedEvent }>({
      query: 'subscription ($runId: ID!) { runProgress(runId: $runId) { sequence type message step { id } run { steps { id } } } }',
      variables: { runId },
    });
    try {
      for await (const { data, errors } of events) {
        if (!data) throw new Error(`The run cannot be followed: ${errors?.map(({ message }) => message).join(' ') ?? 'no data came'}`);
        const { sequence, type, message, step, run } = data.runProgress;
        const position = run.steps.findIndex(({ id }) => id === step?.id);
        tell({ sequence, type, message, step: position < 0 ? undefined : { position, count: run.steps.length } });
      }
    } finally {
      await socket.dispose();
    }
  }

  private async send<Data>(query: string, variables: object): Promise<Data> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
    if (!data || errors) throw new Error(errors?.map(({ message }) => message).join(' ') ?? `The service answered ${response.status}.`);
    return data;
  }
}
