import { contract, plainRoutes, problemSchema } from '@flightdeck/api-client/contract';
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { z } from 'zod';

type Document = Record<string, unknown> & {
  paths: Record<
    string,
    Record<string, { security?: unknown; responses?: Record<string, unknown>; [more: string]: unknown }>
  >;
};

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** Every address the console answers, made once from the tables that also bind them. */
export async function describeApi(options: {
  publicUrl: string;
  version: string;
  cookie: string;
}): Promise<Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = (await generator.generate(contract, {
    info: {
      title: 'Flightdeck',
      version: options.version,
      description:
        'One web console for self-hosted CI. Calls that change something need the session cookie, the header ' +
        '`x-flightdeck: 1` and the exact Origin. `repo` is the repository’s path with `~` for `/`.',
    },
    servers: [{ url: options.publicUrl.replace(/\/$/, '') }],
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: options.cookie } },
      schemas: { Problem: z.toJSONSchema(problemSchema) as object },
    },
  })) as unknown as Document;

  const problem = {
    description: 'What went wrong: one shape for every failure.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  for (const operations of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (!methods.includes(method)) continue;
      operation.responses = { ...operation.responses, default: problem };
    }
  }
  for (const { need, tags, template, method } of needs()) {
    const operation = document.paths[template]?.[method.toLowerCase()];
    if (!operation) continue;
    operation['x-needs'] = need;
    operation.security = need === 'guest' ? [] : [{ session: [] }];
    operation.tags ??= tags;
  }
  for (const route of plainRoutes) {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    document.paths[route.path] = {
      ...document.paths[route.path],
      [route.method.toLowerCase()]: {
        summary: route.summary,
        tags: ['plain'],
        'x-needs': route.need,
        security: route.need === 'guest' ? [] : [{ session: [] }],
        parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
        responses: { 200: { description: 'See the summary.' }, default: problem },
      },
    };
  }
  return document;
}

interface Row {
  template: string;
  method: string;
  need: string;
  tags: readonly string[];
}

/** Every row of the contract, flat. */
export function needs(node: unknown = contract): Row[] {
  if (typeof node !== 'object' || node === null) return [];
  const definition = (
    node as {
      '~orpc'?: {
        route: { path?: string; method?: string; tags?: readonly string[] };
        meta: { need: string };
      };
    }
  )['~orpc'];
  if (!definition) return Object.values(node).flatMap(needs);
  const { route, meta } = definition;
  return [
    { template: route.path ?? '', method: route.method ?? 'POST', need: meta.need, tags: route.tags ?? [] },
  ];
}
