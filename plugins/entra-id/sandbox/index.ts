export { startSandbox } from './start-sandbox.js';
export { SandboxTenant } from './sandbox-tenant.js';
export { startSandboxTenant } from './start-sandbox-tenant.js';
export type { SandboxTenantOptions } from './start-sandbox-tenant.js';
export type { BehaviourChanges, BehaviourSettings } from './behaviour.js';
export type { ConsentChanges, ConsentState } from './controls.js';
export type { Fault, FaultRequest } from './faults.js';
export type { JournalEntry, RouteKind } from './journal.js';
export type { DirectoryUser } from './tenant-state.js';
