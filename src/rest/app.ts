import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context as HonoContext } from 'hono';
import { ViaductError } from '../model/errors.ts';
import type { Caller, Log } from '../service/context.ts';
import type { Input, OperationName } from '../service/operation-types.ts';
import type { Service } from '../service/service.ts';
import { streamCapture, type Capture } from './capture.ts';
import { describeError, statuses } from './errors.ts';
import { streamEvents } from './events.ts';
import { checkOrigin } from './guard.ts';
import { inputs } from './inputs.ts';
import type { Login } from './login.ts';
import { apiRoot, callPath, capturePath, eventsPath, openApiPath, sessionPath } from './paths.ts';
import { operationNames, routes } from './routes.ts';

/** Bytes. A thousand networks in one document take about 2 MiB. */
const largestBody = 16 * 1024 * 1024;

export interface AppOptions {
  readonly service: Service;
  readonly log: Log;
  /** Who sits at the other end of a connection. */
  readonly caller: (bindings: HttpBindings) => Caller;
  readonly capture?: Capture;
  /** For the door to other hosts, which has to be unlocked; `isOwnName` knows the names in its certificate. */
  readonly remote?: { readonly login: Login; readonly isOwnName: (name: string) => boolean };
}

type Request = HonoContext<{ Bindings: HttpBindings }>;

/** The REST door: every operation under a path of its own and under {@link callPath}, events, and its own description. */
export function createApp({ service, log, caller, capture, remote }: AppOptions): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.onError((error, context) => {
    if (!(error instanceof ViaductError)) log.error({ err: error, path: context.req.path }, 'a request failed in a way nobody planned');
    const body = describeError(error);
    return context.json(body, statuses[body.error.code]);
  });
  app.notFound((context) => {
    const { method, path } = context.req;
    const error = new ViaductError('invalid-argument', `Nothing answers to ${method} ${path}.`, {
      hint: `${openApiPath} lists what does.`,
    });
    return context.json(describeError(error), 404);
  });
  app.use('/api/*', async (context, next) => {
    checkOrigin(
      { host: context.req.header('host'), origin: context.req.header('origin'), site: context.req.header('sec-fetch-site') },
      remote?.isOwnName,
    );
    if (remote !== undefined && context.req.path !== sessionPath && !remote.login.isIn(context)) {
      return context.json(
        {
          error: {
            code: 'access-denied',
            message: 'Log in first.',
            hint: `POST the token to ${sessionPath}, or send it as "Authorization: Bearer".`,
            params: {},
          },
        },
        401,
      );
    }
    return next();
  });
  remote?.login.serve(app);
  app.get(sessionPath, (context) => {
    const isIn = remote?.login.isIn(context) ?? true;
    const { user, mayWrite } = caller(context.env);
    return context.json(isIn ? { isIn, user, mayWrite, canLeave: remote !== undefined } : { isIn });
  });

  const run = async (context: Request, name: OperationName, input: unknown): Promise<Response> =>
    context.json(await service.runOperation(caller(context.env), name, check(name, input)));

  app.post(`${callPath}/:operation`, async (context) => {
    const name = context.req.param('operation');
    if (!isOperation(name))
      throw new ViaductError('invalid-argument', `There is no operation "${name}".`, { hint: `${openApiPath} lists all of them.` });
    return run(context, name, await readBody(context));
  });
  for (const name of operationNames) {
    const { method, path } = routes[name];
    app.on(method, `${apiRoot}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, async (context) => {
      const rest = method === 'GET' ? readQuery(context) : await readBody(context);
      return run(context, name, { ...rest, ...context.req.param() });
    });
  }
  // These show what happens on every network.
  for (const path of [eventsPath, `${capturePath}/*`]) {
    app.use(path, async (context, next) => {
      const { limited, user } = caller(context.env);
      if (limited !== true) return next();
      throw new ViaductError('access-denied', `User '${user}' may not listen to this host.`, {
        hint: 'Use sudo, or become a member of the group "viaduct" or "libvirt".',
        params: { user },
      });
    });
  }
  if (capture !== undefined) app.get(`${capturePath}/:link`, (context) => streamCapture(service, capture, caller(context.env), context));
  app.get(eventsPath, (context) => streamEvents(service, context));
  app.get(openApiPath, async (context) => {
    const { describeApi } = await import('./openapi.ts');
    return context.json(describeApi((await service.runOperation(caller(context.env), 'status.get', {})).version));
  });
  return app;
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(inputs, name);
}

function check<Name extends OperationName>(name: Name, input: unknown): Input<Name> {
  const result = inputs[name].safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new ViaductError(
    'invalid-argument',
    `Operation ${name} does not accept this${where === '' ? '' : ` as "${where}"`}: ${issue?.message ?? 'wrong input'}.`,
    {
      hint: `${openApiPath} describes what it accepts.`,
      params: { operation: name, member: where },
    },
  );
}

/** No body at all is an empty one: `POST …/start` needs none. */
async function readBody(context: Request): Promise<object> {
  const text = await readText(context.env.incoming);
  if (text.trim() === '') return {};
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ViaductError('invalid-argument', 'The body must be a JSON object.');
}

/** Straight from the connection: a body that says no length is counted as it comes. */
async function readText(incoming: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBody) {
      throw new ViaductError('invalid-argument', `The body is larger than ${largestBody / 1024 / 1024} MiB.`, {
        hint: 'Apply the documents in several calls.',
      });
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ViaductError('invalid-argument', `The body is not JSON: ${String(cause)}.`, { cause });
  }
}

/** `?inactive`, `?inactive=true` and `?inactive=false` are booleans; everything else is text. */
function readQuery(context: Request): object {
  const booleans: Readonly<Record<string, boolean>> = { '': true, true: true, false: false };
  return Object.fromEntries(Object.entries(context.req.query()).map(([key, text]) => [key, booleans[text] ?? text]));
}
