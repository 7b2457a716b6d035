import { Navigate } from 'react-router';
import { useMay, useViewer } from '../../api/viewer.js';
import { Loading } from '../../states/Loading.js';
import { SECTIONS } from './sections.js';

/** Leads to the first page of the settings that the viewer may see. */
export function Component() {
  const may = useMay();
  if (!useViewer()) return <Loading />;
  const [first] = SECTIONS.filter(({ needs }) => needs === undefined || may(needs));
  return <Navigate to={first?.path ?? '/settings/about'} replace />;
}
