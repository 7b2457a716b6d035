import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type OperationKind = 'query' | 'mutation' | 'subscription' | 'unresolved';
export type Outcome = 'ok' | 'refused' | 'failed';

/** The ways by which somebody comes in. */
export type Via = 'http' | 'websocket' | 'page' | 'hook';

/** What the process counts, for Prometheus. Labels hold nothing that callers can make up, or the number of series would have no bound. */
export class Metrics {
  readonly registry = new Registry();

  readonly refusals = new Counter<'code' | 'via'>({
    name: 'countermeasure_refusals_total',
    help: 'Requests and operations that were refused, by code and way in.',
    labelNames: ['code', 'via'],
    registers: [this.registry],
  });

  readonly operations = new Counter<'kind' | 'via' | 'outcome'>({
    name: 'countermeasure_graphql_operations_total',
    help: 'GraphQL operations that came to an end. unresolved: refused before it was known what it is.',
    labelNames: ['kind', 'via', 'outcome'],
    registers: [this.registry],
  });

  readonly durations = new Histogram<'kind' | 'via'>({
    name: 'countermeasure_graphql_operation_duration_seconds',
    help: 'How long queries and mutations took that were carried out.',
    labelNames: ['kind', 'via'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  readonly sockets = new Gauge<'state'>({
    name: 'countermeasure_websockets',
    help: 'Sockets that are open: waiting ones have not said yet who they are.',
    labelNames: ['state'],
    registers: [this.registry],
  });
}
