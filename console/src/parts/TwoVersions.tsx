import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';

interface Props {
  /** What differs: its name, as the viewer has it, as it is saved now. */
  readonly differences: readonly { readonly name: string; readonly mine: string; readonly saved: string }[];
  readonly onKeepMine: () => void;
  readonly onTakeSaved: () => void;
}

/** Somebody saved a newer version while this one was changed: both, to choose from. Nothing is lost until then. */
export function TwoVersions({ differences, onKeepMine, onTakeSaved }: Props) {
  return (
    <Stack role="alert" gap="xs" p="md" bg="var(--card)" style={{ borderLeft: '4px solid var(--busy)' }}>
      <Title order={2} size="h4">
        Somebody has saved a newer version
      </Title>
      <Text>Yours is not saved. Keep it and save it over the newer one, or give it up.</Text>
      {differences.length > 0 && (
        <div className="scroll" role="region" aria-label="What differs" tabIndex={0}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">What differs</Table.Th>
                <Table.Th scope="col">Yours</Table.Th>
                <Table.Th scope="col">Saved</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differences.map(({ name, mine, saved }) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row">{name}</Table.Th>
                  <Table.Td>{mine}</Table.Td>
                  <Table.Td>{saved}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      <Group>
        <Button onClick={onKeepMine}>Keep mine</Button>
        <Button variant="default" onClick={onTakeSaved}>
          Take the saved one
        </Button>
      </Group>
    </Stack>
  );
}
