import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient, type AnyVariables, type TypedDocumentNode } from 'urql';
import { faultOf, type Fault } from './fault.js';

const PAGE_SIZE = 25;

interface Page<Node> {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
  readonly nodes: readonly Node[];
}

interface Pages<Node> {
  /** The variables that it was read with. */
  readonly key: string;
  readonly nodes: readonly Node[];
  readonly totalCount: number | undefined;
  readonly endCursor: string | undefined;
  readonly isLoading: boolean;
  readonly fault: Fault | undefined;
}

export interface UsedPages<Node> extends Pages<Node> {
  readonly hasMore: boolean;
  /** Reads the next page behind what is shown. */
  readonly more: () => void;
  /** Reads the first page anew. */
  readonly refresh: () => void;
  /** Changes what is shown, by what a subscription told. */
  readonly change: (update: (nodes: readonly Node[]) => readonly Node[]) => void;
}

const NOTHING = { key: '', nodes: [], totalCount: undefined, endCursor: undefined, isLoading: true, fault: undefined };

/** A list that is read a page at a time, newest first; it begins anew when its variables change. */
export function usePages<Data, Node extends { readonly id: string }, Variables extends AnyVariables & { readonly first: number }>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'first' | 'after'>,
  pageOf: (data: Data) => Page<Node>,
): UsedPages<Node> {
  const client = useClient();
  const key = JSON.stringify(variables);
  const [read, setRead] = useState<Pages<Node>>(NOTHING);
  const pages: Pages<Node> = read.key === key ? read : NOTHING;
  // The answer to a question that was asked before the last one is thrown away.
  const asked = useRef(0);
  const page = useRef(pageOf);
  const load = useCallback(
    async (after: string | undefined) => {
      const number = ++asked.current;
      const { data, error } = await client.query(query, { ...(JSON.parse(key) as object), first: PAGE_SIZE, after } as unknown as Variables, { requestPolicy: 'network-only' }).toPromise();
      if (number !== asked.current) return;
      setRead((shown) => {
        const kept = shown.key === key ? shown : NOTHING;
        if (error || !data) return { ...kept, key, isLoading: false, fault: error && faultOf(error) };
        const { nodes, totalCount, pageInfo } = page.current(data);
        const before = after === undefined ? [] : kept.nodes;
        // What came live meanwhile is shown already.
        const known = new Set(before.map(({ id }) => id));
        return { key, nodes: [...before, ...nodes.filter(({ id }) => !known.has(id))], totalCount, endCursor: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined, isLoading: false, fault: undefined };
      });
    },
    [client, query, key],
  );
  useEffect(() => void load(undefined), [load]);
  const change = useCallback((update: (nodes: readonly Node[]) => readonly Node[]) => setRead((shown) => ({ ...shown, nodes: update(shown.nodes) })), []);
  const again = (after: string | undefined): void => {
    setRead((shown) => ({ ...shown, isLoading: true, fault: undefined }));
    void load(after);
  };
  return { ...pages, hasMore: pages.endCursor !== undefined, more: () => again(pages.endCursor), refresh: () => again(undefined), change };
}
