import type { RunQuery } from '../../gql/run.js';

export type Run = NonNullable<RunQuery['run']>;
export type Step = Run['steps'][number];
export type Approval = NonNullable<Step['approval']>;
