import { useParams } from 'react-router';
import { useRead } from '../../../api/use-read.js';
import { CatalogueDocument, PlaybookToEditDocument } from '../../../gql/playbooks.js';
import { FaultNotice } from '../../../states/FaultNotice.js';
import { Shown } from '../../../states/Shown.js';
import { PlaybookEditor } from './PlaybookEditor.js';

/** A playbook to look at, change and run. */
export function Component() {
  const { id = '' } = useParams();
  return <SavedPlaybook key={id} id={id} />;
}

const gone = (id: string) => ({ code: 'NOT_FOUND', message: `There is no playbook ${id}, or you may not see it.`, problems: [] });

function SavedPlaybook({ id }: { readonly id: string }) {
  const catalogue = useRead(CatalogueDocument, {});
  const read = useRead(PlaybookToEditDocument, { id });
  return (
    <Shown read={catalogue}>
      {({ providers }) => (
        <Shown read={read}>
          {({ playbook }) => (playbook ? <PlaybookEditor saved={playbook} providers={providers} onSaved={read.refresh} onOutdated={read.refresh} /> : <FaultNotice fault={gone(id)} order={1} />)}
        </Shown>
      )}
    </Shown>
  );
}
