import { z } from 'zod';
import type { OperationName } from '../service/operation-types.ts';
import { inputs } from './inputs.ts';
import { outputs } from './outputs.ts';
import { apiRoot, callPath, eventsPath } from './paths.ts';
import { operationNames, routes, type Route } from './routes.ts';

/** The API in OpenAPI 3.1 (whose schemas are JSON Schema 2020-12), from the tables that also serve it. */
export function describeApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const name of operationNames) {
    const route = routes[name];
    const path = `${apiRoot}${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(name, route) };
    paths[`${callPath}/${name}`] = { post: describeCall(name, route) };
  }
  paths[eventsPath] = {
    get: {
      operationId: 'events',
      summary: 'What happens from now on, as server-sent events',
      parameters: [{ name: 'network', in: 'query', schema: { type: 'string' }, description: 'Only events of this network' }],
      responses: { 200: { description: 'Each event is one JSON object', content: { 'text/event-stream': {} } } },
    },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Viaduct', version, description: 'The virtual-network manager for KVM hosts' },
    servers: [{ url: 'http://viaduct', description: 'Over the Unix socket; any host name will do' }],
    paths,
    components: { schemas: { Error: errorSchema } },
  };
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'params'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, hint: { type: 'string' }, params: { type: 'object' } },
    },
  },
};

function describeRoute(name: OperationName, { method, path, summary }: Route): object {
  const { properties = {}, required = [] } = jsonSchema(inputs[name]);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter ?? '');
  const rest = Object.keys(properties).filter((key) => !inPath.includes(key));
  const parameter = (key: string, place: 'path' | 'query') => ({
    name: key,
    in: place,
    required: required.includes(key),
    schema: properties[key],
  });
  return {
    operationId: name,
    summary,
    tags: [name.split('.')[0]],
    parameters: [...inPath.map((key) => parameter(key, 'path')), ...(method === 'GET' ? rest.map((key) => parameter(key, 'query')) : [])],
    ...(method === 'GET' || rest.length === 0
      ? {}
      : {
          requestBody: jsonContent({
            type: 'object',
            properties: Object.fromEntries(rest.map((key) => [key, properties[key]])),
            required: rest.filter((key) => required.includes(key)),
            additionalProperties: false,
          }),
        }),
    responses: responses(name),
  };
}

function describeCall(name: OperationName, { summary }: Route): object {
  return {
    operationId: `call.${name}`,
    summary: `${summary} (by name)`,
    tags: ['call'],
    requestBody: jsonContent(jsonSchema(inputs[name])),
    responses: responses(name),
  };
}

function responses(name: OperationName): object {
  return {
    200: { description: 'Done', ...jsonContent(jsonSchema(outputs[name])) },
    default: { description: 'Refused or failed; nothing was changed', ...jsonContent({ $ref: '#/components/schemas/Error' }) },
  };
}

function jsonContent(schema: object): { content: object } {
  return { content: { 'application/json': { schema } } };
}

/** OpenAPI names the dialect once, for all of them. */
function jsonSchema(schema: z.ZodType) {
  return { ...z.toJSONSchema(schema), $schema: undefined };
}
