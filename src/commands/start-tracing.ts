import type { TracingSettings } from '../config.js';
import type { Logger } from '../kernel/logger.js';

/** Sends spans to a collector by OTLP over HTTP. What that needs is loaded only here, so that others do not pay for it. Gives what sends the rest and ends it. */
export async function startTracing(settings: TracingSettings | undefined, logger: Logger): Promise<() => Promise<void>> {
  if (!settings) return () => Promise.resolve();
  const [{ context, propagation, trace }, { AsyncLocalStorageContextManager }, { W3CTraceContextPropagator }, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/core'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace'),
  ]);
  // The endpoint and its headers are in the environment, where the exporter looks for them itself.
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': settings.serviceName }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(settings.sampledShare) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  logger.info({ endpoint: settings.endpoint, sampledShare: settings.sampledShare }, 'Traces are sent.');
  return () => provider.shutdown().catch((err: unknown) => logger.warn({ err }, 'The last traces could not be sent.'));
}
