import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  build: {
    target: 'es2023',
    // Each page has its style with it; small files as text in the script would need a looser policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
    rollupOptions: {
      // Libraries mark components for servers that draw; here the browser draws all.
      onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
    },
  },
  // Every answer has a nonce of its own: src/http/console.ts puts it in this word's place.
  html: { cspNonce: 'nonce-of-this-answer' },
});
