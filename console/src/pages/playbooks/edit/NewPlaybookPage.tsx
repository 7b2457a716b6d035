import { useNavigate } from 'react-router';
import { useRead } from '../../../api/use-read.js';
import { useMay, useViewer } from '../../../api/viewer.js';
import { CatalogueDocument } from '../../../gql/playbooks.js';
import { FaultNotice } from '../../../states/FaultNotice.js';
import { Shown } from '../../../states/Shown.js';
import { PlaybookEditor } from './PlaybookEditor.js';

const REFUSED = { code: 'FORBIDDEN', message: 'Writing playbooks needs the permission playbook:write.', problems: [] };

export function Component() {
  const navigate = useNavigate();
  const isKnown = useViewer() !== undefined;
  const mayWrite = useMay()('playbook:write');
  const catalogue = useRead(CatalogueDocument, {});
  if (isKnown && !mayWrite) return <FaultNotice fault={REFUSED} order={1} />;
  return (
    <Shown read={catalogue}>
      {({ providers }) => <PlaybookEditor saved={null} providers={providers} onSaved={({ id }) => void navigate(`/playbooks/${encodeURIComponent(id)}`, { replace: true })} onOutdated={() => undefined} />}
    </Shown>
  );
}
