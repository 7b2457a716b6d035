import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly requestId?: string; readonly problems?: readonly { path: readonly (string | number)[]; message: string }[] };
}

export interface FollowedEvent {
  readonly sequence: number;
  readonly type: string;
  readonly message: string;
  readonly runStatus: string;
  readonly step: { readonly key: string } | null;
}

export interface NewStep {
  readonly key?: string;
  readonly action: string;
  readonly [setting: string]: unknown;
}

const EVENT = 'sequence type message runStatus step { key }';

/** A client of the API as ours are: HTTP for operations, a WebSocket to follow. */
export class TestClient {
  constructor(
    readonly url: string,
    readonly key: string,
  ) {}

  async post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}`, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async send<Data>(query: string, variables: object = {}): Promise<{ data?: Data; errors?: GraphqlError[] }> {
    return (await (await this.post({ query, variables })).json()) as { data?: Data; errors?: GraphqlError[] };
  }

  /** The data, or a failure that shows the errors. */
  async ask<Data>(query: string, variables: object = {}): Promise<Data> {
    const { data, errors } = await this.send<Data>(query, variables);
    if (errors || !data) throw new Error(`${query}\n${JSON.stringify(variables)}\n${JSON.stringify(errors, null, 2)}`);
    return data;
  }

  /** The one error that the operation is refused with. */
  async refusal(query: string, variables: object = {}): Promise<GraphqlError> {
    const { errors, data } = await this.send(query, variables);
    if (errors?.length !== 1 || !errors[0]) throw new Error(`Expected one error, got ${JSON.stringify({ errors, data })}`);
    return errors[0];
  }

  async connect(provider = 'lab', settings: object = { tenantId: 'tenant-1' }): Promise<string> {
    const { createConnection } = await this.ask<{ createConnection: { connection: { id: string } } }>(
      'mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { connection { id } } }',
      { input: { provider, name: 'A tenant', settings } },
    );
    return createConnection.connection.id;
  }

  async createPlaybook(steps: readonly NewStep[], more: object = {}): Promise<{ id: string; revision: number; steps: { id: string; key: string }[] }> {
    const { createPlaybook } = await this.ask<{ createPlaybook: { playbook: { id: string; revision: number; steps: { id: string; key: string }[] } } }>(
      'mutation ($input: CreatePlaybookInput!) { createPlaybook(input: $input) { playbook { id revision steps { id key } } } }',
      { input: { name: 'A playbook', steps, ...more } },
    );
    return createPlaybook.playbook;
  }

  async run(playbookId: string, more: object = {}): Promise<string> {
    const { runPlaybook } = await this.ask<{ runPlaybook: { run: { id: string } } }>('mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }', {
      input: { playbookId, target: { kind: 'USER', id: 'ada@contoso.example' }, ...more },
    });
    return runPlaybook.run.id;
  }

  /** Follows a run over a socket of its own, until it ends or `isEnough`. */
  async follow(runId: string, after = 0, isEnough: (event: FollowedEvent) => boolean = () => false): Promise<FollowedEvent[]> {
    const socket = createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.key}` },
      retryAttempts: 0,
    });
    const events: FollowedEvent[] = [];
    try {
      const results = socket.iterate<{ runProgress: FollowedEvent }>({
        query: `subscription ($runId: ID!, $after: Int) { runProgress(runId: $runId, after: $after) { ${EVENT} } }`,
        variables: { runId, after },
      });
      for await (const { data, errors } of results) {
        if (!data) throw new Error(JSON.stringify(errors));
        events.push(data.runProgress);
        if (isEnough(data.runProgress)) break;
      }
      return events;
    } finally {
      await socket.dispose();
    }
  }

  /** What a subscription brings, over a socket of its own; a refusal is thrown. */
  async *iterate(query: string, variables: object = {}): AsyncGenerator<{ data?: Record<string, unknown> | null; errors?: GraphqlError[] }> {
    const socket = createClient({ url: `${this.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${this.key}` }, retryAttempts: 0 });
    try {
      for await (const { data, errors } of socket.iterate<Record<string, unknown>>({ query, variables: { ...variables } })) yield { ...(data !== undefined && { data }), ...(errors && { errors: errors as unknown as GraphqlError[] }) };
    } finally {
      await socket.dispose();
    }
  }

  /** The run as it is, with everything that tests look at. */
  async read<Run = RunState>(runId: string): Promise<Run> {
    const { run } = await this.ask<{ run: Run }>(
      `query ($id: ID!) { run(id: $id) { id status dryRun playbookRevision target { id displayName username } startedAt finishedAt
        steps { id key status output plan verification nextAttemptAt error { code message remedy retryable } attempts { number finishedAt error { code } } }
        events(first: 1000) { ${EVENT} } } }`,
      { id: runId },
    );
    return run;
  }
}

export interface RunState {
  readonly id: string;
  readonly status: string;
  readonly dryRun: boolean;
  readonly playbookRevision: number;
  readonly target: { id: string; displayName: string; username: string | null };
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly steps: readonly {
    readonly id: string;
    readonly key: string;
    readonly status: string;
    readonly output: object | null;
    readonly plan: readonly string[];
    readonly verification: string | null;
    readonly nextAttemptAt: string | null;
    readonly error: { code: string; message: string; remedy: string | null; retryable: boolean } | null;
    readonly attempts: readonly { number: number; finishedAt: string | null; error: { code: string } | null }[];
  }[];
  readonly events: readonly FollowedEvent[];
}
