import type { ConnectionQuery } from '../../gql/connections.js';

export type Connection = Extract<NonNullable<ConnectionQuery['node']>, { readonly revision: number }>;

export const isConnection = (node: ConnectionQuery['node']): node is Connection => node !== null && node !== undefined && 'revision' in node;
