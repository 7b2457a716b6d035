/** What the container's health check runs: exit code 0 when the process answers. */
const port = process.env.WORKER_HTTP_PORT || process.env.PORT || '4000';
try {
  const { ok } = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_500) });
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.error(`${error.message}: ${error.cause?.message ?? ''}`);
  process.exitCode = 1;
}
