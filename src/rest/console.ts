import type { HttpBindings } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Serves the built console. Its pages have paths of their own, so an unknown one outside the API is the console's. */
export function serveConsole(app: Hono<{ Bindings: HttpBindings }>, root: string): void {
  const headers = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      frameAncestors: ["'none'"],
    },
  });
  app.use('*', async (context, next) => (context.req.path.startsWith('/api/') ? next() : headers(context, next)));
  app.get('*', async (context, next) => (context.req.path.startsWith('/api/') ? next() : serveStatic({ root })(context, next)));
  app.get('*', async (context, next) =>
    context.req.path.startsWith('/api/') ? next() : serveStatic({ root, path: 'index.html' })(context, next),
  );
}
