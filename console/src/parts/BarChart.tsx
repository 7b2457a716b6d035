import { Bar, BarChart as Chart, CartesianGrid, Legend, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { FigureProps } from './figure.types.js';

/** The bars of a Figure. It is heavy, so that it is loaded by itself, when a figure is shown. */
export function BarChart({ title, rows, series, marks = [], isStacked = false }: FigureProps) {
  const tick = { fill: 'var(--quiet)', fontSize: 12 };
  return (
    <div role="img" aria-label={`${title}; the same numbers stand in the table below.`}>
      <ResponsiveContainer width="100%" height={240}>
        <Chart data={rows.map(({ name, values }) => ({ name, ...values }))} accessibilityLayer={false} margin={{ top: 20, right: 8 }}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="name" tick={tick} stroke="var(--line)" />
          <YAxis allowDecimals={false} width={40} tick={tick} stroke="var(--line)" />
          <Tooltip contentStyle={{ background: 'var(--paper)', color: 'var(--ink)', borderColor: 'var(--line)' }} cursor={{ fill: 'var(--card)' }} isAnimationActive={false} />
          {series.length > 1 && <Legend />}
          {series.map(({ key, name, colour }) => (
            <Bar key={key} dataKey={key} name={name} fill={colour} isAnimationActive={false} {...(isStacked && { stackId: 'all' })} />
          ))}
          {marks.map(({ at, name }) => (
            <ReferenceLine key={name} x={at} stroke="var(--ink)" strokeDasharray="4 4" label={{ value: name, position: 'top', fill: 'var(--ink)', fontSize: 12 }} />
          ))}
        </Chart>
      </ResponsiveContainer>
    </div>
  );
}
