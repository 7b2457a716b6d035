import { createContext, use } from 'react';
import type { CatalogueQuery, ConnectionStateFragment, StandingQuery } from '../../../gql/playbooks.js';

export type Provider = CatalogueQuery['providers'][number];
export type Action = Provider['actions'][number];
export type Connection = ConnectionStateFragment;
export type ReadinessProblem = NonNullable<StandingQuery['playbook']>['readiness']['problems'][number];

/** What every part of the editor knows. */
export interface EditorFacts {
  readonly providers: readonly Provider[];
  readonly connections: readonly Connection[];
  /** What keeps the saved playbook from running. */
  readonly readinessProblems: readonly ReadinessProblem[];
  readonly mayWrite: boolean;
  /** What the service said about a value, by its path from the mutation's arguments. */
  readonly problemAt: (...path: readonly (string | number)[]) => string | undefined;
  /** How many problems the service found at a place and below it. */
  readonly problemsBelow: (...path: readonly (string | number)[]) => number;
  /** Looks again how connections and readiness stand. */
  readonly refresh: () => void;
}

export const EditorContext = createContext<EditorFacts | undefined>(undefined);

export function useEditor(): EditorFacts {
  const facts = use(EditorContext);
  if (!facts) throw new Error('Only parts of the editor ask for this.');
  return facts;
}

export const providerOf = (providers: readonly Provider[], action: string): Provider | undefined => providers.find(({ actions }) => actions.some(({ id }) => id === action));

export const actionOf = (providers: readonly Provider[], action: string): Action | undefined => providers.flatMap(({ actions }) => actions).find(({ id }) => id === action);

/** What a step does, for people; the id of its action when no loaded plugin brings it. */
export const titleOf = (providers: readonly Provider[], { action }: { readonly action: string }): string => actionOf(providers, action)?.title ?? action;
