import type { TestClient } from './test-client.js';

export const UPDATE_GUARDRAILS = 'mutation ($input: UpdateGuardrailsInput!) { updateGuardrails(input: $input) { guardrails { paused pausedReason maxTargetsPerHour } } }';

export const pause = (client: TestClient, more: object = {}) => client.ask(UPDATE_GUARDRAILS, { input: { paused: true, ...more } });

export const resume = (client: TestClient) => client.ask(UPDATE_GUARDRAILS, { input: { paused: false } });

/** How often a follower of the run was told something of these types. */
export const told = async (client: TestClient, runId: string, ...types: string[]): Promise<number> => (await client.read(runId)).events.filter(({ type }) => types.includes(type)).length;
