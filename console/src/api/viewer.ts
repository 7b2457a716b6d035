import { createContext, use } from 'react';
import type { ViewerQuery } from '../gql/shell.js';

/** Who is signed in; undefined until that is known. */
export const ViewerContext = createContext<ViewerQuery | undefined>(undefined);

export const useViewer = (): ViewerQuery | undefined => use(ViewerContext);

/** Whether whoever is signed in has a permission, such as run:start; false until that is known. The service decides again. */
export function useMay(): (permission: string) => boolean {
  const permissions = useViewer()?.viewer.permissions ?? [];
  return (permission) => permissions.includes(permission);
}
