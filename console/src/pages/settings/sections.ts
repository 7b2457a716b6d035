/** A page of the settings, and what it takes to see it. */
interface Section {
  readonly path: string;
  readonly name: string;
  readonly needs?: string;
}

/** In the order in which they are offered. */
export const SECTIONS: readonly Section[] = [
  { path: '/settings/guardrails', name: 'Guardrails', needs: 'guardrail:read' },
  { path: '/settings/keys', name: 'API keys', needs: 'api-key:read' },
  { path: '/settings/event-sources', name: 'Event sources', needs: 'event-source:read' },
  { path: '/settings/audit-log', name: 'Audit log', needs: 'audit:read' },
  { path: '/settings/about', name: 'About' },
];
