import { Combobox, Loader, Stack, Text, TextInput, useCombobox } from '@mantine/core';
import { FaultNotice } from '../../../states/FaultNotice.js';
import type { FoundTarget } from './run-draft.js';
import { useTargetSearch } from './use-target-search.js';

interface Props {
  readonly playbookId: string;
  readonly typed: string;
  readonly chosen: FoundTarget | undefined;
  readonly onChange: (typed: string, chosen?: FoundTarget) => void;
}

/** Finds a user as one types; an object id or a user principal name that is typed to its end is taken as it is. */
export function TargetPicker({ playbookId, typed, chosen, onChange }: Props) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const { found, isLoading, fault } = useTargetSearch(playbookId, chosen ? '' : typed.trim());
  const isOpen = !chosen && typed.trim() !== '' && found !== undefined;
  return (
    <Stack gap="xs">
      <Combobox
        store={combobox}
        onOptionSubmit={(id) => {
          const target = found?.find((one) => one.id === id);
          if (target) onChange(target.displayName, target);
          combobox.closeDropdown();
        }}
      >
        <Combobox.Target withExpandedAttribute>
          <TextInput
            role="combobox"
            aria-autocomplete="list"
            label="Target"
            description="Type a name, or a whole user principal name or object id."
            value={typed}
            onChange={({ currentTarget }) => {
              onChange(currentTarget.value);
              combobox.openDropdown();
              combobox.resetSelectedOption();
            }}
            onFocus={() => combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
            rightSection={isLoading && <Loader size="xs" aria-label="Searching" />}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            required
            data-autofocus
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={!isOpen || found.length === 0}>
          <Combobox.Options mah="16rem" style={{ overflowY: 'auto' }} aria-label="Found targets">
            {found?.map((target) => (
              <Combobox.Option key={target.id} value={target.id}>
                <TargetLine target={target} />
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      <div role="status" aria-live="polite">
        {chosen ? <TargetLine target={chosen} /> : isOpen && <Text className="quiet">{tellFound(found.length)}</Text>}
      </div>
      {fault && <FaultNotice fault={fault} order={3} />}
    </Stack>
  );
}

function tellFound(count: number): string {
  if (count === 0) return 'Nobody is found by this. A whole user principal name or object id is taken as it is typed.';
  return count === 1 ? 'One is found: choose it by the arrow key and Enter.' : `${count} are found: choose by the arrow keys and Enter.`;
}

function TargetLine({ target: { displayName, username, id, privileged, protected: isProtected } }: { readonly target: FoundTarget }) {
  return (
    <>
      <Text span fw={600}>
        {displayName}
      </Text>{' '}
      <Text span className="quiet" size="sm">
        {username ?? id}
      </Text>
      {privileged === true && (
        <Text span size="sm" fw={700} data-mood="busy">
          {' '}
          Holds an administrative role
        </Text>
      )}
      {isProtected && (
        <Text span size="sm" fw={700} data-mood="bad">
          {' '}
          Protected: nothing is changed
        </Text>
      )}
    </>
  );
}
