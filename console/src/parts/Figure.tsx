import { Skeleton, Table } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { FigureProps } from './figure.types.js';

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
