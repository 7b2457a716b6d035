import { Skeleton, Table } from '@mantine/core';
import { lazy, Suspense } from 'react';

export interface FigureProps {
  readonly title: string;
  /** What the rows are, above their names in the table. */
  readonly of: string;
  readonly rows: readonly { readonly name: string; readonly values: Readonly<Record<string, number>> }[];
  readonly series: readonly { readonly key: string; readonly name: string; readonly colour: string }[];
  /** Lines across, at the names of rows. */
  readonly marks?: readonly { readonly at: string; readonly name: string }[];
  /** Bars on one another, because together they are the whole. */
  readonly isStacked?: boolean;
}

const BarChart = lazy(async () => ({ default: (await import('./BarChart.js')).BarChart }));

/** Numbers as bars, and in a table for whoever reads them better there. */
export function Figure(props: FigureProps) {
  const { title, of, rows, series } = props;
  return (
    <figure style={{ margin: 0 }}>
      <Suspense fallback={<Skeleton height={240} />}>
        <BarChart {...props} />
      </Suspense>
      <details>
        <summary>As a table</summary>
        <div className="scroll" role="region" aria-label={title} tabIndex={0}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{of}</Table.Th>
                {series.map(({ key, name }) => (
                  <Table.Th key={key} scope="col">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ name, values }) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row">{name}</Table.Th>
                  {series.map(({ key }) => (
                    <Table.Td key={key}>{values[key] ?? 0}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </details>
    </figure>
  );
}
