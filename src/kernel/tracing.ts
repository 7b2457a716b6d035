import { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, propagation, trace, type Attributes, type Span } from '@opentelemetry/api';

/**
 * What may be told of the work: names and numbers of ours, never what callers, targets or providers say.
 * Without a started SDK all of this does nothing (docs/adr/0024).
 */
export interface SpanOptions {
  readonly kind: 'SERVER' | 'PRODUCER' | 'CONSUMER';
  readonly attributes?: Attributes;
  /** A W3C traceparent from elsewhere; undefined: the span that is active here. */
  readonly parent?: string | null | undefined;
}

const TRACER = 'countermeasure';

/** Does the work in a span; what it throws marks the span by its name alone. */
export function inSpan<T>(name: string, { kind, attributes = {}, parent }: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const around = typeof parent === 'string' ? propagation.extract(ROOT_CONTEXT, { traceparent: parent }) : context.active();
  return trace.getTracer(TRACER).startActiveSpan(name, { kind: SpanKind[kind], attributes }, around, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The active span for somebody else to go on from, as W3C has it; null: nothing is traced. */
export function traceParent(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}

/** A call to the outside, under the active span; none where there is none. Gives what ends it. */
export function beginCall(attributes: Attributes): (ended: Attributes, isFault: boolean) => void {
  if (!trace.getSpan(context.active())?.isRecording()) return () => undefined;
  const span = trace.getTracer(TRACER).startSpan('provider call', { kind: SpanKind.CLIENT, attributes });
  return (ended, isFault) => {
    span.setAttributes(ended);
    if (isFault) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
}
