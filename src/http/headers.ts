import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Nothing that a page could use; pages with needs of their own say so. */
const PERMISSIONS_POLICY = 'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), web-share=(), xr-spatial-tracking=()';

/**
 * Headers of every answer, errors and unknown addresses too: nothing is loaded, framed, sniffed, referred to or kept.
 * Pages loosen what they need. They are set on the raw answer, where what a route sets for itself goes before them.
 */
export function secureAnswers(server: FastifyInstance, { isHttps }: { isHttps: boolean }): void {
  server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'none'"], 'frame-ancestors': ["'none'"] } },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    // Over plain HTTP, as in a trial on one machine, browsers would be sent where nothing listens.
    strictTransportSecurity: isHttps && { maxAge: 63_072_000, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.raw.setHeader('permissions-policy', PERMISSIONS_POLICY);
    reply.raw.setHeader('cache-control', 'no-store');
    reply.raw.setHeader('x-request-id', request.id);
  });
}
