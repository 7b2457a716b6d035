import type { ReactNode } from 'react';
import type { Read } from '../api/use-read.js';
import { FaultNotice } from './FaultNotice.js';
import { Loading } from './Loading.js';

/** What was read, or how the reading stands. What was read once stays in sight while it is read again. */
export function Shown<Data>({ read, children }: { readonly read: Read<Data>; readonly children: (data: Data) => ReactNode }) {
  if (read.fault) return <FaultNotice fault={read.fault} onRetry={read.refresh} />;
  return read.data === undefined ? <Loading /> : children(read.data);
}
