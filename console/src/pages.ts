import type { RouteObject } from 'react-router';

/** A page of the console. It is loaded when somebody goes there. */
export interface Page {
  readonly path: string;
  /** Its name in the navigation; pages without one are reached from another page. */
  readonly name?: string;
  /** Without this permission the navigation does not offer it. */
  readonly needs?: string;
  readonly lazy: NonNullable<RouteObject['lazy']>;
}

/** Every page there is, in the order of the navigation. Each file exports its page as `Component`; src/http/console.ts serves the addresses. */
export const PAGES: readonly Page[] = [
  { path: '/', name: 'Overview', needs: 'run:read', lazy: () => import('./pages/overview/OverviewPage.js') },
  { path: '/playbooks', name: 'Playbooks', needs: 'playbook:read', lazy: () => import('./pages/playbooks/PlaybooksPage.js') },
  { path: '/playbooks/new', lazy: () => import('./pages/playbooks/edit/NewPlaybookPage.js') },
  { path: '/playbooks/:id', lazy: () => import('./pages/playbooks/edit/PlaybookPage.js') },
  { path: '/runs', name: 'Runs', needs: 'run:read', lazy: () => import('./pages/runs/RunsPage.js') },
  { path: '/runs/:id', lazy: () => import('./pages/run/RunPage.js') },
  { path: '/triggers', name: 'Triggers', needs: 'trigger:read', lazy: () => import('./pages/triggers/TriggersPage.js') },
  { path: '/triggers/new', lazy: () => import('./pages/trigger/NewTriggerPage.js') },
  { path: '/triggers/:id', lazy: () => import('./pages/trigger/TriggerPage.js') },
  { path: '/approvals', name: 'Approvals', needs: 'approval:read', lazy: () => import('./pages/approvals/ApprovalsPage.js') },
  { path: '/connections', name: 'Connections', needs: 'connection:read', lazy: () => import('./pages/connections/ConnectionsPage.js') },
  { path: '/connections/new', lazy: () => import('./pages/connections/NewConnectionPage.js') },
  { path: '/connections/:id', lazy: () => import('./pages/connections/ConnectionPage.js') },
  { path: '/settings', name: 'Settings', lazy: () => import('./pages/settings/SettingsPage.js') },
  { path: '/settings/guardrails', lazy: () => import('./pages/settings/GuardrailsPage.js') },
  { path: '/settings/keys', lazy: () => import('./pages/settings/KeysPage.js') },
  { path: '/settings/event-sources', lazy: () => import('./pages/settings/EventSourcesPage.js') },
  { path: '/settings/audit-log', lazy: () => import('./pages/settings/AuditLogPage.js') },
  { path: '/settings/about', lazy: () => import('./pages/settings/AboutPage.js') },
];
